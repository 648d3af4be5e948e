import { ProblemError } from '../problems.ts';
import { type Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import { type QueueWait, retryAfterFor } from '../resilience/queue-wait.ts';
import { withJitter } from '../resilience/retry.ts';
import type { Time } from '../resilience/time.ts';
import type { CallShares } from '../telemetry/call-shares.ts';
import type { Held } from './held-saldo.ts';

/** A look-up in progress. Instants are monotonic milliseconds. */
export type Flight = {
  found: Promise<Held>;
  /** A caller waits for it until then. */
  heardUntil: number;
  /** It cannot end before this: Lånekassen has asked for a pause. */
  pausedUntil: number;
  /** Callbacks that report a pause at once. */
  onPause: Set<() => void>;
  /** Whose time it takes. */
  shares: CallShares | undefined;
};

/** What a waiting caller needs besides the look-up itself. */
export type AwaitLookupPorts = {
  /** The queue wait that a call to the upstreams has now. */
  queueWait(): QueueWait;
  /** The longest `Retry-After` that a caller gets while its look-up is in a queue, milliseconds. */
  maxRetryAfterMs: number;
  time: Time;
};

/** The part of the caller's time that is kept for the answer "not ready yet", milliseconds. */
const answerMs = 100;
/** The longest `Retry-After` of `saldo-not-ready`, seconds. */
const maxNotReadyMs = 5000;

/**
 * Waits for a look-up (`found`: its result for this caller) as long as the caller does, and no longer than there is
 * something to wait for. Throws what the look-up throws, `saldo-not-ready`, or `upstream-busy` with what is left of the pause and
 * queue; the look-up keeps its place.
 */
export async function awaitLookup(
  found: Promise<Held>,
  flight: Flight,
  deadline: Deadline,
  { queueWait, maxRetryAfterMs, time }: AwaitLookupPorts,
): Promise<Held> {
  const answerBy = deadline.atMost(Math.max(0, deadline.remainingMs() - answerMs));
  let isPaused = false;
  const paused = Promise.withResolvers<never>();
  // With no time left the caller does not wait for it, and it may still be reported.
  paused.promise.catch(() => {});
  const onPause = () => {
    isPaused ||= flight.pausedUntil - time.monotonic() > answerBy.remainingMs();
    // The pause is longer than the caller's time, so the answer comes at once.
    if (isPaused) paused.reject(new DeadlineExceeded());
  };
  flight.onPause.add(onPause);
  onPause();
  try {
    return await answerBy.within(() => Promise.race([found.catch(asProblemOfEnd), paused.promise]));
  } catch (error) {
    if (!(error instanceof DeadlineExceeded)) throw error;
    const waitMs = retryAfterFor(queueWait(), maxRetryAfterMs);
    if (isPaused || waitMs > maxNotReadyMs)
      throw new ProblemError('upstream-busy', {
        fault: isPaused ? 'in-pause' : 'in-queue',
        failure: { party: 'lanekassen', kind: isPaused ? 'throttled' : 'queue' },
        retryAfterSeconds: Math.max(1, Math.ceil(withJitter(waitMs, time.random()) / 1000)),
      });
    throw new ProblemError('saldo-not-ready', { retryAfterSeconds: 2 + Math.floor(4 * time.random()) });
  } finally {
    flight.onPause.delete(onPause);
  }
}

/** The look-up's own time has run out, not the caller's. */
function asProblemOfEnd(error: unknown): never {
  throw error instanceof DeadlineExceeded ? problemOfEnd(error) : error;
}

/** Reports a look-up that ended by an error which is no problem. */
export function problemOfEnd(error: unknown): ProblemError {
  return error instanceof DeadlineExceeded
    ? new ProblemError('upstream-unavailable', {
        fault: 'lookup-deadline',
        failure: { party: undefined, kind: 'slow' },
        retryAfterSeconds: 5,
        cause: error,
      })
    : new ProblemError('internal', { fault: 'unexpected-error', cause: error });
}
