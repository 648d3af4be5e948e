import { describe, expect, test } from 'vitest';
import { inTurn } from '../../../shared/consent/consent-turn.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { memoryTable } from '../support/memory-table.ts';
import { problemOf } from '../support/problems.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const setUp = () => {
  const time = new VirtualTime();
  const table = memoryTable(time);
  let inside = 0;
  let most = 0;
  const order: number[] = [];
  const enter = (number: number, keys: readonly string[], takesMs: number, patienceMs = 60_000) =>
    inTurn(table, time, keys, Deadline.after(time, patienceMs), async () => {
      inside += 1;
      most = Math.max(most, inside);
      order.push(number);
      await time.sleep(takesMs);
      inside -= 1;
      return number;
    });
  return { time, table, enter, order, most: () => most };
};

describe('a turn', () => {
  test('is had by one at a time, whichever key comes first, and is given back', async () => {
    const { time, table, enter, most } = setUp();
    const all = Array.from({ length: 6 }, (_, index) => enter(index, index % 2 ? ['a', 'b'] : ['b', 'a'], 300));
    expect(await time.run(Promise.all(all))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most()).toBe(1);
    expect(table.rows.size).toBe(0);
  });

  test('of other people is no hindrance', async () => {
    const { time, enter, most } = setUp();
    await time.run(Promise.all([enter(0, ['a', 'b'], 300), enter(1, ['c', 'd'], 300)]));
    expect(most()).toBe(2);
  });

  test('is given back when the work fails', async () => {
    const { time, table, enter } = setUp();
    const failing = inTurn(table, time, ['a', 'b'], Deadline.after(time, 9000), async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await time.run(enter(1, ['a', 'b'], 1))).toBe(1);
  });

  test('of a process that died is waited for, and taken only long after it could have sent anything', async () => {
    const { time, enter, order } = setUp();
    // Never ends, as a killed process's work never does.
    void enter(0, ['a', 'b'], Number.MAX_SAFE_INTEGER);
    await time.pass(1);
    expect((await problemOf(() => time.run(enter(1, ['a', 'b'], 1, 8000)))).fault).toBe('turn-taken');
    expect(order).toEqual([0]);
    const patient = enter(2, ['a', 'b'], 1, 30_000);
    await time.pass(11_000);
    expect(order).toEqual([0]);
    await time.pass(3000);
    expect([await patient, order]).toEqual([2, [0, 2]]);
  });

  test('lasts eight seconds at most: what is sent later is sent by nobody', async () => {
    const { time, table } = setUp();
    let left = 0;
    await time.run(
      inTurn(table, time, ['a'], Deadline.after(time, 60_000), async (by) => {
        left = by.remainingMs();
      }),
    );
    expect(left).toBeLessThanOrEqual(8000);
  });
});
