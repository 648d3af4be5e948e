import { createHmac, randomBytes } from 'node:crypto';
import type { NationalId } from './national-id.ts';
import { Secret, secretKey } from './secret.ts';

declare const kind: unique symbol;

/**
 * A keyed pseudonym: the name of a person, a login session or a subject in tables. 43 characters of base64url.
 * Without the secret it can neither be made from a national id nor turned back into one. Each kind is a type of its own, so
 * that a key cannot be passed where another kind is expected.
 */
type Keyed<Kind extends string> = string & { readonly [kind]: Readonly<Record<Kind, true>> };
export type PersonKey = Keyed<'person'>;
export type SessionKey = Keyed<'session'>;
export type SubjectKey = Keyed<'subject'>;

/** The keys of one person, the one in use first. There are two while `PERSON_KEY_SECRET` is rotated. */
export type PersonKeys = readonly [PersonKey, ...PersonKey[]];

// The kind is part of what is hashed, so that no key of one kind can ever equal one of another kind.
function keyed<Kind extends string>(kind: Kind, secret: Secret, ...parts: string[]): Keyed<Kind> {
  const hmac = createHmac('sha256', secretKey(secret));
  hmac.update(kind);
  for (const part of parts) hmac.update(`\0${Buffer.byteLength(part)}:${part}`);
  return hmac.digest('base64url') as Keyed<Kind>;
}

/** The person key: HMAC-SHA-256 of the national id under `PERSON_KEY_SECRET`. */
export function personKey(secret: Secret, nationalId: NationalId): PersonKey {
  return keyed('person', secret, nationalId.reveal());
}

/** The session key: HMAC of issuer and `sid`, without the person, because a logout token names no person (docs/architecture.md#state). */
export function sessionKey(secret: Secret, issuer: string, sid: string): SessionKey {
  return keyed('session', secret, issuer, sid);
}

/** The subject key: HMAC of issuer and `sub`, for logout tokens that carry `sub` only. */
export function subjectKey(secret: Secret, issuer: string, sub: string): SubjectKey {
  return keyed('subject', secret, issuer, sub);
}

const processSecret = new Secret(randomBytes(32).toString('base64'));

/** A keyed name of a person that lasts as long as the process. It only distinguishes customers in memory. */
export function processName(nationalId: NationalId): PersonKey {
  return personKey(processSecret, nationalId);
}
