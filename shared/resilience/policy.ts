import { ProblemError } from '../problems.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type Deadline, DeadlineExceeded } from './deadline.ts';
import { decide, type Outcome, type RetriedCall, retryRules } from './retry.ts';
import type { Time } from './time.ts';

/** The numbers of one upstream's policy; milliseconds. */
export type PolicyNumbers = {
  /** Limit of a try that another one may follow. The last one gets what is left. */
  tryMs: number;
  /** Limit of all tries and waits together; the caller's deadline may be nearer. */
  totalMs: number;
  maxAttempts: number;
};

/** How one attempt ended: with a value, with a problem that no retry mends, or with an outcome the policy judges. */
export type Attempt<T> =
  | { value: T }
  | { problem: ProblemError }
  | { outcome: Exclude<Outcome, 'final'>; retryAfterMs?: number | undefined; fault: string; cause?: unknown };

/** Runs calls to one upstream under its policy. */
export type Policy = {
  run<T>(
    call: RetriedCall,
    deadline: Deadline,
    attempt: (context: { signal: AbortSignal; number: number }) => Promise<Attempt<T>>,
    /** Fewer attempts than the policy's own number, when some have been spent already. */
    maxAttempts?: number,
  ): Promise<T>;
};

/** A try shorter than this is not begun: it could not even connect and answer. */
const leastTryMs = 50;

/** The policy of one upstream: deadline first, count second. Throws `upstream-busy`, `upstream-unavailable`, or the attempt's own problem. */
export function createPolicy(
  upstream: string,
  numbers: PolicyNumbers,
  backoff: { baseMs: number; capMs: number },
  ports: { time: Time; telemetry: Telemetry },
): Policy {
  const { time, telemetry } = ports;
  return {
    async run<T>(
      call: RetriedCall,
      callerDeadline: Deadline,
      attempt: (context: { signal: AbortSignal; number: number }) => Promise<Attempt<T>>,
      fewer?: number,
    ) {
      const maxAttempts = Math.max(1, Math.min(numbers.maxAttempts, fewer ?? numbers.maxAttempts));
      const deadline = callerDeadline.atMost(numbers.totalMs);
      for (let number = 1; ; number++) {
        const startedAt = time.monotonic();
        const isLast = number >= maxAttempts;
        const tryDeadline = isLast ? deadline : deadline.atMost(numbers.tryMs);
        const result = await oneTry(tryDeadline, (signal) => attempt({ signal, number }));
        const durationMs = Math.round(time.monotonic() - startedAt);
        if ('value' in result) {
          telemetry.attempt({ upstream, call, attempt: number, outcome: 'ok', durationMs });
          return result.value;
        }
        if ('problem' in result) {
          telemetry.attempt({ upstream, call, attempt: number, outcome: 'final', durationMs, stop: 'not-retryable' });
          throw result.problem;
        }
        const decision = decide({
          rule: retryRules[call][result.outcome],
          outcome: result.outcome,
          attempts: number,
          maxAttempts,
          remainingMs: deadline.remainingMs(),
          leastTryMs,
          retryAfterMs: result.retryAfterMs,
          backoff,
          random: time.random(),
        });
        telemetry.attempt({
          upstream,
          call,
          attempt: number,
          outcome: result.outcome,
          durationMs,
          ...(decision.retry ? { delayMs: Math.round(decision.delayMs) } : { stop: decision.reason }),
        });
        if (!decision.retry) throw exhausted(upstream, result, time.random());
        await time.sleep(decision.delayMs);
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

function exhausted(
  upstream: string,
  result: { outcome: Outcome; retryAfterMs?: number | undefined; fault: string; cause?: unknown },
  random: number,
): ProblemError {
  const fault = `${upstream}-${result.fault}`;
  if (result.outcome === 'throttled') {
    const asked = result.retryAfterMs === undefined ? 5000 + 25_000 * random : result.retryAfterMs * (1 + 0.2 * random);
    // An absurd delay (a date in 2099) is no use to a caller; an hour says "not now" as well.
    return new ProblemError('upstream-busy', {
      fault,
      retryAfterSeconds: Math.min(3600, Math.max(1, Math.ceil(asked / 1000))),
      cause: result.cause,
    });
  }
  return new ProblemError('upstream-unavailable', {
    fault,
    retryAfterSeconds: Math.ceil(5 + 25 * random),
    cause: result.cause,
  });
}
