// A sample of the model of the stored state; `state-model.full.test.ts` is the long run. See README.md.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { play } from './play.ts';
import { run } from './profiles.ts';

test('no sequence of steps breaks an invariant', async () => {
  let shown = 0;
  const runs = 25;
  await fc.assert(
    fc.asyncProperty(run, async (one) => {
      shown += await play(one);
    }),
    // One fixed seed, so the sample costs the same each time. The long run takes others.
    { numRuns: runs, seed: 20261129 },
  );
  // A program that shows nothing would pass too, so the saldos shown are counted.
  expect(shown).toBeGreaterThan(2 * runs);
}, 120_000);
