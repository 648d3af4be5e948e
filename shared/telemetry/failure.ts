import type { ProblemCode } from '../problem-catalogue.ts';

/** The parties that this program calls, as faults, metrics and upstreams name them. */
const called = [
  'lanekassen',
  'maskinporten',
  'altinn',
  'key-vault',
  'tables',
  'identity',
  'person-token-issuer',
] as const;

/** A party that this program calls. */
export type CalledParty = (typeof called)[number];

/**
 * The party whose failure an answer is. `none`: no failure: the answer is true of the customer, or the caller made an error. `app`:
 * this program or its settings. The others are the parties that it calls; `key-vault`, `tables` and `identity` are parts of Azure
 * that the bank
 * runs the app on.
 */
export const parties = ['none', 'app', ...called] as const;

/** Whose failure an answer is. */
export type Party = (typeof parties)[number];

/**
 * What kind of failure it is. `unavailable`: no usable answer. `slow`: time ran out. `throttled`: the party asked for a pause.
 * `queue`: our own queue for the party is full or too long. `closed-off`: our breaker keeps calls away. `invalid-reply`: an answer that
 * breaks the contract. `refused`: the party says no to what another party calls right. `contended`: our own writes kept losing.
 */
export const failureKinds = [
  'none',
  'unavailable',
  'slow',
  'throttled',
  'queue',
  'closed-off',
  'invalid-reply',
  'refused',
  'mismatch',
  'configuration',
  'contended',
  'defect',
] as const;

/** What kind of failure an answer is. */
export type FailureKind = (typeof failureKinds)[number];

/** The party at fault, and the kind of failure. No party (`slow` only): the one that took the most of the call's time. */
export type Failure = { party: Party | undefined; kind: FailureKind };

/** The kind that a problem is of, where nothing more is known. What is not here is no failure. */
const kinds: Partial<Record<ProblemCode, FailureKind>> = {
  'saldo-not-ready': 'slow',
  'upstream-busy': 'throttled',
  'upstream-unavailable': 'unavailable',
  'upstream-invalid-reply': 'invalid-reply',
  'consent-unverifiable': 'unavailable',
  'consent-refused': 'refused',
  'consent-person-mismatch': 'mismatch',
  configuration: 'configuration',
  internal: 'defect',
};

const azure: readonly Party[] = ['key-vault', 'tables', 'identity'];

/** Whose an upstream, or a part of one, is: `altinn-create` and `altinn` are Altinn. What is no party's is the program's own. */
export function partyOf(upstream: string): Party {
  return parties.find((party) => upstream === party || upstream.startsWith(`${party}-`)) ?? 'app';
}

/** Whose failure a problem is by its code, and the party that it was met at: the one place where that is derived. */
export function failureOf(code: ProblemCode, party?: Party): Failure {
  const kind = kinds[code] ?? 'none';
  switch (kind) {
    case 'none':
      return { party: 'none', kind };
    case 'slow':
      return { party, kind };
    case 'refused':
      return { party: 'lanekassen', kind };
    // A setting, a right or a defect is ours, whichever party showed it. That the part of Azure refuses is worth knowing.
    case 'configuration':
      return { party: party !== undefined && azure.includes(party) ? party : 'app', kind };
    case 'mismatch':
    case 'defect':
      return { party: 'app', kind };
    default:
      return { party: party ?? (code === 'consent-unverifiable' ? 'altinn' : 'app'), kind };
  }
}
