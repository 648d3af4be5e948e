import type { KeyedName } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Table } from '../storage/tables.ts';
import { fromRow, type Session, toValues } from './session.ts';

/** A session as read: its state, the ETag that guards the next move, and how old the row is by the Table service's clock. */
export type StoredSession = { session: Session; etag: string | undefined; ageMs: number };

export type SessionStore = {
  read(sessionKey: KeyedName, deadline: Deadline): Promise<StoredSession>;
  /** Moves to `next`, guarded by `etag` (`undefined`: there must be no row). The new ETag, or `undefined` when somebody else was first. */
  move(
    sessionKey: KeyedName,
    etag: string | undefined,
    next: Exclude<Session, { state: 'absent' }>,
    purgeAt: number,
    deadline: Deadline,
  ): Promise<string | undefined>;
  /** Moves to `absent`. `false` when the row has changed. */
  erase(sessionKey: KeyedName, etag: string, deadline: Deadline): Promise<boolean>;
  /** Makes the session findable by its person (and subject). Written before the row itself, so that a crash leaves nothing unfindable. */
  index(
    sessionKey: KeyedName,
    names: { person: KeyedName; subject: KeyedName | undefined },
    purgeAt: number,
    deadline: Deadline,
  ): Promise<void>;
  /** The sessions of a person that may have a row. */
  sessionsOf(person: KeyedName, deadline: Deadline): Promise<KeyedName[]>;
};

const rowKey = 'session';

/** Sessions in the table `sessions`: one row each, and index rows by person and by subject. */
export function createSessionStore(table: Table): SessionStore {
  return {
    async read(sessionKey, deadline) {
      const { row, serviceNow } = await table.read(sessionKey, rowKey, deadline);
      return { session: fromRow(row), etag: row?.etag, ageMs: row === undefined ? 0 : serviceNow - row.writtenAt };
    },

    async move(sessionKey, etag, next, purgeAt, deadline) {
      const row = { partitionKey: sessionKey, rowKey, values: toValues(next, purgeAt) };
      return etag === undefined ? table.insert(row, deadline) : table.replace(row, etag, deadline);
    },

    erase: (sessionKey, etag, deadline) => table.remove(sessionKey, rowKey, etag, deadline),

    async index(sessionKey, { person, subject }, purgeAt, deadline) {
      const values = { purgeAt: new Date(purgeAt).toISOString() };
      const names = [`person-${person}`, ...(subject === undefined ? [] : [`subject-${subject}`])];
      await Promise.all(
        names.map((name) => table.upsert({ partitionKey: name, rowKey: sessionKey, values }, deadline)),
      );
    },

    async sessionsOf(person, deadline) {
      return (await table.readPartition(`person-${person}`, '', deadline)).map((row) => row.rowKey);
    },
  };
}
