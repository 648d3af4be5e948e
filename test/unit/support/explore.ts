// Searches for a run of a property that fails, outside vitest.
import fc from 'fast-check';

/**
 * Plays runs until one fails. STATE_SEED, STATE_PATH, STATE_RUNS and STATE_SECONDS choose the runs and the time. STATE_SHRINK=1 reduces a
 * failing run to a smaller one. `play` returns how many saldos were shown. Exit code 1: a run has failed.
 */
export async function explore<Run>(
  runs: fc.Arbitrary<Run>,
  play: (run: Run) => Promise<number>,
  linesOf: (run: Run) => { head: string; steps: readonly unknown[] },
): Promise<never> {
  const { env } = process;
  const seed = Number(env.STATE_SEED ?? Date.now() % 1_000_000);
  let shown = 0;
  const result = await fc.check(
    fc.asyncProperty(runs, async (one) => {
      shown += await play(one);
    }),
    {
      seed,
      ...(env.STATE_PATH ? { path: env.STATE_PATH } : {}),
      numRuns: Number(env.STATE_RUNS ?? 1000),
      interruptAfterTimeLimit: Number(env.STATE_SECONDS ?? 60) * 1000,
      endOnFailure: env.STATE_SHRINK !== '1',
    },
  );
  const { failed, numRuns, counterexamplePath, counterexample } = result;
  console.log(JSON.stringify({ seed, path: counterexamplePath ?? undefined, runs: numRuns, shown, failed }));
  const found = counterexample?.[0];
  if (found) {
    const { head, steps } = linesOf(found);
    console.log([head, ...steps.map((step) => `  ${JSON.stringify(step)}`)].join('\n'));
    console.log(String((result as { errorInstance?: Error }).errorInstance?.message).slice(0, 3000));
  }
  process.exit(failed && found ? 1 : 0);
}
