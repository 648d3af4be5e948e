// What can happen in the model. Each step says how long the world runs before the next step begins. Often that is too short for it to end,
// so steps overlap.
import fc from 'fast-check';
import { day, minute, twists } from './parties.ts';

const host = fc.nat(1);
const who = fc.nat(7);
const person = fc.nat(2);
const which = fc.nat(3);
const of = <const D extends string>(name: D) => fc.constant(name);

/** Milliseconds until the next step. */
const afterMs = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 3000 }) },
  { weight: 6, arbitrary: fc.constant(30_000) },
);

const customers = [
  {
    weight: 4,
    arbitrary: fc.record({ do: of('login'), person, sub: fc.constantFrom('own', 'own', 'none', 'shared'), afterMs }),
  },
  { weight: 1, arbitrary: fc.record({ do: of('refresh'), who, afterMs }) },
  { weight: 12, arbitrary: fc.record({ do: of('look-up'), host, who, afterMs }) },
  { weight: 5, arbitrary: fc.record({ do: of('ask'), host, who, afterMs }) },
  { weight: 3, arbitrary: fc.record({ do: of('current'), host, who, afterMs }) },
  { weight: 3, arbitrary: fc.record({ do: of('end'), host, who, afterMs }) },
  { weight: 2, arbitrary: fc.record({ do: of('callback'), host, person, which, afterMs }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: of('answer'),
      person,
      which,
      type: fc.constantFrom('accepted', 'accepted', 'accepted', 'rejected', 'revoked', 'deleted'),
      afterMs,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: of('log-out'),
      host,
      who,
      by: fc.constantFrom('token', 'sid', 'sub', 'sub'),
      lateMs: fc.constantFrom(0, 0, 20, 3000, 2 * minute),
      afterMs,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: of('crowd'),
      host,
      person,
      sub: fc.constantFrom('own', 'shared'),
      many: fc.integer({ min: 2, max: 24 }),
      afterMs,
    }),
  },
] as const;

const timers = [
  { weight: 5, arbitrary: fc.record({ do: of('sync'), host, afterMs }) },
  { weight: 2, arbitrary: fc.record({ do: of('sweep'), host, afterMs }) },
  { weight: 2, arbitrary: fc.record({ do: of('import'), host, person, afterMs }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: of('wait'),
      afterMs: fc.constantFrom(1000, 11_000, 61_000, 6 * minute, 11 * minute, 16 * minute, 61 * minute, day, 340 * day),
    }),
  },
] as const;

const deployments = [
  {
    weight: 3,
    arbitrary: fc.record({
      do: of('deploy'),
      host,
      personPhase: fc.nat(2),
      sessionPhase: fc.nat(2),
      acceptMigrated: fc.boolean(),
      isNext: fc.nat(4).map((nth) => nth === 0),
      isShortList: fc.nat(5).map((nth) => nth === 0),
      afterMs,
    }),
  },
] as const;

const troubles = [
  {
    weight: 5,
    arbitrary: fc.record({
      do: of('fault'),
      host,
      nth: fc.nat(12),
      fault: fc.constantFrom('before', 'after', 'death-before', 'death-after'),
      afterMs: fc.constant(0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: of('corrupt'),
      kind: fc.constantFrom('person', 'session', 'subject', 'feed', 'sweep', 'id', 'state', 'waiting', 'log'),
      which: fc.nat(5),
      how: fc.constantFrom('version', 'text', 'property', 'state', 'instant', 'extra', 'none'),
      afterMs,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: of('altinn'), is: fc.constantFrom('up', 'up', 'down', 'loses'), afterMs }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: of('lanekassen'),
      is: fc.constantFrom('up', 'up', 'down', 'forbids', 'unknown'),
      afterMs,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: of('refuse'), person, isRefused: fc.boolean(), afterMs }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: of('twist'),
      person,
      which,
      twist: fc.option(fc.constantFrom(...twists), { nil: undefined }),
      afterMs,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: of('shorten'), person, which, ms: fc.constantFrom(-1000, 2000, 10 * minute), afterMs }),
  },
] as const;

/** Every kind of step, with its frequency. */
export const all = [...customers, ...timers, ...deployments, ...troubles];

/** One step. */
export const step = fc.oneof(...all);
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
