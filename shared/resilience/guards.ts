import type { Upstream } from '../telemetry/dimensions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type Breaker, type BreakerNumbers, createBreaker } from './breaker.ts';
import { type AdmissionRule, type Bulkhead, type BulkheadNumbers, createBulkhead } from './bulkhead.ts';
import { type ColdDetector, type ColdNumbers, createColdDetector } from './cold-detector.ts';
import { createRateLimiter, type RateLimiter, type RateLimiterNumbers } from './rate-limiter.ts';
import { type BudgetNumbers, createRetryBudget, type RetryBudget } from './retry-budget.ts';
import type { Time } from './time.ts';

/** Numbers that all upstreams have in common. Each upstream has guards of its own. */
export type GuardNumbers = {
  budget: BudgetNumbers;
  breaker: BreakerNumbers;
  cold: ColdNumbers;
  rateLimiter: RateLimiterNumbers;
};

/** The guards between this process and one upstream, shared by all calls to it. */
export type Guards = {
  budget: RetryBudget;
  breaker: Breaker;
  bulkhead: Bulkhead;
  cold: ColdDetector;
  rateLimiter: RateLimiter;
};

/** The guards of one upstream. They are not shared: a dead upstream does not affect the others. */
export function createGuards(
  upstream: Upstream,
  limits: BulkheadNumbers,
  numbers: GuardNumbers,
  { time, telemetry }: { time: Time; telemetry: Telemetry },
): Guards {
  const cold = createColdDetector(numbers.cold, time);
  const budget = createRetryBudget(numbers.budget, time);
  const rateLimiter = createRateLimiter(numbers.rateLimiter, limits.concurrency, time);
  const breaker = createBreaker(numbers.breaker, time, () => telemetry.count('breakerOpened', { upstream }));
  // Half-open without a call would stay so for hours on an idle instance: only what keeps calls away is reported.
  telemetry.observe('breakerOpen', () => (breaker.state() === 'open' ? 1 : 0), { upstream });
  telemetry.observe('retryBudget', () => budget.tokens(), { upstream });
  const rule: AdmissionRule = {
    places: () => cold.places(limits.concurrency),
    enter({ caller, isRetry }) {
      const decision = breaker.decide(caller);
      if (decision !== 'go') return decision;
      if (rateLimiter.waitMs() > 0 && !(isRetry && breaker.awaitsProbe())) return 'wait';
      rateLimiter.sent();
      return breaker.enter(caller);
    },
    blockedMs: ({ isRetry }) => {
      const opensInMs = breaker.blockedMs();
      return isRetry && (opensInMs > 0 || breaker.awaitsProbe())
        ? opensInMs
        : Math.max(opensInMs, rateLimiter.waitMs());
    },
  };
  return {
    cold,
    rateLimiter: rateLimiter,
    breaker,
    budget,
    bulkhead: createBulkhead(limits, rule, time),
  };
}
