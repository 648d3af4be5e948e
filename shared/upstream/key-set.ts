import {
  type CryptoKey,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FlattenedJWSInput,
  flattenedVerify,
  type JWK,
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
    // An answer without a key that can verify is no reason to drop those that are held.
    if (!keys.jwks()?.keys.some(isPublicSigningKey)) throw new Error('no keys');
    return keys;
  };
  const kept = createKept(load, ages, time);
  // Where the keys are has tries of its own. Each of ours would repeat all of them, so ours begin once it is known.
  const get = async () => {
    await options.uri();
    return await kept.get();
  };
  const asUnavailable = (cause: unknown) => {
    if (cause instanceof errors.JWSSignatureVerificationFailed) throw cause;
    const retryAfterSeconds = 5 + Math.floor(6 * time.random());
    throw new ProblemError('upstream-unavailable', { fault, party: partyOf(name), retryAfterSeconds, cause });
  };

  return {
    /** For jose: the key that verifies the token. Throws `upstream-unavailable` where no keys are to be had, or the set's key is unusable. */
    async getKey(header: JWSHeaderParameters, token: FlattenedJWSInput): ReturnType<Keys> {
      const keyIn = (keys: Keys) => keyFor(header, token, keys).catch(asUnavailable);
      let key = await keyIn(await get().catch(asUnavailable));
      // A key we do not have and cannot ask for may be a new and sound one: that is an outage, not a bad token.
      if (key === undefined) key = await keyIn(await kept.renew().catch(asUnavailable));
      if (key === undefined) throw new errors.JWKSNoMatchingKey();
      return key;
    },
    /** Fetches the keys before the first use. After a failure that use tries again. */
    warm: () => void get().catch(() => {}),
  };
}

/** Public keys by which tokens of one issuer are verified. */
export type KeySet = ReturnType<typeof createKeySet>;

/** Whether a member of a key set can be what a token is verified by. A private key that was published proves nothing. */
const isPublicSigningKey = ({ kty, use = 'sig', d }: JWK): boolean =>
  ['RSA', 'EC', 'OKP'].includes(kty ?? '') && use === 'sig' && d === undefined;

/**
 * The key of the set for this token. Where several have its `kid`, which RFC 7517 §4.5 does not forbid, or the token names none, it is the
 * one that has signed it. `undefined`: perhaps a newer set has it. Throws `JWSSignatureVerificationFailed`, or what is wrong with the key.
 */
async function keyFor(header: JWSHeaderParameters, token: FlattenedJWSInput, keys: Keys) {
  let candidates: Iterable<CryptoKey> | AsyncIterable<CryptoKey>;
  try {
    const only = await keys(header, token);
    if (header.kid !== undefined) return only;
    candidates = [only];
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined;
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    candidates = error;
  }
  for await (const key of candidates) {
    try {
      await flattenedVerify(token, key);
      return key;
    } catch {
      // Another one's.
    }
  }
  if (header.kid === undefined) return undefined;
  throw new errors.JWSSignatureVerificationFailed();
}
