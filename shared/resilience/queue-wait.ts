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

/** Estimates the queue wait of one upstream from what it has answered lately. `limited`: the shares with a limit of their own. */
export function createQueueWait(breaker: Breaker, bulkhead: Bulkhead, time: Time, limited: Iterable<string> = []) {
  const answers = createWindow(lookBackMs, time);
  /** A share with a limit goes at a pace of its own, however fast the others go. */
  const answersOf = new Map(Array.from(limited, (share) => [share, createWindow(lookBackMs, time)]));
  return {
    /** The upstream has answered a call of this share. */
    answered(share: string): void {
      answers.add();
      answersOf.get(share)?.add();
    },
    /** As one that joins this share's queue now finds it. */
    queueWait(share: string): QueueWait {
      const pauseMs = breaker.blockedMs();
      const { ahead, own, forMs } = bulkhead.queue(share);
      if (ahead === 0) return { pauseMs, waitMs: pauseMs };
      const seenMs = Math.min(lookBackMs, Math.max(1000, forMs));
      const msFor = (calls: number, { count }: typeof answers) => (calls * seenMs) / Math.max(1, count());
      const ownAnswers = answersOf.get(share);
      const ownMs = ownAnswers === undefined ? 0 : msFor(own, ownAnswers);
      return { pauseMs, waitMs: pauseMs + Math.max(msFor(ahead, answers), ownMs) };
    },
  };
}
