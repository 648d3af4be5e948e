import type { Breaker } from './breaker.ts';
import type { Bulkhead } from './bulkhead.ts';
import type { Time } from './time.ts';
import { createWindow } from './window.ts';

/** What a call that joins the queue of its bank now has before it, milliseconds; 0 and 0 when there is none. */
export type QueueWait = {
  /** The pause that the upstream asked for: no call goes before it ends. */
  pauseMs: number;
  /** That, and those ahead, of its own bank and of others in turn, at the pace of the last half minute: an estimate. */
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

/** The window of the estimate, milliseconds: longer than a pause of ten seconds, which must not empty it. */
const lookBackMs = 30_000;

/** Estimates the queue wait of one upstream from what it has answered lately. */
export function createQueueWait(breaker: Breaker, bulkhead: Bulkhead, time: Time) {
  const answers = createWindow(lookBackMs, time);
  return {
    /** The upstream has answered. */
    answered: () => answers.add(),
    /** As one that joins this share's queue now finds it. */
    queueWait(share: string): QueueWait {
      const pauseMs = breaker.blockedMs();
      const { ahead, forMs } = bulkhead.queue(share);
      if (ahead === 0) return { pauseMs, waitMs: pauseMs };
      const seenMs = Math.min(lookBackMs, Math.max(1000, forMs));
      return { pauseMs, waitMs: pauseMs + (ahead * seenMs) / Math.max(1, answers.count()) };
    },
  };
}
