/** A delay somewhat longer, by up to a fifth as `random` (0 to 1) says: callers with the same delay must not come together. */
export function withJitter(ms: number, random: number): number {
  return ms * (1 + 0.2 * random);
}
