// A few hundred random requests; ten thousand in random.full.test.ts.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { operations } from '../../tools/docs/openapi/operations.ts';
import { runRandom } from './random-run.ts';

let world: World;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world?.close());

test('200 random requests: no 500, nothing undocumented, and every operation was met', async () => {
  const tally = await runRandom(world, 200);
  const met = [...tally.keys()];
  for (const { id } of operations)
    expect(
      met.some((key) => key.startsWith(`${id} `)),
      id,
    ).toBe(true);
  for (const answer of ['getConsentLog 200', 'startConsent 400 request-invalid', 'platform 404'])
    expect(met).toContain(answer);
}, 120_000);
