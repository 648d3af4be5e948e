const dayMs = 86_400_000;

/**
 * The `validTo` to ask for: the earlier of now + `days` and the same date next year (29 February → 28), minus 2 hours.
 * The year is the scheme's limit, the margin keeps clear of summer time and clocks (docs/contracts/open-questions.md U16).
 */
export function validToFrom(now: number, days: number): number {
  return Math.min(now + days * dayMs, sameDateNextYear(now)) - 2 * 3_600_000;
}

/** The same date and time of day next year in UTC; 29 February becomes the 28th. */
export function sameDateNextYear(now: number): number {
  const date = new Date(now);
  const next = new Date(now);
  next.setUTCFullYear(date.getUTCFullYear() + 1);
  if (next.getUTCMonth() !== date.getUTCMonth()) next.setUTCDate(0);
  return next.getTime();
}
