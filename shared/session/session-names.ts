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
export type CallerKeys = {
  personKey: KeyedName;
  personKeys: readonly KeyedName[];
  /** The name under which the session's row is stored, or will be. */
  sessionKey: KeyedName;
  sessionKeys: readonly KeyedName[];
};

/** The secrets that are set, in the order in which they are tried. */
const both = (primary: Secret, secondary: Secret | undefined) =>
  secondary === undefined ? [primary] : [primary, secondary];

/** Names of a session, without its person. */
export function sessionKeysOf(secrets: NameSecrets, issuer: string, sid: string): KeyedName[] {
  return both(secrets.sessionKey, secrets.sessionKeySecondary).map((secret) => sessionKey(secret, issuer, sid));
}

/** Names of a subject. */
export function subjectKeysOf(secrets: NameSecrets, issuer: string, sub: string): KeyedName[] {
  return both(secrets.sessionKey, secrets.sessionKeySecondary).map((secret) => subjectKey(secret, issuer, sub));
}

/** Names of a caller's subject; none when its token names none. */
export function subjectsOf(secrets: NameSecrets, { issuer, subject }: Caller): KeyedName[] {
  return subject === undefined ? [] : subjectKeysOf(secrets, issuer, subject);
}

/** Names of a caller. Its subject's are made when they are needed: they cost, and a session that has a row needs none. */
export function callerKeysOf(secrets: NameSecrets, caller: Caller): CallerKeys {
  const { issuer, sessionId } = caller;
  const persons = both(secrets.personKey, secrets.personKeySecondary).map((secret) =>
    personKey(secret, caller.nationalId),
  );
  const sessions = sessionKeysOf(secrets, issuer, sessionId);
  return {
    // One secret at least is set, so there is a first name.
    personKey: persons[0] ?? '',
    personKeys: persons,
    sessionKey: sessions[0] ?? '',
    sessionKeys: sessions,
  };
}
