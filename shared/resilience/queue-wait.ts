import type { Breaker } from './breaker.ts';
import type { Bulkhead } from './bulkhead.ts';
import type { Time } from './time.ts';
import { createWindow } from './window.ts';

/** What somebody who joins the line now has before him, milliseconds; 0 and 0 when there is none. */
export type Line = {
  /** The rest that the upstream asked for: nobody goes before it is over. */
  pauseMs: number;
  /** That, and those ahead at the pace of the last half minute: an estimate. */
  waitMs: number;
};

/** Of two lines that a call stands in one after the other, the one that keeps it longer. */
export function longerWait(one: Line, other: Line): Line {
  return one.waitMs >= other.waitMs ? one : other;
}

/** How long to stay away, for who is told to: what is left of a rest in full; of the line, an estimate, `mostMs` at most. */
export function retryAfterFor({ pauseMs, waitMs }: Line, mostMs: number): number {
  return Math.max(pauseMs, Math.min(mostMs, waitMs));
}

/** Estimates the line before one upstream from what it has answered lately. */
export type QueueWaitEstimate = {
  /** The upstream has answered. */
  answered(): void;
  line(): Line;
};

/** What the estimate looks back upon: long enough for a rest of ten seconds not to empty it. */
const lookBackMs = 30_000;

export function createQueueWait(
  { breaker, limiter }: { breaker: Breaker; limiter: Bulkhead },
  time: Time,
): QueueWaitEstimate {
  const answers = createWindow(lookBackMs, time);
  return {
    answered: () => answers.add(),
    line() {
      const pauseMs = breaker.blockedMs();
      const { waiting, forMs } = limiter.line();
      if (waiting === 0) return { pauseMs, waitMs: pauseMs };
      const seenMs = Math.min(lookBackMs, Math.max(1000, forMs));
      return { pauseMs, waitMs: pauseMs + (waiting * seenMs) / Math.max(1, answers.count()) };
    },
  };
}
