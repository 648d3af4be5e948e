import type { Time } from './time.ts';
import { createWindow } from './window.ts';

/** The numbers of a rate limiter. */
export type RateLimiterNumbers = {
  /** The share of the refused rate that remains after a 429, from 0 to 1. */
  remainingShare: number;
  /** After how long the refused rate is reached again, milliseconds: this many times the pause that the 429 asked for, within the bounds. */
  recovery: { perPause: number; minMs: number; maxMs: number };
  /** The lowest rate, calls a minute, so that a new capacity is found soon. */
  minPerMinute: number;
};

/** A refused rate that was not limited is counted over this time, milliseconds. Refusals within it are one: their calls went out together. */
const burstMs = 1000;

/**
 * Limits the calls a second to an upstream that throttles. No quota is published, so the rate follows the 429s, as TCP's window follows
 * losses (CUBIC, RFC 9438 §4.2; docs/decisions/0021-a-line-and-a-pace.md): a 429 lowers it, it comes back fast, stays a while near the rate
 * that was refused, and then rises faster and faster. Gaps have a jitter from a half to one and a half, so that instances do not call in
 * step. There is no limit before the first 429, and none once the rate is beyond what the bulkhead allows.
 */
export function createRateLimiter(numbers: RateLimiterNumbers, concurrency: number, time: Time) {
  const { remainingShare, recovery } = numbers;
  const least = numbers.minPerMinute / 60_000;
  /** A rate above this is no limit: even calls of half a second fill the bulkhead. */
  const most = (2 * concurrency) / 1000;
  /** The rate that was refused, calls a millisecond; `undefined`: no 429 yet. */
  let refused: number | undefined;
  /** When the last 429 that lowered the rate came, the end of the pause that it asked for, and from then how long to `refused`. */
  let loweredAt = Number.NEGATIVE_INFINITY;
  let resumedAt = 0;
  let recoveryMs = recovery.minMs;
  let nextAt = 0;
  const recent = createWindow(burstMs, time);

  /** Calls a millisecond; `undefined`: no limit. */
  function rate(): number | undefined {
    if (refused === undefined) return undefined;
    const elapsed = Math.max(0, time.monotonic() - resumedAt) / recoveryMs;
    const now = refused * (1 + (1 - remainingShare) * (elapsed - 1) ** 3);
    return now > most ? undefined : Math.max(least, now);
  }
  const gap = () => {
    const now = rate();
    return now === undefined ? 0 : (0.5 + time.random()) / now;
  };

  return {
    /** How long the next call must wait, milliseconds; 0 while the upstream does not throttle. */
    waitMs: () => (rate() === undefined ? 0 : Math.max(0, nextAt - time.monotonic())),
    /** A call goes out. */
    sent(): void {
      recent.add();
      nextAt = time.monotonic() + gap();
    },
    /** 429. `pauseMs`: how long no call goes out, 0 when it names no delay. */
    throttled(pauseMs: number): void {
      const now = time.monotonic();
      const isNew = now >= resumedAt && now - loweredAt >= burstMs;
      if (isNew) {
        // The rate may be above what was called: then the calls show what was too much.
        refused = Math.max(least, Math.min(rate() ?? Number.POSITIVE_INFINITY, recent.count() / burstMs));
        loweredAt = now;
      }
      // A later refusal of the same burst may ask for a longer pause.
      if (isNew || (pauseMs > 0 && now + pauseMs > resumedAt)) {
        resumedAt = now + pauseMs;
        recoveryMs = Math.min(recovery.maxMs, Math.max(recovery.minMs, recovery.perPause * (resumedAt - loweredAt)));
      }
      nextAt = Math.max(nextAt, now + gap());
    },
  };
}
