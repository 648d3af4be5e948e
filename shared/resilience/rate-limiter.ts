import type { Time } from './time.ts';
import { createWindow } from './window.ts';

/** The numbers of a pace. Shares from 0 to 1. */
export type RateLimiterNumbers = {
  /** What an answer adds to the rate. */
  growShare: number;
  /** What is left of the rate after a 429. */
  slowShare: number;
  /** The slowest: calls a minute, so that a new capacity is soon found. */
  minPerMinute: number;
};

/** How fast an upstream that throttles is called: found out from its own answers, since no quota is published. */
export type RateLimiter = {
  /** How long the next call must wait, milliseconds; 0 while the upstream does not throttle. */
  waitMs(): number;
  /** A call goes out. */
  sent(): void;
  answered(): void;
  /** 429. */
  throttled(): void;
};

/** What the first 429 looks back upon: how fast was too fast. */
const recentMs = 5000;

/**
 * The rate is multiplied: down by a 429, up by each answer. With a half and a quarter, three answers make good for one
 * refusal, so an upstream that is the bottleneck refuses about one call in four, whatever its capacity and however many
 * instances share it, and a doubled capacity is found after three answers. Gaps are spread from a half to one and a half, so
 * that instances do not fall in step. No pace until the first 429, and none once the rate is beyond what the places allow.
 */
export function createRateLimiter(numbers: RateLimiterNumbers, concurrency: number, time: Time): RateLimiter {
  const least = numbers.minPerMinute / 60_000;
  /** Faster than this is no limit: even calls of half a second fill the places. */
  const most = (2 * concurrency) / 1000;
  /** Calls a millisecond; `undefined`: not paced. */
  let rate: number | undefined;
  let nextAt = 0;
  const recent = createWindow(recentMs, time);
  const gap = () => (rate === undefined ? 0 : (0.5 + time.random()) / rate);

  return {
    waitMs: () => (rate === undefined ? 0 : Math.max(0, nextAt - time.monotonic())),
    sent() {
      recent.add();
      nextAt = time.monotonic() + gap();
    },
    answered() {
      if (rate === undefined) return;
      rate *= 1 + numbers.growShare;
      if (rate > most) rate = undefined;
    },
    throttled() {
      rate ??= recent.count() / recentMs;
      rate = Math.max(least, rate * numbers.slowShare);
      nextAt = Math.max(nextAt, time.monotonic() + gap());
    },
  };
}
