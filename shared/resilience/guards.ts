import type { Upstream } from '../telemetry/dimensions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { CommonNumbers } from './attempt.ts';
import { Breaker } from './breaker.ts';
import { type AdmissionRule, Bulkhead, type BulkheadNumbers } from './bulkhead.ts';
import { createColdDetector } from './cold-detector.ts';
import { createQueueWait } from './queue-wait.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { createRetryBudget } from './retry-budget.ts';
import type { Time } from './time.ts';

/**
 * The guards between this process and one upstream, shared by all calls to it. Each upstream has its own: a dead one does not affect
 * the others.
 */
export function createGuards(
  upstream: Upstream,
  limits: BulkheadNumbers,
  numbers: CommonNumbers,
  { time, telemetry }: { time: Time; telemetry: Telemetry },
) {
  const cold = createColdDetector(numbers.cold, time);
  const budget = createRetryBudget(numbers.budget, time);
  const rateLimiter = createRateLimiter(numbers.rateLimiter, limits.concurrency, time);
  const breaker = new Breaker(numbers.breaker, time, () => telemetry.count('breakerOpened', { upstream }));
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
    blockedMs({ isRetry }) {
      const opensInMs = breaker.blockedMs();
      const isOnlyTheBreakers = isRetry && (opensInMs > 0 || breaker.awaitsProbe());
      return isOnlyTheBreakers ? opensInMs : Math.max(opensInMs, rateLimiter.waitMs());
    },
  };
  const bulkhead = new Bulkhead(limits, rule, time);
  return { cold, rateLimiter, breaker, budget, bulkhead, estimate: createQueueWait(breaker, bulkhead, time) };
}

/** The guards of one upstream. */
export type Guards = ReturnType<typeof createGuards>;
