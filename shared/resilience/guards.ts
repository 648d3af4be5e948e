import type { Upstream } from '../telemetry/dimensions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { CommonNumbers, FailedAttempt, UpstreamCallNumbers } from './attempt.ts';
import { Breaker } from './breaker.ts';
import { type AdmissionRule, Bulkhead } from './bulkhead.ts';
import { createColdDetector } from './cold-detector.ts';
import { createQueueWait } from './queue-wait.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { type Decision, decide, type RetryState, withJitter } from './retry.ts';
import { createRetryBudget } from './retry-budget.ts';
import type { Time } from './time.ts';

/** A call as the guards know it. `share`, `who`: as in `RunOptions`. */
export type Caller = { share: string; who: string | undefined };

/** An attempt shorter than this is not started, milliseconds: it could not even connect. */
const minTryMs = 50;

/**
 * The guards between this process and one upstream, with their numbers, shared by all calls to it. Each upstream has its own: a dead one
 * does not affect the others.
 */
export function createGuards(
  upstream: Upstream,
  numbers: UpstreamCallNumbers,
  common: CommonNumbers,
  { time, telemetry }: { time: Time; telemetry: Telemetry },
) {
  const cold = createColdDetector(common.cold, time);
  const budget = createRetryBudget(common.budget, time);
  const rateLimiter = createRateLimiter(common.rateLimiter, numbers.concurrency, time);
  const breaker = new Breaker(common.breaker, time, () => telemetry.count('breakerOpened', { upstream }));
  // Half-open without a call would stay so for hours on an idle instance: only what keeps calls away is reported.
  telemetry.observe('breakerOpen', () => (breaker.state() === 'open' ? 1 : 0), { upstream });
  telemetry.observe('retryBudget', () => budget.tokens(), { upstream });
  const places = () => cold.places(numbers.concurrency);
  const bulkhead = new Bulkhead(numbers, { places, ...admissionRule(breaker, rateLimiter) }, time);
  const estimate = createQueueWait(breaker, bulkhead, time, numbers.concurrencyOf?.keys());
  const shortestTryMs = () => Math.max(minTryMs, Math.min(cold.usualMs() ?? 0, numbers.tryMs));
  const parts = { upstream, numbers, common, time, telemetry, breaker, budget, bulkhead, estimate, shortestTryMs };
  return {
    ...parts,
    /** The state of the upstream now, for the record of an attempt. */
    temperature: () => ({ upstreamCold: `${cold.isCold()}`, coldInstance: `${!cold.hasAnswered()}` }) as const,
    /** Notes an answer with a meaning, 403 and 404 included. */
    answered(caller: Caller, tookMs: number): void {
      cold.succeeded(tookMs);
      estimate.answered(caller.share);
      breaker.leave(caller, 'answered', caller.who);
    },
    /** Notes a failed attempt, and decides whether another follows, and when. */
    failed(caller: Caller, { outcome, retryAfterMs }: FailedAttempt, series: SeriesState): Decision {
      budget.failed(caller.share);
      const isThrottled = outcome === 'throttled';
      if (!isThrottled) breaker.leave(caller, 'failed', caller.who);
      const decision = decide({
        ...series,
        outcome,
        minTryMs: shortestTryMs(),
        retryAfterMs,
        backoff: common.backoff,
        budgetAllows: budget.allows(caller.share),
        breakerAllows: isThrottled || breaker.decide(caller) === 'go',
        random: time.random(),
      });
      if (isThrottled && retryAfterMs !== undefined)
        breaker.pause(decision.retry ? decision.delayMs : withJitter(retryAfterMs, time.random()));
      if (isThrottled) rateLimiter.throttled(breaker.blockedMs());
      return decision;
    },
  };
}

/** What the guards do not know of a call. */
type SeriesState = Pick<RetryState, 'rule' | 'attempts' | 'maxAttempts' | 'remainingMs'>;

/** The guards of one upstream. */
export type Guards = ReturnType<typeof createGuards>;

function admissionRule(
  breaker: Breaker,
  rateLimiter: ReturnType<typeof createRateLimiter>,
): Omit<AdmissionRule, 'places'> {
  return {
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
}
