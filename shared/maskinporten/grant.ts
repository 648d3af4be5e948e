import type { NationalId } from '../person/national-id.ts';

/** One access token to be asked for. Nothing but a grant describes a request; nobody passes scope strings about. */
export type Grant = {
  issuer: string;
  clientId: string;
  /** Key Vault key id with version. */
  keyId: string;
  /** `kid` of the JWK registered on the client. */
  kid: string;
  scope: string;
  /** Audience restriction, if the API owner asks for it. */
  resource?: string;
  /** Supplier mode: the organisation on whose behalf. */
  consumerOrg?: string;
  /** Makes it a grant for a consent token: which consent, given by whom. */
  consent?: { id: string; from: NationalId };
};

/** Everything that makes two tokens different, as a cache key. Consent grants have none: their tokens are never shared. */
export function cacheKeyOf(grant: Grant): string | undefined {
  if (grant.consent !== undefined) return undefined;
  return JSON.stringify([
    grant.issuer,
    grant.clientId,
    grant.keyId,
    grant.kid,
    grant.scope,
    grant.resource ?? '',
    grant.consumerOrg ?? '',
  ]);
}
