import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FlattenedJWSInput,
  flattenedVerify,
  type JWSHeaderParameters,
} from 'jose';
import { ProblemError } from '../problems.ts';
import type { Time } from '../resilience/time.ts';
import type { UpstreamCall } from '../resilience/upstream-call.ts';
import { partyOf } from '../telemetry/failure.ts';
import type { HttpClient } from './http-client.ts';
import { createKept } from './kept.ts';
import { fetchDocument } from './reply.ts';

type Keys = ReturnType<typeof createRemoteJWKSet>;

/**
 * Keys are fetched again in the background after ten minutes, so that one withdrawn by its issuer is soon not trusted any
 * more; through an outage those at hand serve for an hour. One fetch in ten seconds for an unknown `kid` (docs/contracts/interface.md §1).
 */
const ages = { freshMs: 10 * 60_000, soundMs: 60 * 60_000, coolDownMs: 10_000 };

/** A key set fetched over HTTP. `policy` makes one attempt each time: what is kept here spaces them. */
export function createKeySet(options: {
  /** Where the keys are; may be known only after metadata has been read, which has tries of its own and is kept. */
  uri: () => Promise<string>;
  http: HttpClient;
  policy: UpstreamCall;
  time: Time;
  /** Our word for the issuer in faults: `person-token-issuer`, `maskinporten`. */
  name: string;
}) {
  const { http, policy, time, name } = options;
  const fault = `${name}-jwks`;
  const load = async (): Promise<Keys> => {
    const keys = createRemoteJWKSet(new URL(await options.uri()), {
      // Age and refetching are `kept`'s.
      cacheMaxAge: Number.POSITIVE_INFINITY,
      cooldownDuration: Number.POSITIVE_INFINITY,
      [customFetch]: async (url) => new Response((await fetchDocument({ http, policy, time }, url, fault)).text),
    });
    await keys.reload();
    // An answer without keys is no reason to drop those that are held.
    if (keys.jwks()?.keys.length === 0) throw new Error('no keys');
    return keys;
  };
  const kept = createKept(load, ages, time);
  // Where the keys are has tries of its own. Each of ours would repeat all of them, so ours begin once it is known.
  const get = async () => {
    await options.uri();
    return await kept.get();
  };
  const unavailable = (cause: unknown) =>
    new ProblemError('upstream-unavailable', {
      fault,
      party: partyOf(name),
      retryAfterSeconds: 5 + Math.floor(6 * time.random()),
      cause,
    });

  return {
    /** For jose: the key that verifies the token. Throws `upstream-unavailable` when no keys are to be had. */
    async getKey(header: JWSHeaderParameters, token: FlattenedJWSInput): ReturnType<Keys> {
      const held = await get().catch((error: unknown) => {
        throw unavailable(error);
      });
      try {
        return await held(header, token);
      } catch (error) {
        if (error instanceof errors.JWKSMultipleMatchingKeys) return await theOneOf(error, token);
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        // A key we do not have and cannot ask for may be a new and sound one: that is an outage, not a bad token.
        const renewed = await kept.renew().catch((cause: unknown) => {
          throw unavailable(cause);
        });
        return await renewed(header, token);
      }
    },
    /** Fetches the keys before the first use. After a failure that use tries again. */
    warm: () => void get().catch(() => {}),
  };
}

/** Public keys by which tokens of one issuer are verified. */
export type KeySet = ReturnType<typeof createKeySet>;

/** The key that the token is signed with, of several keys under one `kid`, which RFC 7517 §4.5 does not forbid. */
async function theOneOf(candidates: errors.JWKSMultipleMatchingKeys, token: FlattenedJWSInput) {
  for await (const key of candidates) {
    try {
      await flattenedVerify(token, key);
      return key;
    } catch {
      // Another one's.
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}
