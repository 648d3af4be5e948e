import { createHash, randomBytes } from 'node:crypto';

/** A new `state` for the callback's address: 256 random bits, which belong to one request of one person and are stored as a hash. */
export function newState(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether a text has the form of a `state`. */
export function isState(text: string | undefined): text is string {
  return text !== undefined && /^[\w-]{43}$/.test(text);
}

/** The key under which a `state` is stored. */
export function hashOfState(state: string): string {
  return createHash('sha256').update(state).digest('base64url');
}
