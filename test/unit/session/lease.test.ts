import { describe, expect, test } from 'vitest';
import { at, caller, setUp } from './session-world.ts';

describe('the lease', () => {
  test('is given to one of many callers', async () => {
    const { lease, time } = setUp();
    const all = await time.run(Promise.all(Array.from({ length: 20 }, () => lease())));
    expect(all.filter((one) => one !== undefined)).toHaveLength(1);
  });

  test('is renewed at half its time while its holder works, and not after it was released', async () => {
    const { lease, table, time, hold, deadline, stateNow } = setUp();
    const mine = await lease();
    const writes: number[] = [];
    table.hooks.before = async (operation) => void (operation === 'replace' && writes.push(time.monotonic()));
    await time.pass(3500);
    expect(writes).toEqual([1000, 2000, 3000]);
    expect(await mine?.release(hold, at, deadline)).toBe(true);
    await time.pass(10_000);
    expect(writes).toHaveLength(4);
    expect(time.pending).toBe(0);
    expect(stateNow()).toBe('held');
  });

  test('does not win over a logout: no saldo is held', async () => {
    const { lease, sessions, hold, deadline, time, stateNow } = setUp();
    const mine = await lease();
    await sessions.end(caller, deadline);
    expect(await time.run(mine?.release(hold, at, deadline) ?? Promise.resolve(true))).toBe(false);
    await time.pass(10_000);
    expect(stateNow()).toBe('ended');
  });

  test('is released only after a renewal on its way has been answered, because the new ETag counts', async () => {
    const { lease, table, time, hold, deadline } = setUp();
    const mine = await lease();
    const { write } = table;
    table.write = async (...given) => {
      const etag = await write(...given);
      await time.sleep(500);
      return etag;
    };
    await time.pass(1100);
    table.write = write;
    expect(await time.run(mine?.release(hold, at, deadline) ?? Promise.resolve(false))).toBe(true);
  });

  test('is not lost when the answer to a renewal is lost', async () => {
    const { lease, table, time, hold, deadline, stateNow } = setUp();
    const mine = await lease();
    table.trouble('after');
    await time.pass(1500);
    expect(mine?.isLost()).toBe(false);
    expect(await time.run(mine?.release(hold, at, deadline) ?? Promise.resolve(false))).toBe(true);
    expect(stateNow()).toBe('held');
  });

  test('is lost when a renewal finds the row erased: the release does not write the row again', async () => {
    const { lease, sessions, hold, deadline, names, time, stateNow } = setUp();
    const mine = await lease();
    await sessions.erase(names.sessionKey, deadline);
    await time.pass(1500);
    expect(mine?.isLost()).toBe(true);
    expect(await mine?.release(hold, at, deadline)).toBe(false);
    expect(stateNow()).toBe('absent');
  });

  test('of another caller, taken after an erasure, is left alone by renewal and release', async () => {
    const { lease, sessions, hold, deadline, names, time, stateNow } = setUp();
    const first = await lease();
    await sessions.erase(names.sessionKey, deadline);
    const other = await lease();
    expect(await time.run(first?.release({ event: 'erase' }, at, deadline) ?? Promise.resolve(true))).toBe(false);
    expect(stateNow()).toBe('leased');
    await time.pass(1500);
    expect(await time.run(other?.release(hold, at, deadline) ?? Promise.resolve(false))).toBe(true);
  });

  test('is not brought back by a renewal after a logout', async () => {
    const { lease, sessions, hold, deadline, time, stateNow } = setUp();
    const mine = await lease();
    await time.pass(1500);
    await sessions.end(caller, deadline);
    await time.pass(5000);
    expect(stateNow()).toBe('ended');
    expect(await mine?.release(hold, at, deadline)).toBe(false);
  });
});
