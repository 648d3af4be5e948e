// A sample of the model of the stored state; `state-model.full.test.ts` is the long run. See README.md.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { play } from './play.ts';
import { type Run, run } from './profiles.ts';

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

test('two moves of one customer in opposite directions, which meet, lose no row', async () => {
  // Found by the long run: both rows became signposts to each other, and the customer could not even end the use.
  const afterMs = 30_000;
  const met: Run = {
    ...{ profile: 'crowd', seed: 898855, check: 'per-look-up', isSlow: true, isStrict: false },
    ...{ phases: [1, 2], opening: [] },
    steps: [
      { do: 'look-up', host: 0, who: 0, afterMs: 20 },
      { do: 'log-out', host: 0, who: 0, by: 'token', lateMs: 0, afterMs: 1 },
      { do: 'end', host: 1, who: 3, afterMs: 0 },
      { do: 'log-out', host: 0, who: 7, by: 'token', lateMs: 0, afterMs: 15 },
      { do: 'crowd', host: 0, person: 1, sub: 'own', many: 2, afterMs },
      { do: 'end', host: 0, who: 0, afterMs },
    ],
  };
  await play(met);
});
