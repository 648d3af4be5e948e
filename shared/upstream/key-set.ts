import { createLocalJWKSet, errors, type FlattenedJWSInput, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';
import { ProblemError } from '../problems.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Attempt, Policy } from '../resilience/policy.ts';
import type { Time } from '../resilience/time.ts';
import type { HttpClient, HttpReply } from './http-client.ts';
import { failedSend, jsonObject, transientAttempt } from './reply.ts';

type LocalKeys = ReturnType<typeof createLocalJWKSet>;

/** Public keys by which tokens of one issuer are verified. */
export type KeySet = {
  /** For jose: the key that a token's header names. Throws `upstream-unavailable` when no keys are to be had. */
  getKey(header: JWSHeaderParameters, token: FlattenedJWSInput): ReturnType<LocalKeys>;
  /** Fetches the keys ahead of the first use; a failure is left for that use to meet. */
  warm(): void;
};

/** Keys are refetched after this long, so that a key withdrawn by its issuer is soon not trusted any more. */
const freshForMs = 10 * 60_000;
/** When a refetch fails, the keys at hand serve until this age: an issuer's short outage logs nobody out. */
const usableForMs = 60 * 60_000;
/** At most one fetch in this time, for a failed one and for an unknown `kid` alike (`../shared/interface.md` §1). */
const coolDownMs = 10_000;

/** A key set fetched over HTTP: single flight, kept in memory, refetched on age and on an unknown `kid`. */
export function createKeySet(options: {
  /** Where the keys are; may be known only after metadata has been read. */
  uri: () => Promise<string>;
  http: HttpClient;
  /** One attempt each time, told like every other; the cool-down is what spaces them. */
  policy: Policy;
  tryMs: number;
  time: Time;
  /** Our word for the issuer in faults: `person-token-issuer`, `maskinporten`. */
  name: string;
}): KeySet {
  const { http, time, name } = options;
  let keys: LocalKeys | undefined;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let lastFault: unknown;
  let flight: Promise<void> | undefined;

  const unavailable = (cause?: unknown) =>
    new ProblemError('upstream-unavailable', {
      fault: `${name}-jwks`,
      retryAfterSeconds: Math.min(30, Math.max(5, Math.ceil((triedAt + coolDownMs - time.monotonic()) / 1000))),
      cause,
    });

  const refetch = async () => {
    triedAt = time.monotonic();
    const uri = await options.uri();
    const deadline = Deadline.after(time, options.tryMs);
    const reply = await options.policy.run('key-set', deadline, async ({ signal }): Promise<Attempt<HttpReply>> => {
      try {
        const answer = await http.send({ method: 'GET', url: uri, headers: { accept: 'application/json' }, signal });
        return transientAttempt(answer, time.now()) ?? { value: answer };
      } catch (error) {
        return failedSend(error, `${name}-jwks`);
      }
    });
    if (reply.status !== 200) throw new Error(`status ${reply.status}`);
    // The type is not insisted on here: key sets come as application/jwk-set+json, application/json and text/plain.
    const set = jsonObject({ ...reply, headers: { 'content-type': 'application/json' } }, `${name}-jwks`);
    keys = createLocalJWKSet(set as unknown as JSONWebKeySet);
    fetchedAt = time.monotonic();
  };

  /** One fetch at a time, none within the cool-down of the last. Gives what was wrong with the newest one, if anything. */
  const tryRefetch = async (): Promise<unknown> => {
    if (flight === undefined && time.monotonic() - triedAt < coolDownMs) return lastFault;
    flight ??= refetch()
      .then(
        () => {
          lastFault = undefined;
        },
        (error: unknown) => {
          lastFault = error ?? new Error('unknown');
        },
      )
      .finally(() => {
        flight = undefined;
      });
    await flight;
    return lastFault;
  };

  return {
    async getKey(header, token) {
      const age = time.monotonic() - fetchedAt;
      if (age >= freshForMs) {
        const fault = await tryRefetch();
        if (keys === undefined || time.monotonic() - fetchedAt >= usableForMs) throw unavailable(fault);
      }
      if (keys === undefined) throw unavailable();
      try {
        return await keys(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        // A key we do not have and cannot ask for may be a new and sound one: that is an outage, not a bad token.
        const fault = await tryRefetch();
        if (fault !== undefined) throw unavailable(fault);
        return await keys(header, token);
      }
    },
    warm() {
      void tryRefetch();
    },
  };
}
