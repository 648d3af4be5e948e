// The long run of the model: one minute of random seeds, new each time. A failure prints its seed and path; see README.md.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { play } from './play.ts';
import { run } from './profiles.ts';

const minutes = 1;

test(
  'no sequence of steps breaks an invariant, for a minute of random runs',
  async () => {
    let shown = 0;
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(run, async (one) => {
        shown += await play(one);
        runs += 1;
      }),
      { numRuns: 100_000, interruptAfterTimeLimit: minutes * 60_000, markInterruptAsFailure: false },
    );
    expect(shown).toBeGreaterThan(2 * runs);
  },
  (minutes + 5) * 60_000,
);
