import * as z from 'zod';
import { documentKind, instant, storedSessionKey } from '../storage/document-schemas.ts';

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
