import { createHash, randomBytes } from 'node:crypto';

/** A new `state` for the callback's address: 256 random bits, which lead to one person's one request and are kept as a hash. */
export function newState(): string {
  return randomBytes(32).toString('base64url');
}

/** Whether a text has the form of a `state`. */
export function isState(text: string | undefined): text is string {
  return text !== undefined && /^[\w-]{43}$/.test(text);
}

/** What a `state` is stored under. */
export function hashOfState(state: string): string {
  return createHash('sha256').update(state).digest('base64url');
}
