import { createHash } from 'node:crypto';
import type { Caller } from '../person/caller.ts';
import type { LogoutNotice } from '../person/logout-notice.ts';
import type { KeyedName } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { moved } from './session.ts';
import { type NameSecrets, type Names, namesOf, sessionNames, subjectNames, subjectsOf } from './session-names.ts';
import type { SessionStore, StoredSession } from './session-store.ts';

/**
 * Under way: whether the session's subject was logged out after the caller's token was issued; rejects with `session-ended`
 * then. It stands in an object so that it can be awaited later, and nothing may be asked for or shown before.
 */
export type LoggedIn = { stillLoggedIn: Promise<void> };

/** A caller whose session was read and had not ended. The row read serves the look-up, so that the warm path is one read. */
export type Admission = LoggedIn & { names: Names; stored: StoredSession };

export type Sessions = {
  names(caller: Caller): Names;
  /**
   * Reads the session. Throws `session-ended` after logout, `person-token-invalid` for another person's session. Of a
   * session without a row `stillLoggedIn` is to be awaited yet, which the look-up does beside its own first read.
   */
  admit(caller: Caller, deadline: Deadline): Promise<Admission>;
  /** Before the session gets a row: makes it findable, and begins to read whether its subject was logged out meanwhile. */
  enter(caller: Caller, names: Names, deadline: Deadline): Promise<LoggedIn>;
  /** Logout: erases the held saldo and ends the session on every instance. Doing it again changes nothing. */
  end(caller: Caller, deadline: Deadline): Promise<void>;
  /** Logout as the identity provider tells it. Throws `request-invalid` for a logout token received before. */
  endByNotice(notice: LogoutNotice, deadline: Deadline): Promise<void>;
  /** Erases what is held for a person, in every session: the consent is gone. */
  eraseOf(person: KeyedName, deadline: Deadline): Promise<void>;
};

/** A guarded move that loses this often is fought over by more than ordinary traffic. */
const maxRounds = 10;
/** An index row outlives the row that it leads to: that one is written later, and a look-up may take its time. */
const indexMarginMs = 10 * 60_000;
/** A logout token is remembered past the tolerance for its expiry. */
const logoutMarginMs = 60_000;

/** Of a session that has a row: a logout of its subject has found it, and would stand there. */
const known: LoggedIn = { stillLoggedIn: Promise.resolve() };

/** The use cases of a login session besides the look-up. */
export function createSessions(options: {
  store: SessionStore;
  secrets: NameSecrets;
  endedMs: number;
  sessionMs: number;
  /** Brings what stands under the person's other key to the one in use, while two secrets are set. */
  settlePerson: (names: Names, deadline: Deadline) => Promise<void>;
  time: Time;
  telemetry: Telemetry;
}): Sessions {
  const { store, secrets, endedMs, sessionMs, time, telemetry } = options;

  const refuseStranger = ({ session }: StoredSession, persons: readonly KeyedName[]) => {
    // A session that the identity provider has ended before it was seen here has no owner.
    if (session.state === 'absent' || session.owner === '' || persons.includes(session.owner)) return;
    telemetry.count('personMismatch', { where: 'session' });
    telemetry.alert(
      'session-of-another-person',
      'One sid with two persons: the identity provider must be asked how that can be.',
    );
    throw new ProblemError('person-token-invalid', { fault: 'session-of-another-person' });
  };

  const contended = () =>
    new ProblemError('upstream-unavailable', { fault: 'session-contended', retryAfterSeconds: 5 });

  /** Tokens of a subject issued up to its logout from everything are refused, whether their sessions were seen here or not. */
  const refuseLoggedOut = (caller: Caller, subjects: readonly KeyedName[], deadline: Deadline): LoggedIn => {
    const read = async () => {
      const marks = await Promise.all(subjects.map((subject) => store.loggedOutAt(subject, deadline)));
      // `iat` counts whole seconds: the same second counts as before, and so does a token that does not say.
      if (marks.some((at) => at !== undefined && (caller.issuedAt ?? 0) <= at)) throw new ProblemError('session-ended');
    };
    const stillLoggedIn = read();
    // Whoever gives up before awaiting it has another failure to tell.
    stillLoggedIn.catch(() => {});
    return { stillLoggedIn };
  };

  const endRow = async (session: KeyedName, owner: KeyedName, check: (stored: StoredSession) => void, by: Deadline) => {
    for (let round = 0; round < maxRounds; round++) {
      const stored = await store.read(session, by);
      check(stored);
      if (stored.session.state === 'ended') return;
      // Replaces the whole row, so lease and sealed saldo go with it.
      if (await store.move(session, stored, { event: 'logout', owner }, time.now() + endedMs, by)) return;
    }
    throw contended();
  };

  return {
    names: (caller) => namesOf(secrets, caller),

    async admit(caller, deadline) {
      const names = namesOf(secrets, caller);
      const rows = await Promise.all(
        names.sessions.map(async (session) => ({ session, stored: await store.read(session, deadline) })),
      );
      for (const { stored } of rows) refuseStranger(stored, names.persons);
      if (rows.some(({ stored }) => stored.session.state === 'ended')) throw new ProblemError('session-ended');
      const found = rows.find(({ stored }) => stored.session.state !== 'absent') ?? rows[0];
      if (found === undefined) throw new ProblemError('internal', { fault: 'no-session-name' });
      const { stillLoggedIn } =
        found.stored.session.state === 'absent'
          ? refuseLoggedOut(caller, subjectsOf(secrets, caller), deadline)
          : known;
      if (names.persons.length > 1) {
        // What is moved there is written, and nothing is written for somebody who has been logged out.
        await stillLoggedIn;
        await options.settlePerson(names, deadline);
      }
      // A row under the older secret is used where it stands: it lives an hour at most.
      return { names: { ...names, session: found.session }, stored: found.stored, stillLoggedIn };
    },

    async enter(caller, names, deadline) {
      const subjects = subjectsOf(secrets, caller);
      const found = { persons: names.persons, subjects };
      await store.index(names.session, found, time.now() + sessionMs + indexMarginMs, deadline);
      // After the index: a logout of the subject either finds the session there, or was written down before this reads.
      return refuseLoggedOut(caller, subjects, deadline);
    },

    async end(caller, deadline) {
      const names = namesOf(secrets, caller);
      // Under each name, so that a process that knows only one of the secrets sees it too.
      for (const session of names.sessions)
        await endRow(session, names.person, (stored) => refuseStranger(stored, names.persons), deadline);
    },

    async endByNotice(notice, deadline) {
      const name = createHash('sha256')
        .update(JSON.stringify([notice.issuer, notice.jti]))
        .digest('base64url');
      if (await store.isLogoutKnown(name, deadline))
        throw new ProblemError('request-invalid', {
          fault: 'logout-token-repeated',
          detail: 'The logout token is not valid.',
        });
      if (notice.sid !== undefined) {
        for (const session of sessionNames(secrets, notice.issuer, notice.sid))
          await endRow(session, '', () => {}, deadline);
      } else {
        const subjects = subjectNames(secrets, notice.issuer, notice.sub);
        for (const subject of subjects) {
          const before = (await store.loggedOutAt(subject, deadline)) ?? 0;
          const at = Math.max(before, notice.issuedAt);
          await store.markLoggedOut(subject, at, time.now() + endedMs, deadline);
        }
        const found = await Promise.all(subjects.map((subject) => store.sessionsOfSubject(subject, deadline)));
        for (const session of new Set(found.flat())) await endRow(session, '', () => {}, deadline);
      }
      telemetry.count('backchannelLogout', { by: notice.sid === undefined ? 'sub' : 'sid' });
      // Last: a token whose work was cut short may be sent again.
      await store.rememberLogout(name, notice.expiresAt + logoutMarginMs, deadline);
    },

    async eraseOf(person, deadline) {
      const erase = async (session: KeyedName) => {
        for (let round = 0; round < maxRounds; round++) {
          const stored = await store.read(session, deadline);
          // Nothing to erase, or nothing any more.
          if (moved(stored.session, { event: 'erase' }) === undefined) return;
          if (await store.move(session, stored, { event: 'erase' }, 0, deadline)) return;
        }
        throw contended();
      };
      for (const session of await store.sessionsOf(person, deadline)) await erase(session);
    },
  };
}
