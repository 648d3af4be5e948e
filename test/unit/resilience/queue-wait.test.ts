import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../shared/problems.ts';
import { Breaker } from '../../../shared/resilience/breaker.ts';
import { type AdmissionRule, Bulkhead } from '../../../shared/resilience/bulkhead.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { createWindow } from '../../../shared/resilience/window.ts';
import { SeededTime } from '../support/seeded-time.ts';
import { common, createPolicyWorld } from './policy-world.ts';

describe('the queue of the bulkhead', () => {
  it('is in order, loses no wake-up, and never has more calls running than places, whatever the admission rule decides', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          places: fc.integer({ min: 1, max: 4 }),
          comers: fc.array(
            fc.record({
              at: fc.integer({ min: 0, max: 5000 }),
              deadlineMs: fc.integer({ min: 1, max: 60_000 }),
              holdsMs: fc.integer({ min: 1, max: 2000 }),
            }),
            { minLength: 1, maxLength: 40 },
          ),
          // Admission is closed from one moment to another, as during a pause.
          shut: fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 9000 })),
          // Time that passes between the question whether admission is closed and the question for how long.
          betweenMs: fc.constantFrom(0, 0.01, 0.9),
        }),
        async ({ places, comers, shut: [shutAt, shutMs], betweenMs }) => {
          const time = new SeededTime(1);
          const shutFor = () => {
            const now = time.monotonic();
            return now >= shutAt && now < shutAt + shutMs ? shutAt + shutMs - now : 0;
          };
          const door: AdmissionRule = {
            places: () => places,
            enter: () => (shutFor() > 0 ? 'wait' : 'go'),
            blockedMs: () => Math.max(0, shutFor() - betweenMs),
          };
          const limiter = new Bulkhead({ concurrency: places, queue: 1000 }, door, time);
          let underWay = 0;
          const entered: number[] = [];
          const ends = new Map<number, { how: string; at: number }>();
          // In order of arrival, so a number is a place in the queue.
          const sorted = [...comers].sort((one, other) => one.at - other.at);
          const come = async ({ at, deadlineMs, holdsMs }: (typeof sorted)[number], number: number) => {
            await time.sleep(at);
            const taken = await limiter.take(Deadline.after(time, deadlineMs), {
              caller: {},
              share: '',
              isRetry: false,
            });
            ends.set(number, { how: typeof taken === 'string' ? taken : 'went', at: time.monotonic() });
            if (typeof taken === 'string') return;
            expect(shutFor()).toBe(0);
            entered.push(number);
            underWay += 1;
            expect(underWay).toBeLessThanOrEqual(places);
            await time.sleep(holdsMs);
            underWay -= 1;
            taken.release();
          };
          // No place is free while a call waits and admission has been open for a moment.
          const watch = async () => {
            for (let at = 0.5; at < 15_000; at += 50) {
              await time.sleep(at - time.monotonic());
              const now = time.monotonic();
              if (now >= shutAt && now < shutAt + shutMs + 2) continue;
              if (limiter.queue('').ahead > 0) expect(underWay).toBe(places);
            }
          };
          await time.until(Promise.all([...sorted.map(come), watch()]));
          // First come, first served; a caller that gives up does not delay the others.
          expect(entered).toEqual([...entered].sort((one, other) => one - other));
          expect([limiter.underWay(), limiter.queue('').ahead]).toEqual([0, 0]);
          sorted.forEach(({ at, deadlineMs }, number) => {
            const end = ends.get(number);
            expect(end?.how).toMatch(/^(went|late)$/);
            expect(end?.at).toBeLessThanOrEqual(at + deadlineMs + 1);
            if (end?.how === 'late') expect(end.at).toBeGreaterThanOrEqual(at + deadlineMs);
          });
          // No call waited longer than the closed time and the calls before it took.
          const allMs = sorted.reduce((sum, { holdsMs }) => sum + holdsMs, 0);
          for (const { how, at } of ends.values()) if (how === 'went') expect(at).toBeLessThanOrEqual(14_001 + allMs);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses all callers at once when the upstream begins to fail', async () => {
    const world = createPolicyWorld({
      script: () => ({ tookMs: 100, result: { outcome: 'connection', fault: 'reset' } }),
      numbers: { concurrency: 2 },
    });
    const ends = Array.from({ length: 40 }, () =>
      world.run(60_000).catch((error: unknown) => (error instanceof ProblemError ? error.code : 'other')),
    );
    const codes = await world.time.until(Promise.all(ends));
    expect(new Set(codes)).toEqual(new Set(['upstream-busy', 'upstream-unavailable']));
    // Ten failed calls open the breaker; the calls that are running then are the last.
    expect(world.sent.length).toBeLessThanOrEqual(12);
    expect(world.time.monotonic()).toBeLessThan(10_000);
  });
});

describe('a pause', () => {
  const ask = (time: SeededTime) => new Breaker(common.breaker, time);
  it('lets no call through before its end; after a failure that follows, one probe at a time', async () => {
    const time = new SeededTime(1);
    const breaker = ask(time);
    breaker.pause(3000);
    await time.run(2999);
    expect(breaker.enter({})).toBe('wait');
    await time.run(3000);
    const one = {};
    const other = {};
    expect([breaker.enter(one), breaker.enter(other)]).toEqual(['go', 'go']);
    breaker.leave(one, 'failed');
    expect(breaker.enter({})).toBe('refuse');
    await time.run(3000 + common.breaker.maxOpenMs);
    const probe = {};
    expect([breaker.enter(probe), breaker.enter({})]).toEqual(['go', 'refuse']);
    // Calls that were sent before the pause say nothing about the upstream now.
    breaker.leave(other, 'answered');
    expect(breaker.state()).toBe('half-open');
    breaker.leave(probe, 'answered');
    expect(breaker.state()).toBe('closed');
  });
});

describe('a window', () => {
  it('counts what lies within it, to a slot', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 100 }), (steps) => {
        let now = 0;
        const time = Object.assign(new SeededTime(1), { monotonic: () => now });
        const window = createWindow(30_000, time);
        const all: number[] = [];
        for (const ms of steps) {
          now += ms;
          window.add();
          all.push(now);
          const within = (spanMs: number) => all.filter((at) => at > now - spanMs).length;
          expect(window.count()).toBeLessThanOrEqual(within(30_000));
          expect(window.count()).toBeGreaterThanOrEqual(within(29_000));
        }
      }),
    );
  });
});
