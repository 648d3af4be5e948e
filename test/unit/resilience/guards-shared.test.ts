// Whom one customer's or one connection's failure affects. The breaker counts customers. A dead connection counts as no failure. A write
// that follows an answer of Lånekassen gets all the remaining time.
import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../shared/resilience/attempt.ts';
import { Breaker } from '../../../shared/resilience/breaker.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { createUpstreamCall } from '../../../shared/resilience/upstream-call.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { SeededTime } from '../support/seeded-time.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { common, numbers } from './policy-world.ts';

const failed: Attempt<string> = { outcome: 'server-error', fault: 'status-500' };

describe('the breaker', () => {
  it('stays closed for others when one customer fails once a second all night', async () => {
    const time = new SeededTime(1);
    const breaker = new Breaker(common.breaker, time);
    for (let second = 0; second < 600; second++) {
      await time.run(second * 1000);
      breaker.leave({}, 'failed', 'unlucky');
      if (second % 10 === 0) breaker.leave({}, 'answered', `other-${second}`);
      expect(breaker.state()).toBe('closed');
    }
  });

  it("opens when half of ten customers fail, counting each customer's last call", () => {
    const time = new SeededTime(1);
    const breaker = new Breaker(common.breaker, time);
    for (let one = 0; one < 9; one++) breaker.leave({}, 'failed', `customer-${one}`);
    // These customers have been served since, so they are no failures.
    for (let one = 0; one < 5; one++) breaker.leave({}, 'answered', `customer-${one}`);
    breaker.leave({}, 'failed', 'customer-9');
    expect(breaker.state()).toBe('open');
    const recovering = new Breaker(common.breaker, time);
    for (let one = 0; one < 9; one++) recovering.leave({}, 'failed', `customer-${one}`);
    for (let one = 0; one < 9; one++) recovering.leave({}, 'answered', `customer-${one}`);
    recovering.leave({}, 'failed', 'customer-9');
    expect(recovering.state()).toBe('closed');
  });

  it('remembers a bounded number of customers, and counts each call without a name as a customer', () => {
    const time = new SeededTime(1);
    const breaker = new Breaker({ ...common.breaker, failureShare: 0.4 }, time);
    // These failures are dropped because of their number, although they are within the window.
    for (let one = 0; one < 9; one++) breaker.leave({}, 'failed', `early-${one}`);
    for (let one = 0; one < 5000; one++) breaker.leave({}, 'answered', `late-${one}`);
    expect(breaker.state()).toBe('closed');
    const nameless = new Breaker(common.breaker, time);
    for (let one = 0; one < 10; one++) nameless.leave({}, 'failed');
    expect(nameless.state()).toBe('open');
  });

  it("passes the customer's name on through the policy: one customer's 500s do not stop fourteen others", async () => {
    const time = new VirtualTime();
    const policy = createUpstreamCall('lanekassen', numbers, common, { time, telemetry: recordedTelemetry() });
    const ask = (who: string) =>
      policy.run<string>(
        'lanekassen',
        Deadline.after(time, 8000),
        async () => (who === 'unlucky' ? failed : { value: 'saldo' }),
        { who },
      );
    let served = 0;
    for (let second = 0; second < 60; second++) {
      await time.run(ask('unlucky').catch(() => {}));
      if (second % 4 === 0) served += (await time.run(ask(`other-${second}`))) === 'saldo' ? 1 : 0;
      await time.pass(1000);
    }
    expect(served).toBe(15);
  });
});

describe('an attempt on a dead connection', () => {
  const dead: Attempt<string> = { again: 'dead-connection', otherwise: { outcome: 'connection', fault: 'ECONNRESET' } };
  const setUp = () => {
    const time = new VirtualTime();
    const telemetry = recordedTelemetry();
    // The budget is empty, and a single failure would open the breaker.
    const tight = {
      ...common,
      budget: { tokens: 0, perSuccess: 0, floorMs: 1e9 },
      breaker: { ...common.breaker, minCalls: 1, failureShare: 0.01 },
    };
    return { time, policy: createUpstreamCall('altinn', { ...numbers, maxAttempts: 1 }, tight, { time, telemetry }) };
  };

  it('is repeated at once, and counts neither for the budget nor for the breaker nor as an attempt', async () => {
    const { time, policy } = setUp();
    for (let round = 0; round < 20; round++) {
      const tries: number[] = [];
      const answer = policy.run<string>('altinn-read', Deadline.after(time, 5000), async ({ number }) => {
        tries.push(number);
        return tries.length === 1 ? dead : { value: 'consent' };
      });
      expect(await time.run(answer)).toBe('consent');
      // The repeated write must be recognisable, so it gets the next number.
      expect(tries).toEqual([1, 2]);
    }
    expect(time.monotonic()).toBe(0);
  });

  it('that happens twice in one call is an ordinary fault of the connection', async () => {
    const { time, policy } = setUp();
    let tries = 0;
    const answer = policy.run<string>('altinn-read', Deadline.after(time, 5000), async () => {
      tries += 1;
      return dead;
    });
    await expect(time.run(answer)).rejects.toMatchObject({ code: 'upstream-unavailable', fault: 'altinn-ECONNRESET' });
    expect(tries).toBe(2);
  });
});

describe('a write after Lånekassen has answered', () => {
  const write = (time: VirtualTime, deadline: Deadline) => {
    const policy = createUpstreamCall(
      'tables',
      { tryMs: 1000, totalMs: 2000, maxAttempts: 2, concurrency: 4, queue: 4 },
      common,
      { time, telemetry: recordedTelemetry() },
    );
    const tries: number[] = [];
    const done = policy.run<string>('tables-write', deadline, async ({ signal }) => {
      tries.push(time.monotonic());
      // The first attempt takes longer than an attempt may, the second longer than the policy's own two seconds.
      await time.sleep(tries.length === 1 ? 1500 : 2500, signal);
      return { value: 'written' };
    });
    return { done, tries };
  };

  it('is retried after a slow attempt, with all the time that is left', async () => {
    const time = new VirtualTime();
    const { done, tries } = write(time, Deadline.after(time, 7000).forPaidWork());
    expect(await time.run(done)).toBe('written');
    expect(tries).toHaveLength(2);
    expect(time.monotonic()).toBeGreaterThan(3000);
    expect(time.monotonic()).toBeLessThan(7000);
  });

  it('is an exception: any other write is not retried, because the cut-off attempt may still take effect', async () => {
    const time = new VirtualTime();
    const { done, tries } = write(time, Deadline.after(time, 7000));
    await expect(time.run(done)).rejects.toMatchObject({ code: 'upstream-unavailable' });
    expect(tries).toHaveLength(1);
  });

  it('keeps its extra time under a nearer deadline', async () => {
    const time = new VirtualTime();
    expect(Deadline.after(time, 7000).forPaidWork().atMost(3000).takesAll).toBe(true);
    expect(Deadline.after(time, 7000).forPaidWork().remainingMs()).toBe(7000);
  });
});
