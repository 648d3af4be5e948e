// Random banks, customers and requests: no answer of one bank holds a byte that came from another's customer, and nothing is fetched
// with another bank's consent, key or token. A sample; borders.full.test.ts is the long run, explore.ts looks outside vitest.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { play } from './play.ts';
import { run } from './steps.ts';

test('no customer of a bank meets anything of another bank’s', async () => {
  let shown = 0;
  const runs = 30;
  await fc.assert(
    fc.asyncProperty(run, async (one) => {
      shown += await play(one);
    }),
    // One seed, so that the sample costs the same each time; the long run takes others.
    { numRuns: runs, seed: 20261129 },
  );
  // The property would hold of a program that shows nothing, too.
  expect(shown).toBeGreaterThan(2 * runs);
}, 60_000);
