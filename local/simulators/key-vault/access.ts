// Access to the Key Vault simulator: it accepts only tokens of its identity endpoint.
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Clock } from '../kit/simulator.ts';

/** Data-plane permissions on keys; `list` is what reading the versions of a key takes, `policy` its rotation policy. */
export type KeyVaultPermission = 'get' | 'list' | 'sign' | 'create' | 'policy' | 'delete' | 'backup';

/** Permissions by the identity's client id. An identity that is not named has none. */
export type KeyVaultPermissions = Readonly<Record<string, readonly KeyVaultPermission[]>>;

const vaultResource = 'https://vault.azure.net';

/** Key Vault's error shape (Key Vault REST API, "Authentication, requests and responses"). */
export function vaultError(
  status: number,
  code: string,
  message: string,
  more: { innererror?: { code: string }; headers?: Record<string, string> } = {},
): Response {
  const { headers = {}, ...inner } = more;
  return Response.json({ error: { code, message, ...inner } }, { status, headers });
}

/** The client id behind an `Authorization` header, or `undefined` when the token does not open this vault. */
export type CallerOf = (authorization: string | undefined) => Promise<string | undefined>;

/** Checks signature (by the identity endpoint's own JWKS), issuer, audience and expiry of the caller's token. */
export function createCallerOf(identityUrl: string, clock: Clock): CallerOf {
  const keys = createRemoteJWKSet(new URL(`${identityUrl}/jwks`));
  return async (authorization) => {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: `${identityUrl}/`,
        audience: vaultResource,
        algorithms: ['RS256'],
        requiredClaims: ['exp', 'appid'],
        // The clock tolerance of Entra's own libraries.
        clockTolerance: 300,
        currentDate: new Date(clock()),
      });
      return typeof payload.appid === 'string' ? payload.appid : undefined;
    } catch {
      return undefined;
    }
  };
}

/** The 401 that the SDK's challenge policy answers by fetching a token; the vault says where and for which resource. */
export function challenge(identityUrl: string, hadToken: boolean): Response {
  const message = hadToken
    ? 'AKV10032: Invalid issuer, audience, signature or lifetime.'
    : 'AKV10000: Request is missing a Bearer or PoP token.';
  const headers = { 'www-authenticate': `Bearer authorization="${identityUrl}/tenant", resource="${vaultResource}"` };
  return vaultError(401, 'Unauthorized', message, { headers });
}

/** The 403 of a vault with role-based access control; `action` is the data action that is lacking. */
export function forbidden(action: string): Response {
  const text = `Caller is not authorized to perform action on resource.\r\nAction: 'Microsoft.KeyVault/vaults/keys/${action}'\r\nDecisionReason: 'DeniedWithNoValidRBAC'`;
  return vaultError(403, 'Forbidden', text, { innererror: { code: 'ForbiddenByRbac' } });
}
