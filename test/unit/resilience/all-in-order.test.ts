import { expect, test } from 'vitest';
import { allInOrder } from '../../../shared/resilience/all-in-order.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const fails = async (time: VirtualTime, ms: number, name: string) => {
  await time.sleep(ms);
  throw new Error(name);
};

test('work started at once returns its results in the given order, after the slowest has ended', async () => {
  const time = new VirtualTime();
  const after = async <T>(ms: number, value: T) => {
    await time.sleep(ms);
    return value;
  };
  expect(await time.run(allInOrder([after(300, 'slow'), after(100, 2)]))).toEqual(['slow', 2]);
  expect(time.monotonic()).toBe(300);
});

test('the first failure in the given order is thrown, even if another one came earlier', async () => {
  const time = new VirtualTime();
  const work = allInOrder([fails(time, 300, 'first'), fails(time, 100, 'second')]);
  await expect(time.run(work)).rejects.toThrow('first');
});

test('a failure is thrown once the work before it has ended; later failures cause no unhandled rejection', async () => {
  const time = new VirtualTime();
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  const started = time.monotonic();
  await expect(time.run(allInOrder([fails(time, 100, 'first'), fails(time, 900, 'later')]))).rejects.toThrow('first');
  expect(time.monotonic() - started).toBe(100);
  await time.pass(1000);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
