// One run from its beginning to its end. Throws what must never be.
import { endWell } from './ending.ts';
import { createLife } from './life.ts';
import type { Run } from './profiles.ts';
import type { Step } from './steps.ts';

/** Customers who have given a consent and hold a saldo: most of what can go wrong begins there. */
const customers: readonly Step[] = [
  // As an installation does: the feed is followed from its first minute on.
  { do: 'sync', host: 0, afterMs: 1000 },
  ...[0, 1].flatMap((person): Step[] => [
    { do: 'login', person, sub: 'own', afterMs: 0 },
    { do: 'ask', host: 0, who: person, afterMs: 500 },
    { do: 'answer', person, which: 0, type: 'accepted', afterMs: 0 },
    { do: 'look-up', host: 1, who: person, afterMs: 2000 },
  ]),
];

/** Plays a run. Gives how often a saldo was shown, so that a program that shows nothing does not pass. */
export async function play({ opening, steps, profile: _, ...options }: Run): Promise<number> {
  const life = createLife(options);
  for (const step of [...customers, ...opening, ...steps]) {
    life.begin(step);
    await life.pass(step.afterMs);
    life.throwFirst();
  }
  await life.pass(60_000);
  life.throwFirst();
  await endWell(life);
  life.throwFirst();
  return life.counts.shown;
}
