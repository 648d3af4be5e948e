// A sample of random requests. random.full.test.ts sends ten thousand, and checks that they reach every operation.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { runRandom } from './random-run.ts';

let world: World;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world?.close());

test('200 random requests: no 500, and no undocumented answer', async () => {
  const tally = await runRandom(world, 200);
  expect([...tally.values()].reduce((sum, count) => sum + count, 0)).toBe(200);
}, 120_000);
