import { createHmac } from 'node:crypto';
import type { NationalId } from './national-id.ts';
import type { Secret } from './secret.ts';
import { secretKey } from './secret-key.ts';

/**
 * A keyed pseudonym: the name of a person, a login session or a subject in tables. 43 characters of base64url.
 * Without the secret it can neither be made from a national id nor turned back into one.
 */
export type KeyedName = string;

// The purpose is part of what is hashed, so that no key of one kind can ever equal one of another kind.
function keyedName(secret: Secret, purpose: string, ...parts: string[]): KeyedName {
  const hmac = createHmac('sha256', secretKey(secret));
  hmac.update(purpose);
  for (const part of parts) hmac.update(`\0${Buffer.byteLength(part)}:${part}`);
  return hmac.digest('base64url');
}

/** The person key: HMAC-SHA-256 of the national id under `PERSON_KEY_SECRET`. */
export function personKey(secret: Secret, nationalId: NationalId): KeyedName {
  return keyedName(secret, 'person', nationalId.reveal());
}

/** The session key: of issuer and `sid`, without the person, since a logout token names no person (docs/architecture.md#state). */
export function sessionKey(secret: Secret, issuer: string, sid: string): KeyedName {
  return keyedName(secret, 'session', issuer, sid);
}

/** The subject key: of issuer and `sub`, for logout tokens that carry `sub` only. */
export function subjectKey(secret: Secret, issuer: string, sub: string): KeyedName {
  return keyedName(secret, 'subject', issuer, sub);
}
