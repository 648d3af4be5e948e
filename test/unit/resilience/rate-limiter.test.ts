// The rate of calls after a 429: hand reckoning with the program's own numbers (half remains, a pause and a half until it is reached again).
import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../../../shared/resilience/rate-limiter.ts';
import { common } from '../../../shared/resilience/upstream-numbers.ts';
import { SeededTime } from '../support/seeded-time.ts';

/** A caller that always has a call to make. The upstream answers `capacity` calls a second, holds a second's worth, and refuses others. */
async function callWithoutEnd(capacity: (ms: number) => number, pauseMs: number, untilMs: number) {
  const time = new SeededTime(3);
  const limiter = createRateLimiter(common.rateLimiter, 16, time);
  /** In tenths of a call. */
  let room = 10 * capacity(0);
  let resumesAt = 0;
  const calls: { at: number; ok: boolean }[] = [];
  const work = (async () => {
    while (time.monotonic() < untilMs) {
      await time.sleep(Math.max(10, limiter.waitMs(), resumesAt - time.monotonic()));
      limiter.sent();
      const ok = room >= 10;
      calls.push({ at: time.monotonic(), ok });
      if (ok) room -= 10;
      else {
        limiter.throttled(pauseMs);
        resumesAt = time.monotonic() + pauseMs;
      }
    }
  })();
  const refill = (async () => {
    while (time.monotonic() < untilMs) {
      await time.sleep(100);
      const now = capacity(time.monotonic());
      room = Math.min(10 * now, room + now);
    }
  })();
  await time.until(Promise.all([work, refill]));
  const answered = (from: number, to: number) => calls.filter(({ at, ok }) => ok && at >= from && at < to).length;
  return { answered, refused: calls.filter(({ ok }) => !ok).length };
}

/** A limiter that has just seen so many calls. */
function afterCalls(calls: number) {
  const time = new SeededTime(1);
  const limiter = createRateLimiter(common.rateLimiter, 16, time);
  for (let call = 0; call < calls; call++) limiter.sent();
  return { time, limiter };
}

/** The rate now, from many gaps: each has a jitter of its own. */
function perSecond(limiter: ReturnType<typeof createRateLimiter>): number {
  let ms = 0;
  for (let call = 0; call < 2000; call++) {
    limiter.sent();
    ms += limiter.waitMs();
  }
  return (2000 * 1000) / ms;
}

describe('the rate limiter', () => {
  it('does not limit before the first 429', () => {
    expect(createRateLimiter(common.rateLimiter, 16, new SeededTime(1)).waitMs()).toBe(0);
  });

  it.each([1, 5, 20])(
    'uses more than half of an upstream that answers %d calls a second, and few calls are refused',
    async (each) => {
      const { answered, refused } = await callWithoutEnd(() => each, 0, 300_000);
      expect(answered(0, 300_000)).toBeGreaterThan(300 * each * 0.5);
      expect(refused).toBeLessThan(0.35 * (refused + answered(0, 300_000)));
    },
  );

  it.each([2, 5, 8])('pauses less than half of the time when each 429 asks for %d seconds', async (seconds) => {
    const { answered, refused } = await callWithoutEnd(() => 6, seconds * 1000, 600_000);
    expect(refused * seconds).toBeLessThan(300);
    expect(answered(0, 600_000)).toBeGreaterThan(600 * 6 * 0.4);
  });

  it('finds a capacity that is ten times as large within a minute', async () => {
    const { answered } = await callWithoutEnd((ms) => (ms < 120_000 ? 2 : 20), 0, 240_000);
    expect(answered(180_000, 240_000)).toBeGreaterThan(60 * 20 * 0.7);
  });

  it('lowers the rate once for the refusals of one burst, late ones included', async () => {
    const { time, limiter } = afterCalls(10);
    for (let call = 0; call < 9; call++) limiter.throttled(2000);
    // The last answer of the burst is a slow one.
    await time.run(1500);
    limiter.throttled(500);
    await time.run(2000);
    // Ten a second were refused, and half of it remains.
    expect(perSecond(limiter)).toBeCloseTo(5, 0);
  });

  it('lowers the rate once for a burst whose refusals name no delay', () => {
    const { limiter } = afterCalls(10);
    for (let call = 0; call < 10; call++) limiter.throttled(0);
    expect(perSecond(limiter)).toBeCloseTo(5, 0);
  });

  it('comes back from the end of the longest pause that a burst asked for', async () => {
    const { time, limiter } = afterCalls(10);
    limiter.throttled(1000);
    await time.run(200);
    limiter.throttled(60_000);
    await time.run(60_200);
    // Ten a second were refused, and half of it remains when the pause ends.
    expect(perSecond(limiter)).toBeCloseTo(5, 0);
    // It is back after ten seconds.
    await time.run(70_200);
    expect(perSecond(limiter)).toBeCloseTo(10, 0);
  });

  it('counts the calls that were made, when the rate was higher', async () => {
    const { time, limiter } = afterCalls(10);
    limiter.throttled(0);
    // Fifteen a second may be made by then, and four are.
    await time.run(8000);
    for (let call = 0; call < 4; call++) limiter.sent();
    limiter.throttled(0);
    expect(perSecond(limiter)).toBeCloseTo(2, 0);
  });

  it('returns to the refused rate within ten seconds, however long the pause was', async () => {
    const { time, limiter } = afterCalls(10);
    limiter.throttled(3_600_000);
    await time.run(3_610_000);
    expect(perSecond(limiter)).toBeCloseTo(10, 0);
  });

  it('never falls below thirty calls a minute', async () => {
    const time = new SeededTime(1);
    const limiter = createRateLimiter(common.rateLimiter, 16, time);
    for (let minute = 1; minute <= 50; minute++) {
      limiter.throttled(0);
      // A gap of two seconds, with a jitter of a half.
      expect(limiter.waitMs()).toBeLessThanOrEqual(3000);
      await time.run(minute * 2000);
    }
  });

  it('ends when the rate is beyond what the bulkhead allows', async () => {
    const time = new SeededTime(1);
    const limiter = createRateLimiter(common.rateLimiter, 16, time);
    limiter.sent();
    limiter.throttled(0);
    // One call a second was refused. 1 + 0.5 · x³ is 32 (two calls a second and place) at x = 3.96, so after 4.96 recoveries of 4 s.
    await time.run(19_500);
    limiter.sent();
    expect(limiter.waitMs()).toBeGreaterThan(0);
    await time.run(20_500);
    limiter.sent();
    expect(limiter.waitMs()).toBe(0);
  });
});
