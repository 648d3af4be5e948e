import type { Caller } from './caller.ts';
import type { NationalId } from './national-id.ts';
import {
  type PersonKey,
  type PersonKeys,
  personKey,
  type SessionKey,
  type SubjectKey,
  sessionKey,
  subjectKey,
} from './person-key.ts';
import type { Secret } from './secret.ts';

/** A secret in use, and behind it the other one while it is being rotated (`docs/contracts/interface.md` §4). */
export type Secrets = readonly [Secret, ...Secret[]];

/** The secrets behind the names in tables. */
export type NameSecrets = { personKey: Secrets; sessionKey: Secrets };

/** What names the caller and the login session in tables. The lists hold the keys under either secret, newest first. */
export type CallerKeys = {
  personKey: PersonKey;
  personKeys: PersonKeys;
  /** The key under which the session's row is stored, or will be. */
  sessionKey: SessionKey;
  sessionKeys: readonly SessionKey[];
};

/** What each secret makes, in the order in which they are tried. */
export function underEach<K>([first, ...others]: Secrets, make: (secret: Secret) => K): [K, ...K[]] {
  return [make(first), ...others.map(make)];
}

/** Keys of a session, without its person. */
export function sessionKeysOf(secrets: NameSecrets, issuer: string, sid: string): [SessionKey, ...SessionKey[]] {
  return underEach(secrets.sessionKey, (secret) => sessionKey(secret, issuer, sid));
}

/** Keys of a subject. */
export function subjectKeysOf(secrets: NameSecrets, issuer: string, sub: string): SubjectKey[] {
  return underEach(secrets.sessionKey, (secret) => subjectKey(secret, issuer, sub));
}

/** Keys of a caller's subject; none when its token names none. */
export function subjectsOf(secrets: NameSecrets, { issuer, subject }: Caller): SubjectKey[] {
  return subject === undefined ? [] : subjectKeysOf(secrets, issuer, subject);
}

/** Keys of a person. */
export function personKeysOf(secrets: NameSecrets, nationalId: NationalId): PersonKeys {
  return underEach(secrets.personKey, (secret) => personKey(secret, nationalId));
}

/** Keys of a caller. Its subject's are made when they are needed: they cost, and a session that has a row needs none. */
export function callerKeysOf(secrets: NameSecrets, { nationalId, issuer, sessionId }: Caller): CallerKeys {
  const personKeys = personKeysOf(secrets, nationalId);
  const sessionKeys = sessionKeysOf(secrets, issuer, sessionId);
  return { personKey: personKeys[0], personKeys, sessionKey: sessionKeys[0], sessionKeys };
}
