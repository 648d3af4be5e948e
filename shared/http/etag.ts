import { createHash } from 'node:crypto';

const known = new WeakMap<object, string>();

/** The strong ETag of a JSON value (RFC 9110 §8.8.3): the SHA-256 of its text, in quotes. Reckoned once for each object. */
export function tagOf(value: object): string {
  const tag = known.get(value) ?? `"${createHash('sha256').update(JSON.stringify(value)).digest('hex')}"`;
  known.set(value, tag);
  return tag;
}

/** Whether `If-None-Match` names the tag (RFC 9110 §13.1.2: weak comparison, `*` for any). */
export function matchesTag(ifNoneMatch: string | null, tag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((one) => ['*', tag].includes(one.trim().replace(/^W\//, '')));
}
