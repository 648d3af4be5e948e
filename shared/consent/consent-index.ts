import { createHash, randomBytes } from 'node:crypto';
import type { PersonKey } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import { unreadableRow } from '../storage/documents.ts';
import type { Table, Values } from '../storage/tables.ts';

/** The request that a callback's `state` belongs to. `expiresAt`: milliseconds since 1970. */
export type StateTarget = { personKey: PersonKey; consentId: string; returnUrl: string; expiresAt: number };

/** Finds a consent by what Altinn and a browser send: the consent's id, or the callback's `state` by its hash. */
export type ConsentIndex = ReturnType<typeof createConsentIndex>;

/** Rows of the index in the table `consents`. */
export function createConsentIndex(table: Pick<Table, 'read' | 'write'>) {
  const upsert = async (partitionKey: string, rowKey: string, values: Values, deadline: Deadline) => {
    await table.write([{ partitionKey, rowKey, values }], deadline);
  };
  return {
    /** Makes a consent findable by its id, because events name nothing else. Written before the consent itself. */
    rememberConsent: (id: string, person: PersonKey, purgeAt: number, deadline: Deadline) =>
      upsert(`id-${id}`, 'id', { person, purgeAt: new Date(purgeAt).toISOString() }, deadline),

    /** The person of a consent; `undefined`: it is none of ours. Throws `upstream-unavailable` for a row that cannot be read. */
    async personOf(id: string, deadline: Deadline): Promise<PersonKey | undefined> {
      const { row } = await table.read(`id-${id}`, 'id', deadline);
      if (row === undefined) return undefined;
      if (!isName(row.values.person)) throw unreadableRow('index');
      return row.values.person;
    },

    /** Stores a `state`, or updates its end and its return URL. */
    rememberState(stateHash: string, target: StateTarget, deadline: Deadline): Promise<void> {
      const { personKey: person, consentId, returnUrl, expiresAt } = target;
      const values = { person, consentId, returnUrl, purgeAt: new Date(expiresAt).toISOString() };
      return upsert(`state-${stateHash}`, 'state', values, deadline);
    },

    async stateTarget(stateHash: string, deadline: Deadline): Promise<StateTarget | undefined> {
      const { row } = await table.read(`state-${stateHash}`, 'state', deadline);
      if (row === undefined) return undefined;
      const { person, consentId, returnUrl, purgeAt } = row.values;
      const expiresAt = Date.parse(String(purgeAt));
      if (!isName(person) || typeof consentId !== 'string' || Number.isNaN(expiresAt)) throw unreadableRow('index');
      return { personKey: person, consentId, returnUrl: String(returnUrl ?? ''), expiresAt };
    },
  };
}

const isName = (value: unknown): value is PersonKey => typeof value === 'string' && /^[\w-]{43}$/.test(value);

/** A new `state` for the callback's address: 256 random bits, which belong to one request of one person and are stored as a hash. */
export function newState(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether a row belongs to a callback's `state`: its name is the same for every bank. */
export const isStateRow = ({ rowKey }: { rowKey: string }): boolean => rowKey === 'state';

/** Whether a text has the form of a `state`. */
export function isState(text: string | undefined): text is string {
  return text !== undefined && /^[\w-]{43}$/.test(text);
}

/** The key under which a `state` is stored. */
export function hashOfState(state: string): string {
  return createHash('sha256').update(state).digest('base64url');
}
