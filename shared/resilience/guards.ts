import type { Upstream } from '../telemetry/dimensions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type Breaker, type BreakerNumbers, createBreaker } from './breaker.ts';
import { type ColdDetector, type ColdNumbers, createColdDetector } from './cold-detector.ts';
import { createLimiter, type Limiter, type LimiterNumbers } from './limiter.ts';
import { type BudgetNumbers, createRetryBudget, type RetryBudget } from './retry-budget.ts';
import type { Time } from './time.ts';

/** Numbers that all upstreams have in common; each still has guards of its own. */
export type GuardNumbers = { budget: BudgetNumbers; breaker: BreakerNumbers; cold: ColdNumbers };

/** What stands between this process and one upstream, shared by all calls to it. */
export type Guards = { budget: RetryBudget; breaker: Breaker; limiter: Limiter; cold: ColdDetector };

/** The guards of one upstream. Nothing is shared with another's: a dead upstream leaves the others untouched. */
export function createGuards(
  upstream: Upstream,
  limits: LimiterNumbers,
  numbers: GuardNumbers,
  { time, telemetry }: { time: Time; telemetry: Telemetry },
): Guards {
  const cold = createColdDetector(numbers.cold, time);
  const budget = createRetryBudget(numbers.budget, time);
  const breaker = createBreaker(numbers.breaker, time, () => telemetry.count('breakerOpened', { upstream }));
  telemetry.observe('breakerOpen', () => (breaker.state() === 'closed' ? 0 : 1), { upstream });
  telemetry.observe('retryBudget', () => budget.tokens(), { upstream });
  return {
    cold,
    budget,
    breaker,
    limiter: createLimiter(limits, () => cold.places(limits.concurrency)),
  };
}
