// What one bank's load does to other banks before an upstream. Each bank has its turn, a retry budget and a queue wait of its own.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../shared/problems.ts';
import type { Attempt, UpstreamCallNumbers } from '../../../shared/resilience/attempt.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { createRetryBudget } from '../../../shared/resilience/retry-budget.ts';
import { createUpstreamCall } from '../../../shared/resilience/upstream-call.ts';
import { forBank, requestContext } from '../../../shared/telemetry/request-context.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { SeededTime } from '../support/seeded-time.ts';
import { common, numbers, withoutBreaker } from './policy-world.ts';

const rush = '310000019';
const small = '310000027';

type Ended = {
  share: string;
  sentAt: number | undefined;
  endedAt: number;
  code: string;
  retryAfterSeconds: number | undefined;
};

function createBanks(
  answer: (share: string, at: number) => { tookMs: number; result: Attempt<string> },
  own: Partial<UpstreamCallNumbers> = {},
) {
  const time = new SeededTime(3);
  const policy = createUpstreamCall('lanekassen', { ...numbers, ...own }, withoutBreaker, {
    time,
    telemetry: recordedTelemetry(),
  });
  const ask = async (share: string, deadlineMs = 60_000): Promise<Ended> => {
    let sentAt: number | undefined;
    const end = (code: string, retryAfterSeconds?: number) => ({
      share,
      sentAt,
      endedAt: time.monotonic(),
      code,
      retryAfterSeconds,
    });
    try {
      const attempt = async ({ signal }: { signal: AbortSignal }) => {
        sentAt ??= time.monotonic();
        const { tookMs, result } = answer(share, time.monotonic());
        await time.sleep(tookMs, signal);
        return result;
      };
      await policy.run<string>('lanekassen', Deadline.after(time, deadlineMs), attempt, { share });
      return end('ok');
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return end(error.code, error.retryAfterSeconds);
    }
  };
  return { time, policy, ask };
}

const inTime = (tookMs: number) => ({ tookMs, result: { value: 'saldo' } });

describe('the queue before an upstream', () => {
  it('admits a bank after one turn of each other bank, however many calls they make', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          places: fc.integer({ min: 1, max: 6 }),
          others: fc.integer({ min: 1, max: 5 }),
          each: fc.integer({ min: 0, max: 30 }),
          mine: fc.integer({ min: 1, max: 4 }),
          tookMs: fc.integer({ min: 1, max: 900 }),
          at: fc.integer({ min: 0, max: 900 }),
        }),
        async ({ places, others, each, mine, tookMs, at }) => {
          const banks = createBanks(() => inTime(tookMs), { concurrency: places, queueMs: 60_000 });
          // Warms the upstream, because not all of its places are used while it is cold.
          for (let one = 0; one < 8; one++) await banks.time.until(banks.ask(rush));
          const from = banks.time.monotonic();
          const crowd = Array.from({ length: others * each }, (_, one) => banks.ask(`crowd-${one % others}`));
          await banks.time.run(from + at);
          const own = await banks.time.until(Promise.all(Array.from({ length: mine }, () => banks.ask(small))));
          await Promise.all(crowd);
          own.forEach(({ sentAt, code }, number) => {
            expect(code).toBe('ok');
            // Before each of its calls, one call of each other bank may go. All places are taken when it arrives.
            const before = (number + 1) * (others + 1);
            expect((sentAt ?? 0) - from - at).toBeLessThanOrEqual(Math.ceil(before / places) * tookMs);
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is full for the bank that fills it, and for no other', async () => {
    const { time, ask } = createBanks(() => inTime(1000), { concurrency: 2, queue: 10, queueMs: 60_000 });
    const crowd = Array.from({ length: 40 }, () => ask(rush));
    const own = await time.until(Promise.all([ask(small), ask(small)]));
    expect(own.map(({ code }) => code)).toEqual(['ok', 'ok']);
    const codes = (await Promise.all(crowd)).map(({ code }) => code);
    // One running call, because the upstream is cold, and ten in the queue.
    expect(codes.filter((code) => code === 'ok')).toHaveLength(11);
    expect(codes.filter((code) => code === 'upstream-busy')).toHaveLength(29);
  });

  it("admits the call that got a 429 before its bank's other calls, and the banks in turn", async () => {
    let refused = 0;
    const order: string[] = [];
    const { time, ask } = createBanks(
      (share) => {
        if (refused++ === 0)
          return { tookMs: 10, result: { outcome: 'throttled', fault: 'status-429', retryAfterMs: 3000 } };
        order.push(share);
        return inTime(10);
      },
      { concurrency: 1, queueMs: 60_000 },
    );
    const all = [ask(rush), ask(rush), ask(rush), ask(small), ask(small)];
    const ends = await time.until(Promise.all(all));
    expect(ends.every(({ code }) => code === 'ok')).toBe(true);
    expect(order).toEqual([rush, small, rush, small, rush]);
    // The call that got the 429 ended first.
    expect(Math.min(...ends.map(({ endedAt }) => endedAt))).toBe(ends[0]?.endedAt);
  });

  it('reports to each bank its own queue wait', async () => {
    const { time, policy, ask } = createBanks(() => inTime(1000), { concurrency: 1, queue: 1000, queueMs: 200_000 });
    for (let one = 0; one < 60; one++) void ask(rush, 200_000);
    void ask(small, 200_000);
    await time.run(30_500);
    // 29 of the bank's own calls wait, and one a second is answered.
    expect(policy.queueWait(rush).waitMs).toBeGreaterThan(27_000);
    expect(policy.queueWait(rush).waitMs).toBeLessThan(33_000);
    // A call that arrives now goes after one call of the other bank.
    expect(policy.queueWait(small).waitMs).toBeLessThan(1500);
    const { sentAt = 0 } = await time.until(ask(small, 200_000));
    expect(sentAt - 30_500).toBeLessThan(2000);
  });

  it('takes the bank from the invocation in which the call is made', async () => {
    const { time, policy } = createBanks(() => inTime(0), { concurrency: 1, queueMs: 60_000 });
    const order: string[] = [];
    const call = (bank: string) =>
      requestContext.run({ invocation: {} as never }, async () => {
        await Promise.resolve();
        forBank(bank);
        await policy.run('lanekassen', Deadline.after(time, 60_000), async () => {
          order.push(bank);
          await time.sleep(100);
          return { value: 'saldo' };
        });
      });
    await time.until(Promise.all([call(rush), call(rush), call(rush), call(small)]));
    expect(order).toEqual([rush, rush, small, rush]);
  });
});

describe('the retry budget', () => {
  it("of one bank is not spent by another's failures", async () => {
    let calls = 0;
    const { time, ask } = createBanks((share) => {
      const isFault = share === rush || calls++ % 2 === 0;
      return isFault ? { tookMs: 5, result: { outcome: 'gateway-error', fault: 'status-503' } } : inTime(5);
    });
    for (let one = 0; one < 30; one++) expect((await time.until(ask(rush))).code).toBe('upstream-unavailable');
    // The other bank's first call fails once, and is retried.
    expect((await time.until(ask(small))).code).toBe('ok');
  });

  it('allows all banks together one retry in ten seconds when all buckets are empty, and stores no full bucket', async () => {
    const time = new SeededTime(1);
    const budget = createRetryBudget(common.budget, time);
    const banks = Array.from({ length: 300 }, (_, bank) => `bank-${bank}`);
    for (const bank of banks) for (let one = 0; one < 10; one++) budget.failed(bank);
    let retries = 0;
    for (let second = 0; second < 100; second++) {
      await time.run(second * 1000);
      for (const bank of banks)
        if (budget.allows(bank)) {
          budget.spend(bank);
          retries += 1;
        }
    }
    expect(retries).toBe(10);
    expect([budget.tokens(), budget.tokens('bank-1'), budget.tokens('another')]).toEqual([0, 0, 10]);
    for (const bank of banks) for (let one = 0; one < 101; one++) budget.succeeded(bank);
    expect([budget.tokens(), budget.tokens('bank-1')]).toEqual([10, 10]);
  });
});

describe('a bank with a limit of its own', () => {
  it('never has more calls running than its limit, leaves the other places to other banks, and has all its calls made', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          places: fc.integer({ min: 2, max: 8 }),
          limit: fc.integer({ min: 1, max: 10 }),
          calls: fc.integer({ min: 1, max: 30 }),
          others: fc.integer({ min: 0, max: 12 }),
          tookMs: fc.integer({ min: 1, max: 500 }),
        }),
        async ({ places, limit, calls, others, tookMs }) => {
          const underWay = { now: new Map<string, number>(), most: 0, mostOfLimited: 0 };
          const time = new SeededTime(5);
          const concurrencyOf = new Map([[rush, limit]]);
          const policy = createUpstreamCall(
            'lanekassen',
            { ...numbers, concurrency: places, queueMs: 60_000, concurrencyOf },
            withoutBreaker,
            { time, telemetry: recordedTelemetry() },
          );
          const ask = async (share: string) => {
            const attempt = async ({ signal }: { signal: AbortSignal }) => {
              const { now } = underWay;
              now.set(share, (now.get(share) ?? 0) + 1);
              underWay.most = Math.max(
                underWay.most,
                [...now.values()].reduce((sum, one) => sum + one, 0),
              );
              underWay.mostOfLimited = Math.max(underWay.mostOfLimited, now.get(rush) ?? 0);
              await time.sleep(tookMs, signal);
              now.set(share, (now.get(share) ?? 0) - 1);
              return { value: 'saldo' };
            };
            await policy.run('lanekassen', Deadline.after(time, 60_000), attempt, { share });
            return time.monotonic();
          };
          // Warms the upstream, because not all of its places are used while it is cold.
          for (let one = 0; one < 8; one++) await time.until(ask(small));
          const from = time.monotonic();
          const limited = Array.from({ length: calls }, () => ask(rush));
          const free = Array.from({ length: others }, () => ask(small));
          const lastOfOthers = Math.max(from, ...(await time.until(Promise.all(free))));
          await time.until(Promise.all(limited));
          expect(underWay.mostOfLimited).toBeLessThanOrEqual(Math.min(limit, places));
          expect(underWay.mostOfLimited).toBe(Math.min(limit, places, calls));
          expect(underWay.most).toBeLessThanOrEqual(places);
          // The places that the limited bank may not use are free for the others from the start.
          const left = places - Math.min(limit, places);
          if (left > 0) expect(lastOfOthers - from).toBeLessThanOrEqual(Math.ceil(others / left) * tookMs);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('has a queue wait of its own: banks that find a place have none, and its own depends on its own speed', async () => {
    const own = { concurrency: 4, queueMs: 120_000, concurrencyOf: new Map([[rush, 1]]) };
    const { time, policy, ask } = createBanks((share) => inTime(share === rush ? 3000 : 10), own);
    for (let one = 0; one < 8; one++) await time.until(ask(small));
    const limited = Array.from({ length: 11 }, () => ask(rush, 120_000));
    // Calls of other banks are quick, and must not make this bank's estimate shorter.
    for (let second = 1; second <= 12; second++) {
      for (let one = 0; one < 10; one++) ask(small);
      await time.run(time.monotonic() + 1000);
    }
    expect([small, 'another'].map((bank) => policy.queueWait(bank).waitMs)).toEqual([0, 0]);
    const from = time.monotonic();
    const { waitMs } = policy.queueWait(rush);
    await time.until(Promise.all(limited));
    const left = time.monotonic() - from;
    expect(waitMs).toBeGreaterThan(left / 2);
    expect(waitMs).toBeLessThan(left * 2);
  });
});
