// RFC 8414 metadata as Maskinporten publishes it (maskinporten_func_wellknown).

/** Path of the metadata, below the issuer. */
export const metadataPath = '/.well-known/oauth-authorization-server';

/** `url` without, the issuer with trailing slash. */
export function metadataOf(url: string): object {
  return {
    issuer: `${url}/`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwk`,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    grant_types_supported: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'RS384', 'RS512'],
    authorization_details_types_supported: ['urn:altinn:consent'],
  };
}
