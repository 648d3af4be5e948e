// One run from beginning to end. It throws at the first thing that must never happen.
import { endWell } from './ending.ts';
import { createLife } from './life.ts';
import type { Run } from './profiles.ts';
import type { Step } from './steps.ts';

/** Customers who have given a consent and hold a saldo, because most failures begin there. */
const customers: readonly Step[] = [
  // The feed is followed from the first minute, as in a real installation.
  { do: 'sync', host: 0, afterMs: 1000 },
  ...[0, 1].flatMap((person): Step[] => [
    { do: 'login', person, sub: 'own', afterMs: 0 },
    { do: 'ask', host: 0, who: person, afterMs: 500 },
    { do: 'answer', person, which: 0, type: 'accepted', afterMs: 0 },
    { do: 'look-up', host: 1, who: person, afterMs: 2000 },
  ]),
];

/** Plays a run. Returns how often a saldo was shown, because a program that shows nothing must not pass. */
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
