/** The delay plus up to a fifth, by `random` (0 to 1): callers with the same delay must not come together. */
export function withJitter(ms: number, random: number): number {
  return ms * (1 + 0.2 * random);
}
