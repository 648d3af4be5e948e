import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../shared/problems.ts';
import type { Attempt } from '../../../shared/resilience/attempt.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { type Outcome, type RetriedCall, retryRules } from '../../../shared/resilience/retry.ts';
import { createUpstreamCall } from '../../../shared/resilience/upstream-call.ts';
import { createTelemetry } from '../../../shared/telemetry/telemetry.ts';
import { common, createPolicyWorld, numbers, withoutBreaker } from './policy-world.ts';

const ok: Attempt<string> = { value: 'ok' };
const failed = (outcome: Exclude<Outcome, 'final'>, retryAfterMs?: number): Attempt<string> => ({
  outcome,
  fault: outcome,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
const problemOf = async (work: Promise<unknown>): Promise<ProblemError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProblemError) return error;
  throw new Error('no problem was thrown', { cause: error });
};

const anyResult: fc.Arbitrary<Attempt<string>> = fc.oneof(
  fc.constant(ok),
  fc.constantFrom<Attempt<string>>(
    failed('connection'),
    failed('timeout'),
    failed('server-error'),
    failed('gateway-error'),
    failed('throttled'),
  ),
  fc.integer({ min: 0, max: 40_000 }).map((ms) => failed('throttled', ms)),
  fc.integer({ min: 0, max: 40_000 }).map((ms) => failed('gateway-error', ms)),
);
// Half milliseconds, because an answer at the exact moment of a limit would be both in time and late.
const anyScript = fc.array(
  fc.record({ tookMs: fc.integer({ min: 0, max: 15_000 }).map((ms) => ms + 0.53), result: anyResult }),
  {
    minLength: 1,
    maxLength: 12,
  },
);
const anyCall = fc.constantFrom(...(Object.keys(retryRules) as RetriedCall[]));

describe('the policy, whatever the upstream does', () => {
  it('keeps the deadline, the number of attempts and every requested delay', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          script: anyScript,
          call: anyCall,
          seed: fc.integer(),
          deadlineMs: fc.integer({ min: 1, max: 30_000 }),
          maxAttempts: fc.integer({ min: 1, max: 5 }),
        }),
        async ({ script, call, seed, deadlineMs, maxAttempts }) => {
          const world = createPolicyWorld({
            script: ({ number }) => script[(number - 1) % script.length] as (typeof script)[number],
            seed,
            call,
            numbers: { maxAttempts },
          });
          let endedAt = -1;
          const ended = world.run(deadlineMs).then(
            () => (endedAt = world.time.monotonic()),
            () => (endedAt = world.time.monotonic()),
          );
          await world.time.until(ended);
          expect(endedAt).toBeGreaterThanOrEqual(0);
          expect(endedAt).toBeLessThanOrEqual(Math.min(deadlineMs, numbers.totalMs) + 0.001);
          expect(world.sent.length).toBeLessThanOrEqual(maxAttempts);
          world.sent.slice(1).forEach((next, index) => {
            const before = world.sent[index] as (typeof world.sent)[number];
            // A retry follows only an outcome that the rule retries.
            const { result } = before;
            const outcome =
              before.endedAt === Number.POSITIVE_INFINITY ? 'timeout' : 'outcome' in result ? result.outcome : 'final';
            expect(retryRules[call][outcome]).not.toBe('no');
            if (before.endedAt === Number.POSITIVE_INFINITY || !('outcome' in result)) return;
            const asked = result.retryAfterMs;
            if (asked !== undefined) {
              expect(next.at - before.endedAt).toBeGreaterThanOrEqual(asked);
              expect(next.at - before.endedAt).toBeLessThanOrEqual(asked * 1.2 + 0.001);
            } else expect(next.at - before.endedAt).toBeLessThanOrEqual(2000);
          });
          // Every series ends with its reason, unless it succeeded.
          const last = world.attempts.at(-1);
          expect(last?.outcome === 'ok' || last?.stop !== undefined).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('makes no more retries than the budget and its floor when everything fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 20, max: 200 }), async (seed, requests) => {
        const spanMs = 120_000;
        const world = createPolicyWorld({
          seed,
          script: () => ({ tookMs: 50, result: failed('server-error') }),
          common: withoutBreaker,
        });
        for (let index = 0; index < requests; index++)
          world.time.schedule((index * spanMs) / requests, () => void world.run(8000).catch(() => {}));
        await world.time.run();
        const retries = world.sent.length - requests;
        // Five until the bucket is half empty, then one each ten seconds.
        expect(retries).toBeLessThanOrEqual(5 + Math.ceil((spanMs + 8000) / common.budget.floorMs));
      }),
      { numRuns: 20 },
    );
  });

  it('makes no more retries than a tenth of the calls plus the floor at a steady failure rate', async () => {
    for (const share of [0.05, 0.1, 0.2, 0.5]) {
      const requests = 5000;
      const spanMs = 500_000;
      const world = createPolicyWorld({
        seed: 7,
        script: ({ number }) => ({
          tookMs: 20,
          result: (Math.imul(number, 2654435761) >>> 0) / 2 ** 32 < share ? failed('gateway-error') : ok,
        }),
        common: withoutBreaker,
      });
      for (let index = 0; index < requests; index++)
        world.time.schedule((index * spanMs) / requests, () => void world.run(8000).catch(() => {}));
      await world.time.run();
      const retries = world.sent.length - requests;
      expect(retries).toBeLessThanOrEqual(requests * 0.1 + 5 + spanMs / common.budget.floorMs);
      // Some retries are still allowed.
      expect(retries).toBeGreaterThan(spanMs / common.budget.floorMs / 2);
    }
  });

  it('never has more calls running than the limit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 20 }), async (concurrency, queue) => {
        const world = createPolicyWorld({
          script: () => ({ tookMs: 300, result: ok }),
          numbers: { concurrency, queue },
        });
        const runs = Array.from({ length: 60 }, () =>
          world.run(8000).then(
            () => 'ok',
            (error: ProblemError) => error.code,
          ),
        );
        const results = await world.time.until(Promise.all(runs));
        expect(world.mostUnderWay()).toBeLessThanOrEqual(concurrency);
        expect(new Set(results).size).toBeLessThanOrEqual(2);
        // A call that does not fit is refused at once; a call that may queue and has the time is served.
        const served = results.filter((result) => result === 'ok').length;
        expect(results.filter((result) => result === 'upstream-busy').length).toBe(60 - served);
        expect(served).toBeGreaterThanOrEqual(Math.min(60, queue));
      }),
      { numRuns: 30 },
    );
  });

  it('leaves other upstreams alone when one is dead', async () => {
    const world = createPolicyWorld({ script: () => ({ tookMs: 5, result: failed('connection') }) });
    const other = createUpstreamCall('altinn', numbers, common, {
      time: world.time,
      telemetry: createTelemetry(() => {}),
    });
    const dead = Array.from({ length: 50 }, () => world.run(8000).catch((error: ProblemError) => error.code));
    const alive = Array.from({ length: 50 }, () =>
      other.run('altinn-read', Deadline.after(world.time, 8000), async () => ok),
    );
    const deadResults = await world.time.until(Promise.all(dead));
    expect(deadResults).toContain('upstream-busy');
    expect(await Promise.all(alive)).toEqual(Array(50).fill('ok'));
    const sentBefore = world.sent.length;
    await expect(world.time.until(world.run(8000))).rejects.toMatchObject({ code: 'upstream-busy' });
    expect(world.sent.length).toBe(sentBefore);
  });
});

describe('429 with a delay', () => {
  it('makes all callers with enough time wait for the pause; the call that got the 429 goes first, then the others at a limited rate', async () => {
    const world = createPolicyWorld({
      script: ({ number }) => ({ tookMs: 10, result: number === 1 ? failed('throttled', 3000) : ok }),
    });
    const order: string[] = [];
    const firstCall = world.run(8000).then(() => order.push('first'));
    await world.time.run(1000);
    const others = ['one', 'two'].map((name) => world.run(20_000).then(() => order.push(name)));
    // A caller whose time ends before the pause is refused at once, with the rest of the pause and the queue wait as Retry-After.
    const hasty = await problemOf(world.run(1500));
    expect(hasty).toMatchObject({ code: 'upstream-busy' });
    expect(hasty.retryAfterSeconds).toBeGreaterThanOrEqual(2);
    expect(hasty.retryAfterSeconds).toBeLessThanOrEqual(7);
    await world.time.until(Promise.all([firstCall, ...others]));
    expect(order).toEqual(['first', 'one', 'two']);
    const [, first = 0, second = 0, third = 0] = world.sent.map(({ at }) => at);
    expect(first).toBeGreaterThanOrEqual(3010);
    // The calls do not go all at once, because the 429 halved the rate.
    expect(second - first).toBeGreaterThan(100);
    expect(third - second).toBeGreaterThan(100);
  });

  it("goes to the caller if the delay is longer than the caller's time; the first call after the delay is the probe", async () => {
    const world = createPolicyWorld({
      script: ({ number }) => ({ tookMs: 10, result: number === 1 ? failed('throttled', 30_000) : ok }),
    });
    const problem = await problemOf(world.time.until(world.run(8000)));
    expect(problem).toMatchObject({ code: 'upstream-busy' });
    expect(problem.retryAfterSeconds).toBeGreaterThanOrEqual(30);
    expect(problem.retryAfterSeconds).toBeLessThanOrEqual(36);
    expect(world.attempts.at(-1)).toMatchObject({ stop: 'deadline', breakerState: 'open' });
    await expect(world.time.until(world.run(8000))).rejects.toMatchObject({ code: 'upstream-busy' });
    await world.time.run(30_100);
    expect(await world.time.until(world.run(8000))).toBe('ok');
    expect(world.sent.length).toBe(2);
  });

  it('frees the probe when the waiting call gives up', async () => {
    const world = createPolicyWorld({
      script: ({ number }) => ({
        tookMs: number === 2 ? 60_000 : 10,
        result: number === 1 ? failed('throttled', 2000) : ok,
      }),
    });
    await expect(world.time.until(world.run(8000))).rejects.toMatchObject({ code: 'upstream-unavailable' });
    // The probe timed out, so the breaker opened again; half a minute later another call may try.
    await world.time.run(world.time.monotonic() + 30_001);
    expect(await world.time.until(world.run(8000))).toBe('ok');
  });

  it('is not retried without a delay, and does not open the breaker by itself', async () => {
    const world = createPolicyWorld({
      script: ({ number }) => ({ tookMs: 10, result: number === 1 ? failed('throttled') : ok }),
    });
    const problem = await problemOf(world.time.until(world.run(8000)));
    expect(problem).toMatchObject({ code: 'upstream-busy' });
    expect(problem.retryAfterSeconds).toBeGreaterThanOrEqual(5);
    expect(world.sent.length).toBe(1);
    expect(await world.time.until(world.run(8000))).toBe('ok');
  });
});

describe('the reason why an attempt was the last', () => {
  const stopOf = async (world: ReturnType<typeof createPolicyWorld>, deadlineMs = 8000) => {
    await world.time.until(world.run(deadlineMs).catch(() => {}));
    return world.attempts.at(-1)?.stop;
  };
  it('deadline', async () => {
    expect(
      await stopOf(createPolicyWorld({ script: () => ({ tookMs: 100, result: failed('gateway-error', 9000) }) })),
    ).toBe('deadline');
  });
  it('attempts', async () => {
    expect(await stopOf(createPolicyWorld({ script: () => ({ tookMs: 10, result: failed('connection') }) }))).toBe(
      'attempts',
    );
  });
  it('not-retryable', async () => {
    expect(
      await stopOf(
        createPolicyWorld({ script: () => ({ tookMs: 10, result: failed('server-error') }), call: 'altinn-create' }),
      ),
    ).toBe('not-retryable');
  });
  it('budget', async () => {
    const world = createPolicyWorld({
      script: () => ({ tookMs: 10, result: failed('connection') }),
      common: withoutBreaker,
    });
    const stops = [];
    for (let index = 0; index < 6; index++) stops.push(await stopOf(world));
    expect(stops.slice(0, 2)).toEqual(['attempts', 'attempts']);
    expect(stops.at(-1)).toBe('budget');
  });
  it('breaker', async () => {
    const world = createPolicyWorld({ script: () => ({ tookMs: 10, result: failed('connection') }) });
    const stops = [];
    for (let index = 0; index < 12; index++) stops.push(await stopOf(world));
    expect(stops.at(-1)).toBe('breaker');
    expect(world.attempts.at(-1)).toMatchObject({ outcome: 'not-sent', breakerState: 'open' });
  });
  it('limit', async () => {
    const world = createPolicyWorld({
      script: () => ({ tookMs: 100, result: ok }),
      numbers: { queue: 0, concurrency: 1 },
    });
    void world.run(8000);
    await expect(world.time.until(world.run(8000))).rejects.toMatchObject({ code: 'upstream-busy' });
    expect(world.attempts.find(({ stop }) => stop !== undefined)).toMatchObject({ stop: 'limit', outcome: 'not-sent' });
  });
});

describe('a failure of another upstream inside an attempt', () => {
  it('does not count against this upstream', async () => {
    const world = createPolicyWorld({ script: () => ({ tookMs: 10, result: ok }) });
    const dead = new ProblemError('upstream-unavailable', { fault: 'maskinporten-timeout' });
    for (let index = 0; index < 30; index++)
      await expect(
        world.time.until(
          world.policy.run('altinn-read', Deadline.after(world.time, 8000), async () => ok, {
            prepare: async () => {
              throw dead;
            },
          }),
        ),
      ).rejects.toBe(dead);
    expect(await world.time.until(world.run(8000))).toBe('ok');
  });
});
