// Profiles of runs: which steps a run takes, how it begins, and in what world.
import fc from 'fast-check';
import { minute } from './parties.ts';
import { all, type Step, step } from './steps.ts';

type Name = Step['do'];

/** Each kind of step on its own. */
const byName = new Map<Name, fc.Arbitrary<Step>>(
  all.map(({ arbitrary }) => [fc.sample<Step>(arbitrary as fc.Arbitrary<Step>, 1)[0]?.do ?? 'wait', arbitrary]),
);

const named = (names: Partial<Record<Name, number>>): fc.Arbitrary<Step> =>
  fc.oneof(
    ...Object.entries(names).map(([name, weight]) => ({ weight, arbitrary: byName.get(name as Name) ?? step })),
  ) as fc.Arbitrary<Step>;

/** The kinds of runs. A run of everything reaches few of the deep states; each of these reaches its own. */
const profiles = {
  all: step,
  rotation: named({ 'look-up': 8, ask: 3, end: 3, current: 3, answer: 4, sync: 1, deploy: 1, fault: 2, login: 2 }),
  ends: named({
    'look-up': 8,
    end: 3,
    'log-out': 3,
    answer: 3,
    sync: 2,
    fault: 4,
    login: 2,
    sweep: 1,
    ask: 2,
    wait: 1,
  }),
  renewal: named({ 'look-up': 5, ask: 5, answer: 6, callback: 4, twist: 3, refuse: 1, wait: 3, login: 2, sync: 1 }),
  crowd: named({ crowd: 5, 'look-up': 4, end: 1, 'log-out': 1, fault: 1, login: 1 }),
  expiry: named({ 'look-up': 6, shorten: 3, wait: 3, login: 2, current: 1, ask: 1 }),
  imports: named({ import: 4, deploy: 4, 'look-up': 6, end: 3, ask: 2, answer: 3, sync: 2, login: 2 }),
  damage: named({
    corrupt: 4,
    'look-up': 6,
    ask: 3,
    end: 2,
    'log-out': 2,
    sync: 3,
    answer: 3,
    deploy: 2,
    sweep: 1,
    login: 2,
  }),
} as const;

const always = (...steps: Step[]): fc.Arbitrary<Step[]> => fc.constant(steps);
const rest = 30_000;

/** How a run of a profile begins, so that it is close to the interesting state. Login 2 is the first customer's second one. */
const openings: Record<keyof typeof profiles, fc.Arbitrary<Step[]>> = {
  all: always(),
  rotation: always(),
  crowd: always(),
  imports: always(
    { do: 'import', host: 0, person: 2, afterMs: rest },
    { do: 'login', person: 2, sub: 'own', afterMs: 0 },
  ),
  // A withdrawal whose erasure may fail at any table call.
  ends: fc
    .tuple(fc.nat(1), fc.integer({ min: 4, max: 10 }), fc.constantFrom('before' as const, 'after' as const))
    .map(([host, nth, fault]) => [
      { do: 'login', person: 0, sub: 'own', afterMs: 0 },
      { do: 'answer', person: 0, which: 0, type: 'revoked', afterMs: 6 * minute },
      { do: 'fault', host, nth, fault, afterMs: 0 },
      host === 0 ? { do: 'sync', host, afterMs: rest } : { do: 'look-up', host, who: 2, afterMs: rest },
    ]),
  // A consent that was replaced while it was in doubt.
  renewal: always(
    { do: 'login', person: 0, sub: 'own', afterMs: 0 },
    { do: 'twist', person: 0, which: 0, twist: 'status', afterMs: 0 },
    { do: 'look-up', host: 0, who: 2, afterMs: rest },
    { do: 'ask', host: 0, who: 2, afterMs: rest },
    { do: 'answer', person: 0, which: 0, type: 'accepted', afterMs: 0 },
    { do: 'current', host: 0, who: 2, afterMs: rest },
    { do: 'twist', person: 0, which: 1, twist: undefined, afterMs: 0 },
  ),
  // A consent that ends in ten minutes.
  expiry: always(
    { do: 'login', person: 0, sub: 'own', afterMs: 0 },
    { do: 'shorten', person: 0, which: 0, ms: 10 * minute, afterMs: 0 },
    { do: 'look-up', host: 0, who: 2, afterMs: rest },
    { do: 'look-up', host: 0, who: 2, afterMs: rest },
  ),
  damage: fc
    .tuple(fc.nat(1), fc.constantFrom('version' as const, 'state' as const, 'instant' as const))
    .map(([which, how]) => [
      { do: 'login', person: 0, sub: 'own', afterMs: 0 },
      { do: 'login', person: 1, sub: 'own', afterMs: 0 },
      { do: 'corrupt', kind: 'person', which, how, afterMs: 0 },
      { do: 'ask', host: 0, who: 2, afterMs: 0 },
      { do: 'ask', host: 1, who: 3, afterMs: rest },
    ]),
};

/** A whole run: the world's options and its steps. */
export const run = fc.constantFrom(...(Object.keys(profiles) as (keyof typeof profiles)[])).chain((profile) =>
  fc.record({
    profile: fc.constant(profile),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    check: fc.constantFrom('per-look-up' as const, 'by-feed' as const),
    isSlow: fc.boolean(),
    isStrict: fc.boolean(),
    /** The secrets of the rotation, by instance. */
    phases:
      profile === 'rotation'
        ? fc.constantFrom([1, 2], [2, 1], [0, 1], [1, 0])
        : fc.constantFrom([0, 0], [1, 1], [2, 2], [1, 2]),
    opening: openings[profile],
    steps: fc.array(profiles[profile], { minLength: 5, maxLength: 40, size: 'max' }),
  }),
);
export type Run = typeof run extends fc.Arbitrary<infer R> ? R : never;
