/**
 * The caller's patience from `Prefer: wait=<seconds>` (RFC 7240 §4.3), whole seconds from 1 to 8. `undefined` for none, and for
 * what is malformed or out of these bounds, which is ignored, as RFC 7240 §2 wants it.
 */
export function waitSeconds(prefer: string | null): number | undefined {
  for (const preference of (prefer ?? '').split(',')) {
    const seconds = /^\s*wait\s*=\s*"?([1-8])"?\s*(?:;.*)?$/i.exec(preference)?.[1];
    if (seconds !== undefined) return Number(seconds);
  }
  return undefined;
}

/** The same in milliseconds, at most `mostMs`; that much where the caller has said nothing. */
export const patienceMs = (prefer: string | null, mostMs: number): number =>
  Math.min((waitSeconds(prefer) ?? Number.POSITIVE_INFINITY) * 1000, mostMs);
