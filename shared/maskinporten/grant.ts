import type { NationalId } from '../person/national-id.ts';

/**
 * How the assertion names the key that signed it: `kid` of the JWK registered on the client, or `x5c`, the public chain
 * of the virksomhetssertifikat (DER in base64, leaf first). Never both (docs/contracts/maskinporten.md §2).
 */
export type KeyHeader = { kid: string } | { x5c: readonly string[] };

/** The client at Maskinporten, and the key it signs with. */
export type ClientKey = {
  clientId: string;
  /** Key Vault key id with version. */
  keyId: string;
  header: KeyHeader;
};

/** A request for one access token. Only a grant describes a request; callers pass no scope strings. */
export type Grant = ClientKey & {
  /** Organisation number of the bank whose token it is: its consumer, also where a supplier's client asks. */
  bank: string;
  issuer: string;
  scope: string;
  /** Audience restriction, if the API owner asks for it. */
  resource?: string;
  /** Supplier mode: the organisation on whose behalf. */
  consumerOrg?: string;
  /** Makes it a grant for a consent token: which consent, given by whom. */
  consent?: { id: string; from: NationalId };
};
