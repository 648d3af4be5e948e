import { ProblemError } from '../problems.ts';
import { sharesOfCall } from '../telemetry/call-shares.ts';
import type { Upstream } from '../telemetry/dimensions.ts';
import type { AttemptRecord, Telemetry } from '../telemetry/telemetry.ts';
import { type Deadline, DeadlineExceeded } from './deadline.ts';
import { createGuards, type GuardNumbers } from './guards.ts';
import { createQueueWait, type QueueWait, retryAfterFor } from './queue-wait.ts';
import { type Decision, decide, type Outcome, type RetriedCall, retryRules } from './retry.ts';
import type { Time } from './time.ts';
import { busy, unavailable } from './upstream-problems.ts';
import { withJitter } from './with-jitter.ts';

/** The numbers of one upstream's policy; milliseconds. */
export type UpstreamCallNumbers = {
  /** Limit of an attempt that another one may follow. The last one gets the time that is left. */
  tryMs: number;
  /** The same while the upstream is cold: a scaling server that is cut off starts cold once more. */
  coldTryMs?: number;
  /** Limit of all tries and the waits between them; the caller's deadline may be nearer. */
  totalMs: number;
  /** Longest queue wait before the first attempt, in addition to `totalMs`. Without it the wait counts within `totalMs`. */
  queueMs?: number;
  maxAttempts: number;
  /** Calls under way at once, and callers that may wait for a place. */
  concurrency: number;
  queue: number;
  /** The longest `Retry-After` because of the queue. */
  maxRetryAfterMs?: number;
  /** Successes are not reported one by one: the state table is asked at every request. */
  quiet?: boolean;
};

/** Numbers that the upstreams have in common; milliseconds. */
export type CommonNumbers = GuardNumbers & { backoff: { baseMs: number; capMs: number } };

/** How one attempt ended for good: with a value, with a problem that no retry helps, or with an outcome that the policy judges. */
type Ended<T> =
  | { value: T }
  /** `elsewhere`: the fault is another upstream's, so it says nothing about this one. */
  | { problem: Error; elsewhere?: boolean }
  | { outcome: Exclude<Outcome, 'final'>; retryAfterMs?: number | undefined; fault: string; cause?: unknown };

/**
 * How one attempt ended. With `again` it says nothing about the upstream (a dead connection, a dropped token): it is made once more at
 * once, outside breaker and budget, once a call for each reason. After that it counts as `otherwise`.
 */
export type Attempt<T> = Ended<T> | { again: string; otherwise: Ended<T> };

/** What an attempt is given. `number`: the tries of this call, those made `again` included. `prepared`: what `prepare` made. */
export type AttemptContext<P> = { signal: AbortSignal; number: number; prepared: P };

/** What a call may ask for besides its rule. */
export type RunOptions<P> = {
  /** Fewer attempts than the policy's own number, when some have been spent already. */
  maxAttempts?: number;
  /**
   * What each attempt needs from another upstream (a token, a signature). Outside the try's limit and the breaker's
   * books: what another upstream does must not be held against this one.
   */
  prepare?: (deadline: Deadline) => Promise<P>;
  /** The same look-up was admitted before (its token was refused): it goes before new calls. */
  isRetry?: boolean;
  /** Called when the call must wait for the end of an upstream's pause, with the time that is left, milliseconds. */
  onPause?: (pauseMs: number) => void;
  /** A keyed name of the customer that the call is for: the breaker counts customers, not calls. Default: one of its own. */
  who?: string | undefined;
};

/** Runs calls to one upstream under its policy. */
export type UpstreamCall = {
  run<T, P = undefined>(
    call: RetriedCall,
    deadline: Deadline,
    attempt: (context: AttemptContext<P>) => Promise<Attempt<T>>,
    options?: RunOptions<P>,
  ): Promise<T>;
  queueWait(): QueueWait;
};

/** A try shorter than this is not begun: it could not even connect and answer. */
const minTryMs = 50;

/**
 * The policy of one upstream: deadline first, count second, budget third; before each attempt the breaker and the queue.
 * One object an upstream and process. Throws `upstream-busy`, `upstream-unavailable`, or the attempt's own problem.
 */
export function createUpstreamCall(
  upstream: Upstream,
  numbers: UpstreamCallNumbers,
  common: CommonNumbers,
  ports: { time: Time; telemetry: Telemetry },
): UpstreamCall {
  const { time, telemetry } = ports;
  const { budget, breaker, bulkhead, cold, rateLimiter } = createGuards(upstream, numbers, common, ports);
  const estimate = createQueueWait({ breaker, bulkhead }, time);
  const queueRetryAfterMs = () => retryAfterFor(estimate.queueWait(), numbers.maxRetryAfterMs ?? 30_000);

  return {
    queueWait: estimate.queueWait,
    async run<T, P = undefined>(
      call: RetriedCall,
      callerDeadline: Deadline,
      attempt: (context: AttemptContext<P>) => Promise<Attempt<T>>,
      options: RunOptions<P> = {},
    ): Promise<T> {
      const maxAttempts = Math.max(1, Math.min(numbers.maxAttempts, options.maxAttempts ?? numbers.maxAttempts));
      /** This series of attempts, as the breaker knows it. */
      const self = {};
      /** Why attempts have been made again. */
      const madeAgain = new Set<string>();
      /** The deadline of the queue wait; of the attempts and the waits between them once there is a place. */
      const within = (ms: number) => (callerDeadline.takesAll ? callerDeadline : callerDeadline.atMost(ms));
      let deadline = within(numbers.queueMs ?? numbers.totalMs);
      const shortestTry = () => Math.max(minTryMs, Math.min(cold.usualMs() ?? 0, numbers.tryMs));

      /** Read before the attempt, whose own answer must not change it. */
      const temperature = () => ({ upstreamCold: cold.isCold(), coldInstance: !cold.hasAnswered() });
      let before = temperature();
      const record = (
        number: number,
        outcome: AttemptRecord['outcome'],
        rest: Pick<AttemptRecord, 'durationMs' | 'delayMs' | 'retryAfterMs' | 'stop' | 'quiet'>,
      ) =>
        telemetry.attempt({
          upstream,
          call,
          attempt: number,
          outcome,
          ...rest,
          budgetTokens: Math.round(budget.tokens() * 10) / 10,
          breakerState: breaker.state(),
          ...before,
        });
      const notSent = (number: number, stop: 'breaker' | 'limit' | 'deadline'): ProblemError => {
        record(number, 'not-sent', { durationMs: 0, stop });
        if (stop === 'deadline') return unavailable(upstream, 'deadline', time.random());
        // What is left of the open time, or of the line; where neither is known, two to five seconds.
        return busy(
          upstream,
          stop,
          Math.max(withJitter(queueRetryAfterMs(), time.random()), stop === 'limit' ? 2000 + 3000 * time.random() : 0),
        );
      };

      try {
        for (let number = 1; ; number++) {
          const { release, prepared } = await placed(number);
          const ends = sharesOfCall()?.waitsFor(upstream);
          let result: Ended<T>;
          const startedAt = time.monotonic();
          before = temperature();
          const isLast = number >= maxAttempts;
          const limitMs = cold.isCold() ? Math.max(numbers.coldTryMs ?? 0, numbers.tryMs) : numbers.tryMs;
          const tryDeadline = isLast ? deadline : deadline.atMost(limitMs);
          try {
            const tries = number + madeAgain.size;
            const ended = await oneTry(tryDeadline, (signal) => attempt({ signal, number: tries, prepared }));
            if ('again' in ended && !madeAgain.has(ended.again)) {
              madeAgain.add(ended.again);
              telemetry.log('info', 'upstream-again', { upstream, call, reason: ended.again });
              number -= 1;
              continue;
            }
            result = 'again' in ended ? ended.otherwise : ended;
            const durationMs = Math.round(time.monotonic() - startedAt);
            if ('value' in result) {
              answered(startedAt);
              budget.succeeded();
              record(number, 'ok', { durationMs, quiet: numbers.quiet === true });
              return result.value;
            }
            if ('problem' in result) {
              if (!result.elsewhere) answered(startedAt);
              record(number, 'final', { durationMs, stop: 'not-retryable' });
              throw result.problem;
            }
            const decision = judge(number, result);
            record(number, result.outcome, {
              durationMs,
              retryAfterMs: result.retryAfterMs === undefined ? undefined : Math.round(result.retryAfterMs),
              ...(decision.retry ? { delayMs: Math.round(decision.delayMs) } : { stop: decision.reason }),
            });
            if (!decision.retry) throw exhausted(result);
            budget.spend();
            // The wait holds no place. A call that waits for the end of a pause is first in the queue.
            release();
            if (result.outcome !== 'throttled' || decision.delayMs > common.breaker.maxDelayMs)
              await time.sleep(decision.delayMs);
          } finally {
            // After the books have been kept, so that a place that has just been opened is given out too.
            release();
            ends?.();
          }
        }
      } finally {
        breaker.release(self);
        bulkhead.admit();
      }

      /** Waits in line and prepares. Throws `upstream-busy` when the upstream fails, or no place comes in time. */
      async function placed(number: number): Promise<{ release: () => void; prepared: P }> {
        let hadPlace = number > 1 || madeAgain.size > 0;
        for (;;) {
          if (deadline.remainingMs() === 0) throw notSent(number, 'deadline');
          const admission = breaker.decide(self);
          if (admission === 'refuse') throw notSent(number, 'breaker');
          if (admission === 'wait' && breaker.blockedMs() + shortestTry() > deadline.remainingMs())
            throw notSent(number, 'breaker');
          if (admission === 'wait') options.onPause?.(breaker.blockedMs());
          const linedUpAt = time.monotonic();
          const ends = sharesOfCall()?.waitsFor(upstream);
          const place = await bulkhead.take(deadline, { caller: self, isRetry: hadPlace || options.isRetry === true });
          ends?.();
          if (place === 'refused') throw notSent(number, 'breaker');
          if (typeof place === 'string') throw notSent(number, breaker.state() === 'closed' ? 'limit' : 'breaker');
          if (place.waited) {
            const queueMs = Math.round(time.monotonic() - linedUpAt);
            telemetry.record('limiterWait', queueMs, { upstream });
            // A retry waits for the delay that its last attempt has reported already.
            if (!hadPlace) sharesOfCall()?.spent(upstream, queueMs);
          }
          if (!hadPlace && numbers.queueMs !== undefined) deadline = within(numbers.totalMs);
          hadPlace = true;
          let prepared: P;
          try {
            // After the line: what is prepared may not keep (an assertion's `iat`), and may cost (a signature).
            prepared = await prepare();
          } catch (error) {
            place.release();
            throw error;
          }
          // Preparing may have taken long enough for the breaker to open.
          if (deadline.remainingMs() > 0 && breaker.decide(self) === 'go') return { ...place, prepared };
          place.release();
        }
      }

      async function prepare(): Promise<P> {
        if (options.prepare === undefined) return undefined as P;
        try {
          return await options.prepare(deadline);
        } catch (error) {
          if (error instanceof DeadlineExceeded) throw unavailable(upstream, 'prepare-timeout', time.random());
          throw error;
        }
      }

      function answered(sentAt: number): void {
        cold.succeeded(time.monotonic() - sentAt);
        rateLimiter.answered();
        estimate.answered();
        breaker.leave(self, 'answered', options.who);
      }

      /** Tells the books what has happened, and decides. */
      function judge(number: number, result: Extract<Ended<T>, { outcome: unknown }>): Decision {
        budget.failed();
        const { outcome, retryAfterMs } = result;
        const isThrottled = outcome === 'throttled';
        if (isThrottled) rateLimiter.throttled();
        else breaker.leave(self, 'failed', options.who);
        // Work that takes all the time there is (a write behind a paid answer) does not end with a try that was too slow.
        const isWorthMore = callerDeadline.takesAll && outcome === 'timeout';
        const decision = decide({
          rule: isWorthMore ? 'yes' : retryRules[call][outcome],
          outcome,
          attempts: number,
          maxAttempts,
          remainingMs: deadline.remainingMs(),
          minTryMs: shortestTry(),
          retryAfterMs,
          backoff: common.backoff,
          budgetAllows: budget.allows(),
          breakerAllows: isThrottled || breaker.decide(self) === 'go',
          random: time.random(),
        });
        if (isThrottled && retryAfterMs !== undefined)
          breaker.pause(decision.retry ? decision.delayMs : withJitter(retryAfterMs, time.random()));
        return decision;
      }

      function exhausted(result: Extract<Ended<T>, { outcome: unknown }>): ProblemError {
        if (result.outcome !== 'throttled') return unavailable(upstream, result.fault, time.random(), result.cause);
        // What is left of the rest and of the line; without a word from the upstream, a guess.
        const waitMs =
          result.retryAfterMs === undefined
            ? 5000 + 25_000 * time.random()
            : Math.max(withJitter(result.retryAfterMs, time.random()), queueRetryAfterMs());
        return busy(upstream, result.fault, waitMs, result.cause);
      }
    },
  };
}

async function oneTry<T>(
  deadline: Deadline,
  attempt: (signal: AbortSignal) => Promise<Attempt<T>>,
): Promise<Attempt<T>> {
  try {
    return await deadline.bound(attempt);
  } catch (error) {
    if (error instanceof DeadlineExceeded) return { outcome: 'timeout', fault: 'timeout' };
    if (error instanceof ProblemError) return { problem: error };
    throw error;
  }
}
