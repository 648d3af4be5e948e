import type { Time } from './time.ts';
import { createWindow } from './window.ts';

/** The numbers of a rate limiter. Shares from 0 to 1. */
export type RateLimiterNumbers = {
  /** The share that an answer adds to the rate. */
  growShare: number;
  /** The share of the rate that remains after a 429. */
  slowShare: number;
  /** The lowest rate, calls a minute, so that a new capacity is found soon. */
  minPerMinute: number;
};

/** At the first 429 the rate is that of this window, milliseconds. */
const recentMs = 5000;

/**
 * Limits the calls a second to an upstream that throttles. The rate follows from its answers, because no quota is published: a 429
 * multiplies it down, each answer up (docs/decisions/0021-a-line-and-a-pace.md). Gaps have a jitter from a half to one and a half, so
 * that instances do not call in step. There is no limit before the first 429, and none once the rate is beyond what the bulkhead allows.
 */
export function createRateLimiter(numbers: RateLimiterNumbers, concurrency: number, time: Time) {
  const least = numbers.minPerMinute / 60_000;
  /** A rate above this is no limit: even calls of half a second fill the bulkhead. */
  const most = (2 * concurrency) / 1000;
  /** Calls a millisecond; `undefined`: no limit. */
  let rate: number | undefined;
  let nextAt = 0;
  const recent = createWindow(recentMs, time);
  const gap = () => (rate === undefined ? 0 : (0.5 + time.random()) / rate);

  return {
    /** How long the next call must wait, milliseconds; 0 while the upstream does not throttle. */
    waitMs: () => (rate === undefined ? 0 : Math.max(0, nextAt - time.monotonic())),
    /** A call goes out. */
    sent(): void {
      recent.add();
      nextAt = time.monotonic() + gap();
    },
    answered(): void {
      if (rate === undefined) return;
      rate *= 1 + numbers.growShare;
      if (rate > most) rate = undefined;
    },
    /** 429. */
    throttled(): void {
      rate ??= recent.count() / recentMs;
      rate = Math.max(least, rate * numbers.slowShare);
      nextAt = Math.max(nextAt, time.monotonic() + gap());
    },
  };
}
