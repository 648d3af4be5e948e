// Whom one person's trouble touches, and one endpoint's: the breaker counts customers, a dead connection is no one's fault,
// a write behind a paid answer has all the time there is.
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
  it('stays closed for others when one customer fails once a second through the night', async () => {
    const time = new SeededTime(1);
    const breaker = new Breaker(common.breaker, time);
    for (let second = 0; second < 600; second++) {
      await time.run(second * 1000);
      breaker.leave({}, 'failed', 'unlucky');
      if (second % 10 === 0) breaker.leave({}, 'answered', `other-${second}`);
      expect(breaker.state()).toBe('closed');
    }
  });

  it('opens when half of ten customers fail, and counts a customer by the last call', () => {
    const time = new SeededTime(1);
    const breaker = new Breaker(common.breaker, time);
    for (let one = 0; one < 9; one++) breaker.leave({}, 'failed', `customer-${one}`);
    // Customers that have been served after it are no failures.
    for (let one = 0; one < 5; one++) breaker.leave({}, 'answered', `customer-${one}`);
    breaker.leave({}, 'failed', 'customer-9');
    expect(breaker.state()).toBe('open');
    const recovering = new Breaker(common.breaker, time);
    for (let one = 0; one < 9; one++) recovering.leave({}, 'failed', `customer-${one}`);
    for (let one = 0; one < 9; one++) recovering.leave({}, 'answered', `customer-${one}`);
    recovering.leave({}, 'failed', 'customer-9');
    expect(recovering.state()).toBe('closed');
  });

  it('remembers a bounded number of customers, and calls without a name as one each', () => {
    const time = new SeededTime(1);
    const breaker = new Breaker({ ...common.breaker, failureShare: 0.4 }, time);
    // Long ago by number: forgotten, though within the window.
    for (let one = 0; one < 9; one++) breaker.leave({}, 'failed', `early-${one}`);
    for (let one = 0; one < 5000; one++) breaker.leave({}, 'answered', `late-${one}`);
    expect(breaker.state()).toBe('closed');
    const nameless = new Breaker(common.breaker, time);
    for (let one = 0; one < 10; one++) nameless.leave({}, 'failed');
    expect(nameless.state()).toBe('open');
  });

  it('a policy hands the name on: one customer’s 500s leave fourteen others served', async () => {
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

describe('an attempt that says nothing about the upstream', () => {
  const dead: Attempt<string> = { again: 'dead-connection', otherwise: { outcome: 'connection', fault: 'ECONNRESET' } };
  const setUp = () => {
    const time = new VirtualTime();
    const telemetry = recordedTelemetry();
    // Nothing left to spend, and a single failure would open it.
    const tight = {
      ...common,
      budget: { tokens: 0, perSuccess: 0, floorMs: 1e9 },
      breaker: { ...common.breaker, minCalls: 1, failureShare: 0.01 },
    };
    return { time, policy: createUpstreamCall('altinn', { ...numbers, maxAttempts: 1 }, tight, { time, telemetry }) };
  };

  it('is made again at once, outside the budget, the breaker’s books and the attempts', async () => {
    const { time, policy } = setUp();
    for (let round = 0; round < 20; round++) {
      const tries: number[] = [];
      const answer = policy.run<string>('altinn-read', Deadline.after(time, 5000), async ({ number }) => {
        tries.push(number);
        return tries.length === 1 ? dead : { value: 'consent' };
      });
      expect(await time.run(answer)).toBe('consent');
      // The write that is sent again must know that it is.
      expect(tries).toEqual([1, 2]);
    }
    expect(time.monotonic()).toBe(0);
  });

  it('twice in one call it is a fault of the connection like any other', async () => {
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

describe('work after a call to Lånekassen was answered', () => {
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
      // The first is slow for longer than a try, the second for longer than the policy's own two seconds.
      await time.sleep(tries.length === 1 ? 1500 : 2500, signal);
      return { value: 'written' };
    });
    return { done, tries };
  };

  it('is tried again after a slow try, with all the time that is left', async () => {
    const time = new VirtualTime();
    const { done, tries } = write(time, Deadline.after(time, 7000).forPaidWork());
    expect(await time.run(done)).toBe('written');
    expect(tries).toHaveLength(2);
    expect(time.monotonic()).toBeGreaterThan(3000);
    expect(time.monotonic()).toBeLessThan(7000);
  });

  it('and other writes are not: what was cut off may still arrive', async () => {
    const time = new VirtualTime();
    const { done, tries } = write(time, Deadline.after(time, 7000));
    await expect(time.run(done)).rejects.toMatchObject({ code: 'upstream-unavailable' });
    expect(tries).toHaveLength(1);
  });

  it('a nearer deadline under it keeps it', async () => {
    const time = new VirtualTime();
    expect(Deadline.after(time, 7000).forPaidWork().atMost(3000).takesAll).toBe(true);
    expect(Deadline.after(time, 7000).forPaidWork().remainingMs()).toBe(7000);
  });
});
