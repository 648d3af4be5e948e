/**
 * The caller's patience from `Prefer: wait=<seconds>` (RFC 7240 §4.3), in milliseconds, at most `mostMs`.
 * What is malformed or out of 1–8 is ignored, as RFC 7240 §2 wants it.
 */
export function patienceMs(prefer: string | null, mostMs: number): number {
  for (const preference of (prefer ?? '').split(',')) {
    const seconds = /^\s*wait\s*=\s*"?([1-8])"?\s*(?:;.*)?$/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(Number(seconds) * 1000, mostMs);
  }
  return mostMs;
}
