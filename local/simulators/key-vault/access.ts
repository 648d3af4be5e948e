// Access to the Key Vault simulator: it accepts only tokens of its identity endpoint.
import { createVerifier } from '../kit/key-ring.ts';
import type { Clock } from '../kit/simulator.ts';

/** Data-plane permissions on keys. `list` is needed to read the versions of a key, `policy` to read its rotation policy. */
export type KeyVaultPermission = 'get' | 'list' | 'sign' | 'create' | 'policy' | 'delete' | 'backup';

const vaultResource = 'https://vault.azure.net';

/** Key Vault's form of an error (Key Vault REST API, "Authentication, requests and responses"). */
export function vaultError(
  status: number,
  code: string,
  message: string,
  more: { innererror?: { code: string }; headers?: Record<string, string> } = {},
): Response {
  const { headers = {}, ...inner } = more;
  return Response.json({ error: { code, message, ...inner } }, { status, headers });
}

/**
 * Returns the client id of an `Authorization` header, or `undefined` if this vault does not accept the token. Checks signature (with the
 * identity endpoint's own JWKS), issuer, audience and expiry.
 */
export function createCallerOf(identityUrl: string, clock: Clock) {
  // The clock tolerance of Entra's own libraries.
  const rules = { issuer: `${identityUrl}/`, audience: vaultResource, requiredClaims: ['exp'], clockTolerance: 300 };
  const verify = createVerifier(`${identityUrl}/jwks`, rules, clock);
  return async (authorization: string | undefined): Promise<string | undefined> => {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    const claims = token === undefined ? undefined : await verify(token);
    return typeof claims?.appid === 'string' ? claims.appid : undefined;
  };
}

/** The 401 to which the SDK's challenge policy responds by fetching a token. The vault says where and for which resource. */
export function challenge(identityUrl: string, hadToken: boolean): Response {
  const message = hadToken
    ? 'AKV10032: Invalid issuer, audience, signature or lifetime.'
    : 'AKV10000: Request is missing a Bearer or PoP token.';
  const headers = { 'www-authenticate': `Bearer authorization="${identityUrl}/tenant", resource="${vaultResource}"` };
  return vaultError(401, 'Unauthorized', message, { headers });
}

/** The 403 of a vault with role-based access control. `action` is the missing data action. */
export function forbidden(action: string): Response {
  const text = `Caller is not authorized to perform action on resource.\r\nAction: 'Microsoft.KeyVault/vaults/keys/${action}'\r\nDecisionReason: 'DeniedWithNoValidRBAC'`;
  return vaultError(403, 'Forbidden', text, { innererror: { code: 'ForbiddenByRbac' } });
}
