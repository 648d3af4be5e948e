import type { Time } from '../resilience/time.ts';

/**
 * Ages in milliseconds. A refresh starts in the background at `freshMs`. The held value is used until `soundMs`, even if refreshes
 * fail.
 */
export type KeptAges = { freshMs: number; soundMs: number; coolDownMs: number };

/** The waits between the tries of a first fetch, milliseconds: no caller is served before one has come. */
const firstWaits = [250, 500, 1000, 2000];

/**
 * Keeps something that is fetched seldom and needed by every call (an issuer's metadata, its public keys): the result of `load`. One fetch
 * at a time for all callers. Each caller bounds its own wait.
 */
export function createKept<T>(load: () => Promise<T>, { freshMs, soundMs, coolDownMs }: KeptAges, time: Time) {
  let held: { value: T; at: number } | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let lastError: { error: unknown } | undefined;
  let flight: Promise<T> | undefined;

  const once = async (): Promise<T> => {
    triedAt = time.monotonic();
    try {
      const value = await load();
      held = { value, at: time.monotonic() };
      lastError = undefined;
      return value;
    } catch (error) {
      lastError = { error };
      throw error;
    }
  };
  const first = async (): Promise<T> => {
    for (const waitMs of firstWaits) {
      try {
        return await once();
      } catch {
        await time.sleep(waitMs);
      }
    }
    return once();
  };
  const fly = (work: () => Promise<T>) => {
    flight ??= work().finally(() => {
      flight = undefined;
    });
    // All callers may have given up when it fails. The next caller gets its error.
    flight.catch(() => {});
    return flight;
  };
  const isCoolingDown = () => time.monotonic() - triedAt < coolDownMs;

  return {
    /** The held value while it may be used, otherwise the result of the first fetch. Throws what the last fetch threw. */
    async get(): Promise<T> {
      const ageMs = held === undefined ? Number.POSITIVE_INFINITY : time.monotonic() - held.at;
      if (held === undefined || ageMs >= soundMs) return fly(first);
      if (ageMs >= freshMs && !isCoolingDown()) void fly(once);
      return held.value;
    },
    /** The result of a new fetch, for a caller that cannot use the held value. At most one in the cool-down. */
    async renew(): Promise<T> {
      if (flight !== undefined || held === undefined || !isCoolingDown()) return fly(held === undefined ? first : once);
      if (lastError) throw lastError.error;
      return held.value;
    },
  };
}
