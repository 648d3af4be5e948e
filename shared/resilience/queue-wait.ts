import type { Breaker } from './breaker.ts';
import type { Bulkhead } from './bulkhead.ts';
import type { Time } from './time.ts';
import { createWindow } from './window.ts';

/** The wait of a call that joins the queue now, milliseconds; 0 and 0 without a queue. */
export type QueueWait = {
  /** The pause that the upstream asked for: no call goes before it ends. */
  pauseMs: number;
  /** The pause, and the calls ahead at the rate of the last half minute: an estimate. */
  waitMs: number;
};

/** The longer wait of two queues that a call passes one after the other. */
export function longerWait(one: QueueWait, other: QueueWait): QueueWait {
  return one.waitMs >= other.waitMs ? one : other;
}

/** The `Retry-After` to send: the rest of the upstream's pause in full, or the estimated queue wait, at most `maxMs`. */
export function retryAfterFor({ pauseMs, waitMs }: QueueWait, maxMs: number): number {
  return Math.max(pauseMs, Math.min(maxMs, waitMs));
}

/** Estimates the queue wait of one upstream from what it has answered lately. */
export type QueueWaitEstimate = {
  /** The upstream has answered. */
  answered(): void;
  queueWait(): QueueWait;
};

/** The window of the estimate, milliseconds: longer than a pause of ten seconds, which must not empty it. */
const lookBackMs = 30_000;

export function createQueueWait(
  { breaker, bulkhead }: { breaker: Breaker; bulkhead: Bulkhead },
  time: Time,
): QueueWaitEstimate {
  const answers = createWindow(lookBackMs, time);
  return {
    answered: () => answers.add(),
    queueWait() {
      const pauseMs = breaker.blockedMs();
      const { waiting, forMs } = bulkhead.queue();
      if (waiting === 0) return { pauseMs, waitMs: pauseMs };
      const seenMs = Math.min(lookBackMs, Math.max(1000, forMs));
      return { pauseMs, waitMs: pauseMs + (waiting * seenMs) / Math.max(1, answers.count()) };
    },
  };
}
