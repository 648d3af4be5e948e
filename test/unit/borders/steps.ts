// Random runs: which banks there are, and which steps happen.
import fc from 'fast-check';
import type { BankKind } from './banks.ts';
import { people } from './banks.ts';
import { type CallName, calls } from './front.ts';

/** Indexes are taken modulo the number of items, so any part of a run can be left out when it is shrunk. */
export type Step =
  | { do: 'call'; call: CallName; bank: number; person: number; sid: number; pageOf: number }
  | { do: 'forge'; call: CallName; bank: number; person: number; how: 'key' | 'audience' | 'claim' }
  | { do: 'decide'; consent: number; status: 'accepted' | 'rejected' | 'revoked' }
  | { do: 'callback'; consent: number; isKnown: boolean }
  | { do: 'notify'; bank: number; person: number; sid: number; by: 'sid' | 'sub'; hasClaim: boolean }
  | { do: 'sync' }
  /** An event in one bank's feed that names any consent. */
  | { do: 'stray'; bank: number; consent: number; type: 'accepted' | 'rejected' | 'revoked' }
  /** A row is copied under the name of another row. `renamed`: also with the other bank's number (sessions only). */
  | { do: 'copy'; table: 'consents' | 'sessions'; from: number; to: number; renamed: boolean }
  /** Altinn names another bank as the receiver of a consent. */
  | { do: 'mix-up'; consent: number; receiver: number };

/** A run. */
export type Run = { kinds: BankKind[]; steps: Step[] };

const any = fc.nat(99);
const person = fc.nat(people.length - 1);
/** Most logins have a `sid` of their own; the same `sid` may also belong to another customer. */
const sid = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(3) });
const status = fc.constantFrom('accepted', 'rejected', 'revoked');
const call = fc.constantFrom(...calls, 'saldo', 'saldo', 'start');

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('call'), call, bank: any, person, sid, pageOf: any }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('forge'),
      call,
      bank: any,
      person,
      how: fc.constantFrom('key', 'audience', 'claim'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('decide'),
      consent: any,
      status: fc.constantFrom('accepted', 'accepted', 'rejected', 'revoked'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('callback'),
      consent: any,
      isKnown: fc.constantFrom(true, true, true, false),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('notify'),
      bank: any,
      person,
      sid,
      by: fc.constantFrom('sid', 'sub'),
      hasClaim: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sync') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stray'), bank: any, consent: any, type: status }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('copy'),
      table: fc.constantFrom('consents', 'sessions'),
      from: any,
      to: any,
      renamed: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('mix-up'), consent: any, receiver: any }) },
) as fc.Arbitrary<Step>;

/** One to six banks; only the first may own the app's client. */
const kinds = fc
  .tuple(
    fc.constantFrom<BankKind>('app', 'own', 'shared'),
    fc.array(fc.constantFrom<BankKind>('own', 'shared', 'shared'), { maxLength: 5 }),
  )
  .map(([first, others]) => [first, ...others]);

/** Any run. */
export const run: fc.Arbitrary<Run> = fc.record({ kinds, steps: fc.array(step, { minLength: 5, maxLength: 30 }) });
