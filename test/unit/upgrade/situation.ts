// A world with customers in the middle of a visit, who must not notice an upgrade. The program itself brings it about, so its rows are
// those of the running version.
import { createLife, type Life } from '../state/life.ts';
import type { Outcome } from '../state/operations.ts';
import { minute, type Truth } from '../state/parties.ts';
import type { Setup } from '../state/setup.ts';

/** Both secrets have been rotated, so rows under the old names are read as well. */
export const rotated: Setup = {
  personPhase: 2,
  sessionPhase: 2,
  acceptMigrated: true,
  isNext: false,
  isShortList: false,
};

/** A run without faults and delays; the same seed gives the same run. */
export const calmLife = (phase: 0 | 2): Life =>
  createLife({
    seed: 20261129,
    check: 'per-look-up',
    isSlow: false,
    isStrict: true,
    phases: phase === 0 ? [0, 0] : [2, 2],
  });

/** Runs an operation to its end. Throws if it does not end, or if the model has found a fault. */
export async function outcomeOf<T>(life: Life, work: Promise<Outcome<T>>): Promise<NonNullable<Outcome<T>>> {
  let outcome: Outcome<T>;
  void work.then((value) => {
    outcome = value;
  });
  for (let round = 0; round < 40 && outcome === undefined; round++) await life.pass(500);
  life.throwFirst();
  if (outcome === undefined) throw new Error('no answer');
  return outcome;
}

/** The operation's result. Throws if it is a problem. */
export async function answerOf<T>(life: Life, work: Promise<Outcome<T>>): Promise<T> {
  const outcome = await outcomeOf(life, work);
  if ('problem' in outcome) throw outcome.problem;
  return outcome.value;
}

/** The code of the operation's problem, or `done`. */
export async function codeOf(life: Life, work: Promise<Outcome<unknown>>): Promise<string> {
  const outcome = await outcomeOf(life, work);
  return 'problem' in outcome ? outcome.problem.code : 'done';
}

/** The customer's last consent in Altinn. */
export function lastTruth({ world }: Life, person: number): Truth {
  const found = [...world.parties.truths.values()].filter((one) => one.person === person).at(-1);
  if (found === undefined) throw new Error('nothing was asked for');
  return found;
}

/** Brings the situation about. Returns what the customers have seen. */
export async function bringAbout(life: Life) {
  const { hosts, world, login, lookUp, ask, current, logOut, sync, importOne } = life;
  const [first, second] = hosts;
  const accept = (person: number) => world.parties.act(lastTruth(life, person), 'accepted');
  await answerOf(life, sync(first));

  // The first customer has refused once and then accepted, holds a saldo in one session, and has logged out of another.
  const held = login(0, 'own');
  await answerOf(life, ask(first, held));
  world.parties.act(lastTruth(life, 0), 'rejected');
  await answerOf(life, current(second, held));
  await answerOf(life, ask(second, held));
  accept(0);
  const shown = await answerOf(life, lookUp(first, held));
  const left = login(0, 'none');
  await answerOf(life, lookUp(second, left));
  await answerOf(life, logOut(first, left, 'token'));

  // The third was imported from Altinn 2, was logged out everywhere, and returned; then Altinn's answer caused a doubt.
  const moved = importOne(first, 2);
  await life.pass(5000);
  await moved;
  const over = login(2, 'own');
  await answerOf(life, lookUp(first, over));
  await answerOf(life, logOut(second, over, 'sub'));
  await life.pass(minute);
  for (const phase of [1, 2])
    for (const host of [0, 1]) life.restart(host, { ...rotated, personPhase: phase, sessionPhase: phase });
  const doubtful = login(2, 'own');
  lastTruth(life, 2).twist = 'status';
  const doubt = await codeOf(life, lookUp(hosts[0], doubtful));

  // The second has the question open in Altinn.
  const asking = login(1, 'shared');
  await answerOf(life, ask(hosts[1], asking));
  const asked = await answerOf(life, current(hosts[0], asking));
  await answerOf(life, sync(hosts[1]));
  return { shown, doubt, asked, logins: life.logins };
}
