// The long run of the property: one minute of random seeds, new each time. A failure prints its seed and path.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { play } from './play.ts';
import { run } from './steps.ts';

test('no customer of a bank ever sees data of another bank, for a minute of random runs', async () => {
  let shown = 0;
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(run, async (one) => {
      shown += await play(one);
      runs += 1;
    }),
    { numRuns: 100_000, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
  );
  expect(shown).toBeGreaterThan(2 * runs);
}, 300_000);
