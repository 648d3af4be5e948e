// Random banks, customers and requests. No answer of one bank contains a byte of another bank's customer, and nothing is fetched with
// another bank's consent, key or token. This is a sample: borders.full.test.ts is the long run, and explore.ts searches outside vitest.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { play } from './play.ts';
import { run } from './steps.ts';

test('no customer of a bank ever sees data of another bank', async () => {
  let shown = 0;
  const runs = 30;
  await fc.assert(
    fc.asyncProperty(run, async (one) => {
      shown += await play(one);
    }),
    // One fixed seed, so the sample costs the same each time. The long run takes other seeds.
    { numRuns: runs, seed: 20261129 },
  );
  // A program that shows nothing would pass too, so the saldos shown are counted.
  expect(shown).toBeGreaterThan(2 * runs);
}, 60_000);
