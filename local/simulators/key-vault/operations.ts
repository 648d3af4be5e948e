// What the vault does with a key: show its public half, show its versions, sign a digest.
// REST API: https://learn.microsoft.com/rest/api/keyvault/keys

import { vaultError } from './access.ts';
import { digestLength, isSigningAlgorithm, type KeyRequest, type KeyVersion, publicHalf, signDigest } from './keys.ts';

/** Full id of a version; the vault's URL has no trailing slash. */
export type KeyIdOf = (key: KeyVersion) => string;

const seconds = (instantMs: number): number => Math.floor(instantMs / 1000);

const attributesOf = (key: KeyVersion): object => ({
  enabled: key.enabled,
  created: seconds(key.createdAt),
  updated: seconds(key.createdAt),
  ...(key.expiresAt === undefined ? {} : { exp: seconds(key.expiresAt) }),
  recoveryLevel: 'Recoverable+Purgeable',
  recoverableDays: 90,
  exportable: false,
});

/** `Get Key`. A disabled or expired key can be read: its public half still verifies. */
export function getKey(key: KeyVersion, idOf: KeyIdOf): Response {
  const jwk = { kid: idOf(key), ...publicHalf(key), kty: key.kty, key_ops: key.keyOperations };
  return Response.json({ key: jwk, attributes: attributesOf(key) });
}

const notJson = () => vaultError(400, 'BadParameter', 'The request body is missing or is not JSON.');

function jsonOf<T extends object>(body: string): Partial<T> | undefined {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return undefined;
  }
}

/** What the body of `Create Key` asks for; a 400 for what is no RSA key. */
export function keyRequestOf(body: string): KeyRequest | Response {
  type Asked = {
    kty?: string;
    key_size?: number;
    key_ops?: string[];
    attributes?: { exp?: number; enabled?: boolean };
  };
  const asked = jsonOf<Asked>(body);
  if (asked === undefined) return notJson();
  const { kty, key_size: bits = 2048, key_ops: keyOperations, attributes: { exp, enabled } = {} } = asked;
  if (kty !== 'RSA' && kty !== 'RSA-HSM') return vaultError(400, 'BadParameter', 'The simulator makes RSA keys only.');
  if (![2048, 3072, 4096].includes(bits)) return vaultError(400, 'BadParameter', 'Invalid key size.');
  return {
    kty,
    bits,
    ...(keyOperations === undefined ? {} : { keyOperations }),
    ...(exp === undefined ? {} : { expiresAt: exp * 1000 }),
    ...(enabled === undefined ? {} : { enabled }),
  };
}

/** `Get Key Rotation Policy`: as infra/modules/key-vault.bicep sets it. */
export function rotationPolicy(): Response {
  const lifetimeActions = [{ trigger: { timeBeforeExpiry: 'P60D' }, action: { type: 'Notify' } }];
  return Response.json({ lifetimeActions, attributes: { expiryTime: 'P1Y' } });
}

/** `Get Key Versions`, on one page. */
export function listVersions(versions: readonly KeyVersion[], idOf: KeyIdOf): Response {
  const value = versions.map((key) => ({ kid: idOf(key), attributes: attributesOf(key) }));
  return Response.json({ value, nextLink: null });
}

/** Why a key may not sign now. The first and the third are quoted in Azure's trackers, the second is formed after them. */
function closedToSigning(key: KeyVersion, now: number): Response | undefined {
  const refuse = (text: string, innerCode: string) =>
    vaultError(403, 'Forbidden', `Operation sign is not ${text}.`, { innererror: { code: innerCode } });
  if (!key.enabled) return refuse('allowed on a disabled key', 'KeyDisabled');
  if (key.expiresAt !== undefined && key.expiresAt <= now) return refuse('allowed on an expired key', 'KeyExpired');
  if (!key.keyOperations.includes('sign')) return refuse('permitted on this key', 'KeyOperationForbidden');
  return undefined;
}

/** `Sign`: the body is `{alg, value}`, value the digest in base64url, of just the length that the algorithm has. */
export function sign(key: KeyVersion, body: string, idOf: KeyIdOf, now: number): Response {
  const closed = closedToSigning(key, now);
  if (closed) return closed;
  const parameters = jsonOf<{ alg?: unknown; value?: unknown }>(body);
  if (parameters === undefined) return notJson();
  const { alg, value } = parameters;
  if (!isSigningAlgorithm(alg)) return vaultError(400, 'BadParameter', 'Key and signing algorithm are incompatible.');
  if (typeof value !== 'string' || !/^[\w-]+$/.test(value)) {
    return vaultError(400, 'BadParameter', 'Property value is missing or is not base64url.');
  }
  const digest = Buffer.from(value, 'base64url');
  if (digest.length !== digestLength(alg)) {
    return vaultError(400, 'BadParameter', 'Invalid length of value for this algorithm.');
  }
  return Response.json({ kid: idOf(key), value: signDigest(key, alg, digest).toString('base64url') });
}
