// A sample of the model of the stored state; `state-model.full.test.ts` is the long run. See README.md.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { play } from './play.ts';
import { run } from './profiles.ts';

test('no sequence of steps reaches what must never be', async () => {
  let shown = 0;
  const runs = 25;
  await fc.assert(
    fc.asyncProperty(run, async (one) => {
      shown += await play(one);
    }),
    // One seed, so that the sample costs the same each time; the long run takes others.
    { numRuns: runs, seed: 20261129 },
  );
  // The property would hold of a program that shows nothing, too.
  expect(shown).toBeGreaterThan(2 * runs);
}, 120_000);
