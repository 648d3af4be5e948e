import * as z from 'zod';
import type { Caller } from '../person/caller.ts';
import { type NameSecrets, subjectsOf } from '../person/caller-keys.ts';
import type { SessionKey, SubjectKey } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import { documentKind, instant, namesIn, storedSessionKey } from '../storage/document-schemas.ts';
import type { At, Documents } from '../storage/documents.ts';

/** The most login sessions of one subject that are listed: more than a person has devices. The oldest is dropped. */
export const maxSessions = 20;

const subjectSession = z.strictObject({ session: storedSessionKey, issuedAt: instant, until: instant });

/** A session of a subject that may hold a saldo until `until`. `issuedAt`: of the first token that it was seen with. */
export type SubjectSession = z.infer<typeof subjectSession>;

const schema = z.strictObject({
  /** The newest logout from everything; sessions whose tokens were issued up to then are over. */
  loggedOutAt: instant.optional(),
  /** Newest last. */
  sessions: z.array(subjectSession).max(maxSessions).readonly(),
  purgeAt: instant,
});

/** What is stored of a subject of the identity provider. Instants in milliseconds since 1970. */
export type Subject = z.infer<typeof schema>;

/** The kind of document that a subject's row is. */
export const subjectKind = documentKind('subject', schema, ({ purgeAt }) => ({ purgeAt }));

const empty: Subject = { sessions: [], purgeAt: 0 };

/** Whether a token issued at `issuedAt` is over: `iat` counts whole seconds, so the same second counts as before. */
export function isLoggedOut(subject: Subject | undefined, issuedAt: number): boolean {
  return subject?.loggedOutAt !== undefined && issuedAt <= subject.loggedOutAt;
}

/** The subject with a session that may get a row. A session that is there already keeps its first `issuedAt`. */
export function withSession(subject: Subject | undefined, entry: SubjectSession, now: number): Subject {
  const before = subject ?? empty;
  const known = before.sessions.find(({ session }) => session === entry.session);
  const others = before.sessions.filter(({ session, until }) => session !== entry.session && until > now);
  const issuedAt = Math.min(entry.issuedAt, known?.issuedAt ?? entry.issuedAt);
  return {
    ...before,
    sessions: [...others, { ...entry, issuedAt }].slice(-maxSessions),
    purgeAt: Math.max(before.purgeAt, entry.until),
  };
}

/** The subject after a logout from everything at `at`, and the sessions that it ends. It ends no session that began later. */
export function loggedOut(
  subject: Subject | undefined,
  at: number,
  purgeAt: number,
): { next: Subject; ends: readonly SubjectSession[] } {
  const before = subject ?? empty;
  const loggedOutAt = Math.max(at, before.loggedOutAt ?? 0);
  const next = {
    ...before,
    loggedOutAt,
    sessions: before.sessions.filter(({ issuedAt }) => issuedAt > loggedOutAt),
    purgeAt: Math.max(before.purgeAt, purgeAt),
  };
  return { next, ends: before.sessions.filter(({ issuedAt }) => issuedAt <= loggedOutAt) };
}

/** A session stays in its lists for so long past the life of what it may hold: a look-up may take its time. */
export const listMarginMs = 10 * 60_000;

type SubjectPorts = {
  subjects: Documents<Subject, SubjectKey>;
  secrets: NameSecrets;
  endedMs: number;
  sessionMs: number;
  erase(session: SessionKey, deadline: Deadline): Promise<void>;
  endSession(session: SessionKey, deadline: Deadline): Promise<void>;
  time: Time;
};

/** The subjects of callers, one row for each name that a subject has. */
export class Subjects {
  readonly #ports: SubjectPorts;

  constructor(ports: SubjectPorts) {
    this.#ports = ports;
  }

  /** Reads a caller's subject. Throws `session-ended` when it was logged out after the caller's token was issued. */
  async read(caller: Caller, deadline: Deadline): Promise<readonly At<Subject>[]> {
    const names = subjectsOf(this.#ports.secrets, caller);
    const read = await Promise.all(names.map((subject) => this.#ports.subjects.read(subject, deadline)));
    for (const { doc } of read) refuseLoggedOut(doc, caller);
    return read;
  }

  /** Adds a session, so that a logout finds it. `seen`: as `read` gave it. Throws `session-ended` as `read` does. */
  async enter(
    caller: Caller,
    session: SessionKey,
    seen: readonly At<Subject>[] | undefined,
    deadline: Deadline,
  ): Promise<void> {
    const { subjects, secrets, sessionMs, erase, time } = this.#ports;
    const decide = async ({ doc }: At<Subject>) => {
      refuseLoggedOut(doc, caller);
      const now = time.now();
      const entry = { session, issuedAt: caller.issuedAt ?? 0, until: now + sessionMs + listMarginMs };
      const next = withSession(doc, entry, now);
      const kept = new Set(next.sessions.map((one) => one.session));
      // Erased before it leaves the list, so that a logout finds every held saldo.
      const goes = (doc?.sessions ?? []).filter((one) => !kept.has(one.session) && one.until > now);
      await Promise.all(goes.map((one) => erase(one.session, deadline)));
      return { result: undefined, next };
    };
    const enterOne = (subject: SubjectKey, index: number) =>
      subjects.change(subject, deadline, decide, { seen: seen?.[index] });
    await Promise.all(subjectsOf(secrets, caller).map(enterOne));
  }

  /** Ends every session whose first token was issued up to `issuedAt` (milliseconds since 1970). */
  async logOut(subject: SubjectKey, issuedAt: number, deadline: Deadline): Promise<void> {
    const { subjects, endedMs, endSession, time } = this.#ports;
    const decide = async ({ doc, unreadable }: At<Subject>) => {
      // A row that cannot be read may hold a newer logout: all that was issued up to now is over.
      const upTo = unreadable === undefined ? issuedAt : Math.max(issuedAt, time.now());
      const { next, ends } = loggedOut(doc, upTo, time.now() + endedMs);
      // Before the write: cut short, nothing says that the logout was done. A session added in between makes the write lose.
      const sessions = [...ends.map(({ session }) => session), ...namesIn(unreadable)];
      await Promise.all(sessions.map((session) => endSession(session, deadline)));
      return { result: undefined, next };
    };
    await subjects.change(subject, deadline, decide, { evenUnreadable: true });
  }

  /** A row that cannot be read would keep the customer out for good: at a logout it is replaced. */
  async replaceUnreadable(caller: Caller, deadline: Deadline): Promise<void> {
    const { subjects, secrets, time } = this.#ports;
    const replaceOne = async (subject: SubjectKey) => {
      const { unreadable } = await subjects.read(subject, deadline, { evenUnreadable: true });
      if (unreadable !== undefined) await this.logOut(subject, time.now(), deadline);
    };
    await Promise.all(subjectsOf(secrets, caller).map(replaceOne));
  }
}

function refuseLoggedOut(subject: Subject | undefined, { issuedAt = 0 }: Caller): void {
  if (isLoggedOut(subject, issuedAt)) throw new ProblemError('session-ended');
}
