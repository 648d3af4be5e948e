import type { Caller } from '../person/caller.ts';
import { type KeyedName, personKey, sessionKey, subjectKey } from '../person/person-key.ts';
import type { Secret } from '../person/secret.ts';

/** The secrets behind the names in tables; the secondary ones while a secret is being rotated (`docs/contracts/interface.md` §4). */
export type NameSecrets = {
  personKey: Secret;
  personKeySecondary?: Secret | undefined;
  sessionKey: Secret;
  sessionKeySecondary?: Secret | undefined;
};

/** What names the caller and the login session in tables. The lists hold the names under either secret, newest first. */
export type Names = {
  person: KeyedName;
  persons: readonly KeyedName[];
  /** The name under which the session's row is stored, or will be. */
  session: KeyedName;
  sessions: readonly KeyedName[];
};

/** The secrets that are set, in the order in which they are tried. */
const both = (primary: Secret, secondary: Secret | undefined) =>
  secondary === undefined ? [primary] : [primary, secondary];

/** Names of a session, without its person. */
export function sessionNames(secrets: NameSecrets, issuer: string, sid: string): KeyedName[] {
  return both(secrets.sessionKey, secrets.sessionKeySecondary).map((secret) => sessionKey(secret, issuer, sid));
}

/** Names of a subject. */
export function subjectNames(secrets: NameSecrets, issuer: string, sub: string): KeyedName[] {
  return both(secrets.sessionKey, secrets.sessionKeySecondary).map((secret) => subjectKey(secret, issuer, sub));
}

/** Names of a caller's subject; none when its token names none. */
export function subjectsOf(secrets: NameSecrets, { issuer, subject }: Caller): KeyedName[] {
  return subject === undefined ? [] : subjectNames(secrets, issuer, subject);
}

/** Names of a caller. Its subject's are made when they are needed: they cost, and a session that has a row needs none. */
export function namesOf(secrets: NameSecrets, caller: Caller): Names {
  const { issuer, sessionId } = caller;
  const persons = both(secrets.personKey, secrets.personKeySecondary).map((secret) => personKey(secret, caller.person));
  const sessions = sessionNames(secrets, issuer, sessionId);
  return {
    // One secret at least is set, so there is a first name.
    person: persons[0] ?? '',
    persons,
    session: sessions[0] ?? '',
    sessions,
  };
}
