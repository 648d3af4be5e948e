// Altinn's instants. The database keeps microseconds, so events carry six digits and differ within a millisecond.

/** Microseconds since 1970. */
export type Micros = number;

/** `2026-11-23T08:00:01.123456+00:00`; without the fraction when it is zero, as .NET writes it. */
export function toOffsetTime(at: Micros): string {
  const [seconds = ''] = new Date(Math.floor(at / 1000)).toISOString().split('.');
  const fraction = at % 1_000_000;
  return `${seconds}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`}+00:00`;
}

/** Reads an ISO 8601 instant with offset; `undefined` when it is none. Digits beyond the milliseconds are dropped. */
export function fromOffsetTime(text: string): Micros | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at * 1000;
}
