import type { NationalId } from '../person/national-id.ts';
import type { Secret } from '../person/secret.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { SharedToken } from '../upstream/shared-token.ts';
import { cacheKeyOf, type Grant } from './grant.ts';
import type { TokenCache } from './token-cache.ts';
import type { TokenClient } from './token-client.ts';

/** A shared token from the cache. The fetch has a deadline of its own: it goes on when the caller that started it gives up. */
export function createSharedToken(
  grant: Grant,
  ports: { cache: TokenCache; client: TokenClient; flightMs: number; time: Time },
): SharedToken {
  const key = cacheKeyOf(grant) ?? '';
  return {
    get: (deadline) =>
      ports.cache.get(key, () => ports.client.request(grant, Deadline.after(ports.time, ports.flightMs)), deadline),
    drop: (token) => ports.cache.drop(key, token),
  };
}

/** A consent token: fetched for one look-up and not kept. The look-up keeps duty C-2. */
export type ConsentTokens = { fetch(consentId: string, from: NationalId, deadline: Deadline): Promise<Secret> };

/** Consent tokens on the same client, key and scope as `grant`. */
export function createConsentTokens(grant: Grant, ports: { client: TokenClient; telemetry: Telemetry }): ConsentTokens {
  return {
    async fetch(id, from, deadline) {
      ports.telemetry.count('consentToken');
      return (await ports.client.request({ ...grant, consent: { id, from } }, deadline)).token;
    },
  };
}
