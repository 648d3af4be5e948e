import type { KeyedName } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Step, Table, Values } from '../storage/tables.ts';
import type { Consent, ConsentState } from './consent.ts';

/** All consents of a person, and what guards a change of any of them. */
export type PersonConsents = { consents: Consent[]; etag: string | undefined };

/** What a callback's `state` leads to. */
export type StateTarget = { person: KeyedName; consentId: string; expiresAt: number };

export type ConsentStore = {
  load(person: KeyedName, deadline: Deadline): Promise<PersonConsents>;
  /**
   * Writes the changed consents, if nobody has changed any of this person's since `etag`. `false`: load again and decide
   * anew. One guard for all of them is what keeps two tabs from opening two requests.
   */
  save(person: KeyedName, etag: string | undefined, changed: readonly Consent[], deadline: Deadline): Promise<boolean>;
  /** Remembers a `state` by its hash. Several may lead to the same request: one for each POST that was sent. */
  rememberState(stateHash: string, target: StateTarget, deadline: Deadline): Promise<void>;
  findState(stateHash: string, deadline: Deadline): Promise<StateTarget | undefined>;
};

/** Row keys of a person's partition. The head carries nothing but the guard. */
const headKey = 'head';
const consentPrefix = 'consent-';
const finalStates: readonly ConsentState[] = [
  'rejected',
  'revoked',
  'expired',
  'superseded',
  'abandoned',
  'ended',
  'refused',
];

/** Consents in the table `consents`, under the person key; no national id is stored anywhere. */
export function createConsentStore(table: Table, retentionMs: number): ConsentStore {
  const toStep = (person: KeyedName, consent: Consent): Step => ({
    upsert: { partitionKey: person, rowKey: `${consentPrefix}${consent.id}`, values: toValues(consent, retentionMs) },
  });
  return {
    async load(person, deadline) {
      // One query of one partition, head and consents together, so that the guard and what it guards are read at once.
      const rows = await table.readPartition(person, '', deadline);
      const head = rows.find((row) => row.rowKey === headKey);
      const consents = rows
        .filter((row) => row.rowKey.startsWith(consentPrefix))
        .map((row) => fromValues(row.rowKey.slice(consentPrefix.length), row.values));
      return { consents, etag: head?.etag };
    },

    save(person, etag, changed, deadline) {
      // The head goes when the last consent it guards goes; without one, the next save inserts it anew.
      const purgeAt = changed
        .map((consent) => String(toValues(consent, retentionMs).purgeAt))
        .sort()
        .at(-1);
      const head = { partitionKey: person, rowKey: headKey, values: purgeAt === undefined ? {} : { purgeAt } };
      const guard: Step = etag === undefined ? { insert: head } : { replace: head, etag };
      return table.batch([guard, ...changed.map((consent) => toStep(person, consent))], deadline);
    },

    async rememberState(stateHash, { person, consentId, expiresAt }, deadline) {
      const purgeAt = new Date(expiresAt).toISOString();
      await table.upsert(
        { partitionKey: `state-${stateHash}`, rowKey: 'state', values: { person, consentId, purgeAt } },
        deadline,
      );
    },

    async findState(stateHash, deadline) {
      const { row } = await table.read(`state-${stateHash}`, 'state', deadline);
      if (!row) return undefined;
      const text = (name: string) => String(row.values[name] ?? '');
      return { person: text('person'), consentId: text('consentId'), expiresAt: Date.parse(text('purgeAt')) };
    },
  };
}

const iso = (ms: number) => new Date(ms).toISOString();

function toValues(consent: Consent, retentionMs: number): Values {
  const final = finalStates.includes(consent.state);
  return {
    state: consent.state,
    createdAt: iso(consent.createdAt),
    changedAt: iso(consent.changedAt),
    validTo: iso(consent.validTo),
    returnUrl: consent.returnUrl,
    ...(consent.consentUrl === undefined ? {} : { consentUrl: consent.consentUrl }),
    ...(consent.primedAt === undefined ? {} : { primedAt: iso(consent.primedAt) }),
    // What accounting for the processing needs is kept for the retention time, then swept. One that is never
    // answered or never met again is swept the same time after it has run out.
    purgeAt: iso((final ? consent.changedAt : consent.validTo) + retentionMs),
  };
}

function fromValues(id: string, values: Values): Consent {
  const text = (name: string) => String(values[name] ?? '');
  const instant = (name: string) => Date.parse(text(name)) || 0;
  return {
    id,
    state: text('state') as ConsentState,
    createdAt: instant('createdAt'),
    changedAt: instant('changedAt'),
    validTo: instant('validTo'),
    returnUrl: text('returnUrl'),
    ...(values.consentUrl === undefined ? {} : { consentUrl: text('consentUrl') }),
    ...(values.primedAt === undefined ? {} : { primedAt: instant('primedAt') }),
  };
}
