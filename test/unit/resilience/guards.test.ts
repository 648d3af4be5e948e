import { describe, expect, it } from 'vitest';
import { type AdmissionRule, Bulkhead } from '../../../shared/resilience/bulkhead.ts';
import { createColdDetector } from '../../../shared/resilience/cold-detector.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { retryRules } from '../../../shared/resilience/retry.ts';
import { SeededTime } from '../support/seeded-time.ts';

describe('the cold detector', () => {
  const setUp = () => {
    const time = new SeededTime();
    return { time, cold: createColdDetector({ silentMs: 60_000, slowFactor: 3 }, time) };
  };

  it('is cold before the first answer: half the places, doubled with each success', () => {
    const { cold } = setUp();
    expect([cold.isCold(), cold.places(8)]).toEqual([true, 4]);
    cold.succeeded(100);
    expect([cold.isCold(), cold.places(8)]).toEqual([false, 8]);
    // There is always at least one place.
    expect(setUp().cold.places(1)).toBe(1);
  });

  it('is cold again after a minute of silence', async () => {
    const { time, cold } = setUp();
    for (let index = 0; index < 10; index++) cold.succeeded(100);
    await time.run(59_999);
    expect(cold.isCold()).toBe(false);
    await time.run(60_001);
    expect([cold.isCold(), cold.places(4)]).toEqual([true, 2]);
  });

  it('is cold when the last five calls took three times as long as usual; those five do not become the usual', () => {
    const { cold } = setUp();
    for (let index = 0; index < 20; index++) cold.succeeded(100);
    for (let index = 0; index < 4; index++) cold.succeeded(2000);
    expect(cold.isCold()).toBe(true);
    expect(cold.usualMs()).toBe(100);
    for (let index = 0; index < 5; index++) cold.succeeded(100);
    expect(cold.isCold()).toBe(false);
  });
});

describe('the bulkhead', () => {
  it('serves in the order of arrival, and a waiter that gives up leaves no gap', async () => {
    const time = new SeededTime();
    const door: AdmissionRule = { places: () => 1, enter: () => 'go', blockedMs: () => 0 };
    const limiter = new Bulkhead({ concurrency: 1, queue: 3 }, door, time);
    const take = async (ms: number) => {
      const taken = await limiter.take(Deadline.after(time, ms), { caller: {}, share: '', isRetry: false });
      return typeof taken === 'string' ? undefined : taken;
    };
    const first = await take(1000);
    const order: string[] = [];
    const waiting = ['b', 'c', 'd'].map((name, index) =>
      take(index === 0 ? 50 : 1000).then((place) => {
        order.push(place ? name : `${name} gave up`);
        place?.release();
      }),
    );
    // The queue is full.
    expect(await take(1000)).toBeUndefined();
    await time.run(100);
    expect(order).toEqual(['b gave up']);
    first?.release();
    // A second release of the same place frees nothing.
    first?.release();
    await Promise.all(waiting);
    expect(order).toEqual(['b gave up', 'c', 'd']);
    expect([limiter.underWay(), limiter.queue('').ahead]).toEqual([0, 0]);
  });

  it('asks again when the upstream opens between "may it go" and "how long must it wait"', async () => {
    const time = new SeededTime();
    let looks = 0;
    // The rule says "wait" just before the moment, and then that no time is left.
    const door: AdmissionRule = { places: () => 1, enter: () => (looks++ < 3 ? 'wait' : 'go'), blockedMs: () => 0 };
    const limiter = new Bulkhead({ concurrency: 1, queue: 3 }, door, time);
    const taken = limiter.take(Deadline.after(time, 60_000), { caller: {}, share: '', isRetry: false });
    await time.run(10);
    expect(limiter.underWay()).toBe(1);
    expect(await taken).toMatchObject({ waited: true });
  });
});

describe('the outcome tables', () => {
  // docs/contracts/resilience.md §5.2, cell by cell: `yes` (as often as attempts allow), `once`, or `no`.
  const outcomes = ['connection', 'timeout', 'throttled', 'server-error', 'gateway-error', 'final'] as const;
  it.each([
    ['lanekassen', ['yes', 'once', 'once', 'once', 'once', 'no']],
    ['maskinporten', ['yes', 'yes', 'once', 'yes', 'yes', 'no']],
    ['altinn-read', ['yes', 'yes', 'once', 'once', 'yes', 'no']],
    ['altinn-create', ['once', 'once', 'once', 'no', 'once', 'no']],
    ['key-vault', ['yes', 'yes', 'once', 'yes', 'yes', 'no']],
    ['tables-read', ['yes', 'yes', 'once', 'yes', 'yes', 'no']],
    ['tables-write', ['yes', 'no', 'once', 'yes', 'yes', 'no']],
    ['identity', ['yes', 'yes', 'once', 'yes', 'yes', 'no']],
  ] as const)('%s', (call, expected) => {
    expect(outcomes.map((outcome) => retryRules[call][outcome])).toEqual(expected);
  });
});
