import { httpDate } from './instants.ts';

/**
 * The delay a `Retry-After` header asks for, in milliseconds: delta-seconds or a date in any of its three forms.
 * A date that has passed is 0; an invalid value is `undefined`. A very long delay is returned as it is: the deadline judges it.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Math.min(Number(text), 10_000_000) * 1000;
  const at = httpDate(text, nowMs);
  return at === undefined ? undefined : Math.max(0, at - nowMs);
}
