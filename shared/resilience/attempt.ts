import { ProblemError } from '../problems.ts';
import type { BreakerNumbers } from './breaker.ts';
import type { BulkheadNumbers } from './bulkhead.ts';
import type { ColdNumbers } from './cold-detector.ts';
import { type Deadline, DeadlineExceeded } from './deadline.ts';
import type { RateLimiterNumbers } from './rate-limiter.ts';
import type { Outcome } from './retry.ts';
import type { BudgetNumbers } from './retry-budget.ts';

/** The numbers of one upstream's policy; milliseconds. */
export type UpstreamCallNumbers = BulkheadNumbers & {
  /** Limit of an attempt that another one may follow. The last one gets the time that is left. */
  tryMs: number;
  /** The same while the upstream is cold: a scaling server that is cut off starts cold once more. */
  coldTryMs?: number;
  /** Limit of all tries and the waits between them; the caller's deadline may be nearer. */
  totalMs: number;
  /** Longest wait in the queue before the first try, in addition to `totalMs`; without it the wait counts within `totalMs`. */
  queueMs?: number;
  maxAttempts: number;
  /** The longest `Retry-After` because of the queue. */
  maxRetryAfterMs?: number;
  /** Successes are not reported one by one: the state table is asked at every request. */
  quiet?: boolean;
};

/** Numbers that the upstreams have in common; milliseconds. Each upstream has guards of its own. */
export type CommonNumbers = {
  backoff: { baseMs: number; capMs: number };
  budget: BudgetNumbers;
  breaker: BreakerNumbers;
  cold: ColdNumbers;
  rateLimiter: RateLimiterNumbers;
};

/** An attempt that failed in a way that the policy judges. `status`: the HTTP status of the answer, where there was one. */
export type FailedAttempt = {
  outcome: Exclude<Outcome, 'final'>;
  retryAfterMs?: number | undefined;
  status?: number | undefined;
  fault: string;
  cause?: unknown;
};

/** How one attempt ended for good: with a value, with a problem that no retry helps, or with a failure that the policy judges. */
export type Ended<T> =
  | { value: T }
  /** `elsewhere`: the fault is another upstream's, so it says nothing about this one. */
  | { problem: Error; elsewhere?: boolean }
  | FailedAttempt;

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
  onPause?: ((pauseMs: number) => void) | undefined;
  /** A keyed name of the customer that the call is for: the breaker counts customers, not calls. Default: one of its own. */
  who?: string | undefined;
  /**
   * Whose share of the upstream it takes: a bank's organisation number. Banks take turns in the queue, and each has a retry
   * budget of its own. Default: the invocation's bank; work that is for no bank in particular has one share together.
   */
  share?: string | undefined;
};

/** An attempt that threw: out of time, or with a problem. Anything else is a defect, and is thrown again. */
export function asEnded(error: unknown): Ended<never> {
  if (error instanceof DeadlineExceeded) return { outcome: 'timeout', fault: 'timeout' };
  if (error instanceof ProblemError) return { problem: error };
  throw error;
}
