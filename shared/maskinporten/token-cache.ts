import type { Secret } from '../person/secret.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import { sharesOfCall } from '../telemetry/call-shares.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** A token and how long it may be used, milliseconds from when it came. */
export type FetchedToken = { token: Secret; lifeMs: number };

/** A token is renewed this long before its end, milliseconds, or at half its life if that is later. */
const marginMs = 15_000;
/** How long a failure is the answer for the next callers, milliseconds, so that an outage does not cost each of them a full time-out. */
const failureMemoryMs = 1000;

/** A token that replaced a refused one and is refused within this time too, is kept: its age is not the reason. */
const renewedForMs = 10_000;

type Entry = { token: Secret; renewAt: number; keptUntil: number };

/** The shared tokens of this process, by cache key (docs/architecture.md#tokens). Consent tokens never enter: their grants have no key. */
export function createTokenCache({ time, telemetry }: { time: Time; telemetry: Telemetry }) {
  const tokens = new Map<string, Entry>();
  const flights = new Map<string, Promise<Secret>>();
  const failures = new Map<string, { error: unknown; until: number }>();
  /** Keys whose token its API refused, until the next one has come. */
  const dropped = new Set<string>();

  const fly = (key: string, fetchToken: () => Promise<FetchedToken>): Promise<Secret> => {
    const startedAt = time.monotonic();
    const flight = fetchToken()
      .then(
        ({ token, lifeMs }) => {
          // Counted from before the request, because the token's life began at Maskinporten, not when the answer was read.
          const keptUntil = dropped.delete(key) ? time.monotonic() + renewedForMs : 0;
          tokens.set(key, { token, keptUntil, renewAt: startedAt + Math.max(lifeMs - marginMs, lifeMs / 2) });
          failures.delete(key);
          return token;
        },
        (error: unknown) => {
          telemetry.count('tokenCache', { result: 'failed' });
          failures.set(key, { error, until: time.monotonic() + failureMemoryMs });
          throw error;
        },
      )
      .finally(() => flights.delete(key));
    flights.set(key, flight);
    // All callers may have given up when it fails.
    flight.catch(() => {});
    return flight;
  };

  return {
    /** The cached token, or a new one. One fetch for each key, which the abort of a caller does not end. */
    async get(key: string, fetchToken: () => Promise<FetchedToken>, deadline: Deadline): Promise<Secret> {
      const entry = tokens.get(key);
      if (entry && time.monotonic() < entry.renewAt) {
        telemetry.count('tokenCache', { result: 'hit' });
        return entry.token;
      }
      const failure = failures.get(key);
      if (failure && time.monotonic() < failure.until) {
        telemetry.count('tokenCache', { result: 'remembered-failure' });
        throw failure.error;
      }
      const running = flights.get(key);
      const isRenewal = entry !== undefined || dropped.has(key);
      telemetry.count('tokenCache', { result: running ? 'join' : isRenewal ? 'renewal' : 'miss' });
      const flight = running ?? fly(key, fetchToken);
      if (running === undefined) return deadline.within(() => flight);
      // The attempts count for the caller that started the fetch.
      const joinedAt = time.monotonic();
      const ends = sharesOfCall()?.waitsFor('maskinporten');
      try {
        return await deadline.within(() => flight);
      } finally {
        sharesOfCall()?.spent('maskinporten', time.monotonic() - joinedAt);
        ends?.();
      }
    },
    /** Drops `token` (the API answered 401). `false`: it stays, because it was renewed already or came in place of a refused one. */
    drop(key: string, token: Secret): boolean {
      const entry = tokens.get(key);
      if (entry?.token !== token || time.monotonic() < entry.keptUntil) return false;
      tokens.delete(key);
      dropped.add(key);
      return true;
    },
  };
}

/** The cache of shared tokens. */
export type TokenCache = ReturnType<typeof createTokenCache>;
