import { ProblemError } from '../problems.ts';
import { sharesOfCall } from '../telemetry/call-shares.ts';
import type { Upstream } from '../telemetry/dimensions.ts';
import type { AttemptRecord, Telemetry } from '../telemetry/telemetry.ts';
import { type Deadline, DeadlineExceeded } from './deadline.ts';
import { createGuards, type GuardNumbers } from './guards.ts';
import { type Decision, decide, type Outcome, type RetriedCall, retryRules } from './retry.ts';
import type { Time } from './time.ts';

/** The numbers of one upstream's policy; milliseconds. */
export type PolicyNumbers = {
  /** Limit of a try that another one may follow. The last one gets what is left. */
  tryMs: number;
  /** The same while the upstream is known cold: a scaling server that is cut off gives a second cold answer. */
  coldTryMs?: number;
  /** Limit of all tries and waits together; the caller's deadline may be nearer. */
  totalMs: number;
  maxAttempts: number;
  /** Calls under way at once, and callers that may wait for a place. */
  concurrency: number;
  queue: number;
  /** Successes are not told one by one: the state table is asked at every request. */
  quiet?: boolean;
};

/** Numbers that the upstreams have in common; milliseconds. */
export type CommonNumbers = GuardNumbers & { backoff: { baseMs: number; capMs: number } };

/** How one attempt ended: with a value, with a problem that no retry mends, or with an outcome the policy judges. */
export type Attempt<T> =
  | { value: T }
  /** `elsewhere`: the fault is another upstream's, so it says nothing about this one. */
  | { problem: Error; elsewhere?: boolean }
  | { outcome: Exclude<Outcome, 'final'>; retryAfterMs?: number | undefined; fault: string; cause?: unknown };

/** What an attempt is given. `prepared` is what `prepare` made for it. */
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
};

/** Runs calls to one upstream under its policy. */
export type Policy = {
  run<T, P = undefined>(
    call: RetriedCall,
    deadline: Deadline,
    attempt: (context: AttemptContext<P>) => Promise<Attempt<T>>,
    options?: RunOptions<P>,
  ): Promise<T>;
};

/** A try shorter than this is not begun: it could not even connect and answer. */
const leastTryMs = 50;

/**
 * The policy of one upstream: deadline first, count second, budget third; before each attempt the breaker and the queue.
 * One object an upstream and process. Throws `upstream-busy`, `upstream-unavailable`, or the attempt's own problem.
 */
export function createPolicy(
  upstream: Upstream,
  numbers: PolicyNumbers,
  common: CommonNumbers,
  ports: { time: Time; telemetry: Telemetry },
): Policy {
  const { time, telemetry } = ports;
  const { budget, breaker, limiter, cold } = createGuards(upstream, numbers, common, ports);

  return {
    async run<T, P = undefined>(
      call: RetriedCall,
      callerDeadline: Deadline,
      attempt: (context: AttemptContext<P>) => Promise<Attempt<T>>,
      options: RunOptions<P> = {},
    ): Promise<T> {
      const maxAttempts = Math.max(1, Math.min(numbers.maxAttempts, options.maxAttempts ?? numbers.maxAttempts));
      const deadline = callerDeadline.atMost(numbers.totalMs);
      /** This series of attempts, as the breaker knows it. */
      const self = {};
      const shortestTry = () => Math.max(leastTryMs, Math.min(cold.usualMs() ?? 0, numbers.tryMs));

      /** As the attempt met it: its own answer is not part of what it was up against. */
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
      const notSent = (number: number, stop: 'breaker' | 'limit' | 'deadline', waitMs: number): ProblemError => {
        record(number, 'not-sent', { durationMs: 0, stop });
        return stop === 'deadline' ? unavailable(upstream, 'deadline', time.random()) : busy(upstream, stop, waitMs);
      };
      /** A `Retry-After` that is told to customers: somewhat spread, so that they do not come back together. */
      const spread = (ms: number) => ms * (1 + 0.2 * time.random());

      try {
        for (let number = 1; ; number++) {
          await admitted(number);
          const queuedAt = time.monotonic();
          const place = await limiter.take(deadline);
          const queuedMs = Math.round(time.monotonic() - queuedAt);
          if (place === undefined) throw notSent(number, 'limit', 2000 + 3000 * time.random());
          if (place.waited) {
            telemetry.record('limiterWait', queuedMs, { upstream });
            sharesOfCall()?.spent(upstream, queuedMs);
          }
          let result: Attempt<T>;
          let startedAt = time.monotonic();
          try {
            // After the queue: what is prepared may not keep (an assertion's `iat`), and may cost (a signature).
            const prepared = await prepare();
            startedAt = time.monotonic();
            before = temperature();
            // Queue and preparation may have taken long enough for the breaker to open.
            await admitted(number);
            if (!breaker.enter(self)) throw notSent(number, 'breaker', spread(breaker.blockedMs(self)));
            const isLast = number >= maxAttempts;
            const limitMs = cold.isCold() ? Math.max(numbers.coldTryMs ?? 0, numbers.tryMs) : numbers.tryMs;
            const tryDeadline = isLast ? deadline : deadline.atMost(limitMs);
            result = await oneTry(tryDeadline, (signal) => attempt({ signal, number, prepared }));
            if ('value' in result || ('problem' in result && !result.elsewhere))
              cold.succeeded(time.monotonic() - startedAt);
          } finally {
            // After the detector has heard, so that a place that has just been opened is given out too.
            place.giveBack();
          }
          const durationMs = Math.round(time.monotonic() - startedAt);
          if ('value' in result) {
            breaker.leave(self, 'answered');
            budget.succeeded();
            record(number, 'ok', { durationMs, quiet: numbers.quiet === true });
            return result.value;
          }
          if ('problem' in result) {
            if (!result.elsewhere) breaker.leave(self, 'answered');
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
          await time.sleep(decision.delayMs);
        }
      } finally {
        breaker.release(self);
      }

      /** Throws `upstream-busy` while the breaker keeps this caller away. Its probe, told another delay meanwhile, waits on. */
      async function admitted(number: number): Promise<void> {
        if (deadline.remainingMs() === 0) throw notSent(number, 'deadline', 0);
        for (;;) {
          const blockedMs = breaker.blockedMs(self);
          if (blockedMs === 0) return;
          const waitsOn = number > 1 && breaker.state() === 'open' && breaker.mayProbe(self);
          if (!waitsOn || blockedMs + shortestTry() > deadline.remainingMs())
            throw notSent(number, 'breaker', spread(blockedMs));
          await time.sleep(blockedMs);
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

      /** Tells the books what has happened, and decides. */
      function judge(number: number, result: Extract<Attempt<T>, { outcome: unknown }>): Decision {
        budget.failed();
        const { outcome, retryAfterMs } = result;
        const isAskedToWait = outcome === 'throttled' && retryAfterMs !== undefined;
        const mayProbe = breaker.mayProbe(self);
        if (!isAskedToWait) breaker.leave(self, 'failed');
        const decision = decide({
          rule: retryRules[call][outcome],
          outcome,
          attempts: number,
          maxAttempts,
          remainingMs: deadline.remainingMs(),
          leastTryMs: shortestTry(),
          retryAfterMs,
          backoff: common.backoff,
          budgetAllows: budget.allows(),
          breakerAllows: isAskedToWait ? mayProbe : breaker.blockedMs(self) === 0,
          random: time.random(),
        });
        if (isAskedToWait) breaker.throttled(self, retryAfterMs, decision.retry);
        return decision;
      }

      function exhausted(result: Extract<Attempt<T>, { outcome: unknown }>): ProblemError {
        if (result.outcome !== 'throttled') return unavailable(upstream, result.fault, time.random(), result.cause);
        // What is left of the rest that the upstream gets; it may be longer than what this answer asked for.
        const restMs = result.retryAfterMs === undefined ? 0 : Math.max(result.retryAfterMs, breaker.blockedMs(self));
        const waitMs = result.retryAfterMs === undefined ? 5000 + 25_000 * time.random() : spread(restMs);
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

function busy(upstream: string, fault: string, waitMs: number, cause?: unknown): ProblemError {
  return new ProblemError('upstream-busy', {
    fault: `${upstream}-${fault}`,
    // An absurd delay (a date in 2099) is no use to a caller; an hour says "not now" as well.
    retryAfterSeconds: Math.min(3600, Math.max(1, Math.ceil(waitMs / 1000))),
    cause,
  });
}

function unavailable(upstream: string, fault: string, random: number, cause?: unknown): ProblemError {
  return new ProblemError('upstream-unavailable', {
    fault: `${upstream}-${fault}`,
    retryAfterSeconds: Math.ceil(5 + 25 * random),
    cause,
  });
}
