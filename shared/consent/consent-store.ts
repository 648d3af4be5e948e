import type { KeyedName } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Step, Table, Values } from '../storage/tables.ts';
import type { Consent } from './consent.ts';
import type { LogEntry } from './consent-log.ts';
import { consentFromValues, consentValues, entryFromValues, entryValues } from './consent-rows.ts';
import { settledHead } from './person-move.ts';

/** All consents of a person, and what guards a change of any of them. */
export type PersonConsents = {
  /** The partition they were found in: not the one asked for when they have moved to another key meanwhile. */
  person: KeyedName;
  consents: Consent[];
  etag: string | undefined;
};

/** What a callback's `state` leads to. */
export type StateTarget = { person: KeyedName; consentId: string; expiresAt: number };

export type ConsentStore = {
  load(person: KeyedName, deadline: Deadline): Promise<PersonConsents>;
  /**
   * Writes the changed consents and the log's new entries, if nobody has changed any of this person's since they were
   * loaded. `false`: load again and decide anew. One guard for all of them is what keeps two tabs from opening two requests.
   */
  save(
    loaded: PersonConsents,
    changed: readonly Consent[],
    entries: readonly LogEntry[],
    deadline: Deadline,
  ): Promise<boolean>;
  /** Makes a consent findable by its id, for events that name nothing else. Written before the consent itself. */
  rememberConsent(id: string, person: KeyedName, purgeAt: number, deadline: Deadline): Promise<void>;
  /** Whose consent it is; `undefined`: none of ours. */
  findConsent(id: string, deadline: Deadline): Promise<KeyedName | undefined>;
  /** Remembers a `state` by its hash. Several may lead to the same request: one for each POST that was sent. */
  rememberState(stateHash: string, target: StateTarget, deadline: Deadline): Promise<void>;
  findState(stateHash: string, deadline: Deadline): Promise<StateTarget | undefined>;
  /** At most `limit` entries of the log older than `before` (milliseconds since 1970), newest first. */
  readLog(person: KeyedName, before: number | undefined, limit: number, deadline: Deadline): Promise<LogEntry[]>;
};

/** Row keys of a person's partition. The head carries nothing but the guard. */
export const headKey = 'consent-head';
export const consentPrefix = 'consent-';
export const logPrefix = 'log-';

/** Keys in order of time, newest first: a partition is read in the order of its row keys. */
const logKey = (at: number) => `${logPrefix}${String(9_999_999_999_999 - at).padStart(13, '0')}`;

/** Consents in the table `consents`, under the person key; no national id is stored anywhere. */
export function createConsentStore(
  table: Table,
  options: { retentionMs: number; acceptMigrated: boolean; random: () => string },
): ConsentStore {
  const { retentionMs, acceptMigrated, random } = options;
  const logStep = (person: KeyedName, entry: LogEntry, index: number): Step => ({
    // The suffix keeps entries of the same millisecond apart, in the order given.
    upsert: {
      partitionKey: person,
      rowKey: `${logKey(entry.at)}-${9 - (index % 10)}${random()}`,
      values: entryValues(entry, retentionMs),
    },
  });
  return {
    async load(asked, deadline) {
      // One query of one partition, head and consents together, so that the guard and what it guards are read at once.
      const { person, rows } = await settledHead(table, asked, deadline);
      const head = rows.find((row) => row.rowKey === headKey);
      const consents = rows
        .filter((row) => row.rowKey !== headKey)
        .map((row) => consentFromValues(row.rowKey.slice(consentPrefix.length), row.values))
        .filter((consent) => acceptMigrated || consent.migrated === undefined);
      return { person, consents, etag: head?.etag };
    },

    save({ person, consents, etag }, changed, entries, deadline) {
      // The head goes when the last row it guards goes; without one, the next save inserts it anew.
      const rows = [
        ...[...consents, ...changed].map((consent) => consentValues(consent, retentionMs)),
        ...entries.map((entry) => entryValues(entry, retentionMs)),
      ];
      const purgeAt = rows
        .map((values) => String(values.purgeAt))
        .sort()
        .at(-1);
      const values: Values = purgeAt === undefined ? {} : { purgeAt };
      const head = { partitionKey: person, rowKey: headKey, values };
      const guard: Step = etag === undefined ? { insert: head } : { replace: head, etag };
      const consentSteps = changed.map(
        (consent): Step => ({
          upsert: {
            partitionKey: person,
            rowKey: `${consentPrefix}${consent.id}`,
            values: consentValues(consent, retentionMs),
          },
        }),
      );
      return table.batch(
        [guard, ...consentSteps, ...entries.map((entry, index) => logStep(person, entry, index))],
        deadline,
      );
    },

    async rememberConsent(id, person, purgeAt, deadline) {
      const values = { person, purgeAt: new Date(purgeAt + retentionMs).toISOString() };
      await table.upsert({ partitionKey: `id-${id}`, rowKey: 'id', values }, deadline);
    },

    async findConsent(id, deadline) {
      const { row } = await table.read(`id-${id}`, 'id', deadline);
      return row === undefined ? undefined : String(row.values.person ?? '');
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

    async readLog(asked, before, limit, deadline) {
      const { person } = await settledHead(table, asked, deadline);
      // `~` sorts behind every suffix, so entries of `before` itself are left out.
      const from = before === undefined ? logPrefix : `${logKey(before)}~`;
      const rows = await table.readRange(person, { from, to: `${logPrefix}~`, limit }, deadline);
      return rows.map((row) => entryFromValues(row.values)).filter((entry) => entry !== undefined);
    },
  };
}
