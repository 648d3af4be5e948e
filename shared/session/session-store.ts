import type { KeyedName } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Table } from '../storage/tables.ts';
import { moved, type Session, type SessionMove } from './session.ts';
import { fromRow, toValues } from './session-rows.ts';

/** A session's state, and the ETag that guards the next move (`undefined`: there must be no row). */
export type SessionAt = { session: Session; etag: string | undefined };

/** A session as read, and how old the row is by the Table service's clock. */
export type StoredSession = SessionAt & { ageMs: number };

export type SessionStore = {
  read(sessionKey: KeyedName, deadline: Deadline): Promise<StoredSession>;
  /**
   * Moves a session on, from the state that was read: the only way in which a row is written or removed. The session as
   * it is then; `undefined`, and nothing written, where there is no such move (`sessionMoves`) or somebody else was first.
   */
  move(
    sessionKey: KeyedName,
    from: SessionAt,
    move: SessionMove,
    purgeAt: number,
    deadline: Deadline,
  ): Promise<SessionAt | undefined>;
  /** Makes the session findable by its person and subject. Written before the row itself, so that a crash leaves nothing unfindable. */
  index(
    sessionKey: KeyedName,
    names: { persons: readonly KeyedName[]; subjects: readonly KeyedName[] },
    purgeAt: number,
    deadline: Deadline,
  ): Promise<void>;
  /** The sessions of a person that may have a row. */
  sessionsOf(person: KeyedName, deadline: Deadline): Promise<KeyedName[]>;
  /** The sessions of a subject that may have a row. */
  sessionsOfSubject(subject: KeyedName, deadline: Deadline): Promise<KeyedName[]>;
  /** Remembers that a subject was logged out of all its sessions, for those that have no row here yet. */
  markLoggedOut(subject: KeyedName, at: number, purgeAt: number, deadline: Deadline): Promise<void>;
  /** When the subject was last logged out of everything (milliseconds since 1970). */
  loggedOutAt(subject: KeyedName, deadline: Deadline): Promise<number | undefined>;
  /** Whether a logout token of this name was received before. */
  isLogoutKnown(name: string, deadline: Deadline): Promise<boolean>;
  /** Remembers a logout token by its name, so that a repeated one is known. */
  rememberLogout(name: string, purgeAt: number, deadline: Deadline): Promise<void>;
};

const rowKey = 'session';

const iso = (ms: number) => new Date(ms).toISOString();

/** Sessions in the table `sessions`: one row each, index rows by person and by subject, and what logout tokens leave behind. */
export function createSessionStore(table: Table): SessionStore {
  return {
    async read(sessionKey, deadline) {
      const { row, serviceNow } = await table.read(sessionKey, rowKey, deadline);
      return { session: fromRow(row), etag: row?.etag, ageMs: row === undefined ? 0 : serviceNow - row.writtenAt };
    },

    async move(sessionKey, { session, etag }, move, purgeAt, deadline) {
      const next = moved(session, move);
      if (next === undefined) return undefined;
      if (next.state === 'absent') {
        const isGone = etag !== undefined && (await table.remove(sessionKey, rowKey, etag, deadline));
        return isGone ? { session: next, etag: undefined } : undefined;
      }
      const row = { partitionKey: sessionKey, rowKey, values: toValues(next, purgeAt) };
      const written = await (etag === undefined ? table.insert(row, deadline) : table.replace(row, etag, deadline));
      return written === undefined ? undefined : { session: next, etag: written };
    },

    async index(sessionKey, { persons, subjects }, purgeAt, deadline) {
      const values = { purgeAt: iso(purgeAt) };
      const names = [...persons.map((name) => `person-${name}`), ...subjects.map((name) => `subject-${name}`)];
      await Promise.all(
        names.map((name) => table.upsert({ partitionKey: name, rowKey: sessionKey, values }, deadline)),
      );
    },

    async sessionsOf(person, deadline) {
      return (await table.readPartition(`person-${person}`, '', deadline)).map((row) => row.rowKey);
    },

    async sessionsOfSubject(subject, deadline) {
      return (await table.readPartition(`subject-${subject}`, '', deadline)).map((row) => row.rowKey);
    },

    async markLoggedOut(subject, at, purgeAt, deadline) {
      const values = { at: iso(at), purgeAt: iso(purgeAt) };
      await table.upsert({ partitionKey: `logout-${subject}`, rowKey: 'logout', values }, deadline);
    },

    async loggedOutAt(subject, deadline) {
      const { row } = await table.read(`logout-${subject}`, 'logout', deadline);
      const at = Date.parse(String(row?.values.at ?? ''));
      return Number.isNaN(at) ? undefined : at;
    },

    async isLogoutKnown(name, deadline) {
      return (await table.read(`jti-${name}`, 'jti', deadline)).row !== undefined;
    },

    async rememberLogout(name, purgeAt, deadline) {
      await table.upsert({ partitionKey: `jti-${name}`, rowKey: 'jti', values: { purgeAt: iso(purgeAt) } }, deadline);
    },
  };
}
