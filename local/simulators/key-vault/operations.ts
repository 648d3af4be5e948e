// The vault's operations on a key: show its public half, show its versions, sign a digest.
// REST API: https://learn.microsoft.com/rest/api/keyvault/keys
import { z } from 'zod';
import { jsonText } from '../../json-text.ts';
import { type KeyVaultPermission, vaultError } from './access.ts';
import { type KeyRequest, type KeyStore, type KeyVersion, publicHalf, signDigest, signingAlgorithms } from './keys.ts';

const seconds = (instantMs: number): number => Math.floor(instantMs / 1000);

const attributesOf = ({ enabled, createdAt, expiresAt }: KeyVersion): object => ({
  enabled,
  created: seconds(createdAt),
  updated: seconds(createdAt),
  exp: expiresAt === undefined ? undefined : seconds(expiresAt),
  recoveryLevel: 'Recoverable+Purgeable',
  recoverableDays: 90,
  exportable: false,
});

/** `Get Key`. A disabled or expired key can be read: its public half still verifies. */
function getKey(key: KeyVersion, keys: KeyStore): Response {
  const jwk = { kid: keys.idOf(key), ...publicHalf(key), kty: key.kty, key_ops: key.keyOperations };
  return Response.json({ key: jwk, attributes: attributesOf(key) });
}

/** Reads a body by its schema. The 400 contains the schema's message about the first fault. */
function read<T>(schema: z.ZodType<T>, body: string): T | Response {
  const parsed = jsonText(schema).safeParse(body);
  return parsed.success ? parsed.data : vaultError(400, 'BadParameter', parsed.error.issues[0]?.message ?? '');
}

const createParameters = z
  .object({
    kty: z.enum(['RSA', 'RSA-HSM'], 'The simulator makes RSA keys only.'),
    key_size: z.literal([2048, 3072, 4096], 'Invalid key size.').default(2048),
    key_ops: z.array(z.string()).default(['sign']),
    attributes: z.object({ exp: z.number().optional(), enabled: z.boolean().default(true) }).prefault({}),
  })
  .transform(
    ({ kty, key_size: bits, key_ops: keyOperations, attributes: { exp, enabled } }): KeyRequest => ({
      kty,
      bits,
      keyOperations,
      enabled,
      expiresAt: exp === undefined ? undefined : exp * 1000,
    }),
  );

/** Why a key may not sign now. The first and the third text are quoted in Azure's trackers; the second follows their form. */
function closedToSigning(key: KeyVersion, now: number): Response | undefined {
  const refuse = (text: string, innerCode: string) =>
    vaultError(403, 'Forbidden', `Operation sign is not ${text}.`, { innererror: { code: innerCode } });
  if (!key.enabled) return refuse('allowed on a disabled key', 'KeyDisabled');
  if (key.expiresAt !== undefined && key.expiresAt <= now) return refuse('allowed on an expired key', 'KeyExpired');
  if (!key.keyOperations.includes('sign')) return refuse('permitted on this key', 'KeyOperationForbidden');
  return undefined;
}

const signParameters = z.object({
  alg: z.enum(signingAlgorithms, 'Key and signing algorithm are incompatible.'),
  value: z.string('Property value is missing.').regex(/^[\w-]+$/, 'Property value is not base64url.'),
});

/** `Sign`: the body is `{alg, value}`, where value is the digest in base64url, with exactly the length of the algorithm. */
function sign(key: KeyVersion, keys: KeyStore, body: string, now: number): Response {
  const closed = closedToSigning(key, now);
  if (closed) return closed;
  const asked = read(signParameters, body);
  if (asked instanceof Response) return asked;
  const signature = signDigest(key, asked.alg, Buffer.from(asked.value, 'base64url'));
  if (!signature) return vaultError(400, 'BadParameter', 'Invalid length of value for this algorithm.');
  return Response.json({ kid: keys.idOf(key), value: signature.toString('base64url') });
}

/** An operation. `action` is the data action that it needs, as a 403 names it. Without `work` it can only be denied or not found. */
export type Operation = {
  method: string;
  path: string;
  permission: KeyVaultPermission;
  action: string;
  work?: (key: KeyVersion, keys: KeyStore, body: string, now: number) => Response | Promise<Response>;
};

/** The operations of the vault. Versions come on one page; the rotation policy is the one in infra/modules/key-vault.bicep. */
export const operations: readonly Operation[] = [
  {
    method: 'GET',
    path: '/keys/:name/versions',
    permission: 'list',
    action: 'read',
    work({ name }, keys) {
      const value = keys.versions(name).map((key) => ({ kid: keys.idOf(key), attributes: attributesOf(key) }));
      return Response.json({ value, nextLink: null });
    },
  },
  {
    method: 'GET',
    path: '/keys/:name/rotationpolicy',
    permission: 'policy',
    action: 'rotationpolicy/read',
    work() {
      const lifetimeActions = [{ trigger: { timeBeforeExpiry: 'P60D' }, action: { type: 'Notify' } }];
      return Response.json({ lifetimeActions, attributes: { expiryTime: 'P1Y' } });
    },
  },
  {
    method: 'POST',
    path: '/keys/:name/create',
    permission: 'create',
    action: 'create/action',
    async work({ name }, keys, body) {
      const asked = read(createParameters, body);
      return asked instanceof Response ? asked : getKey(await keys.create(name, asked), keys);
    },
  },
  { method: 'POST', path: '/keys/:name/backup', permission: 'backup', action: 'backup/action' },
  // The SDK sends an empty segment if the version is left out.
  { method: 'POST', path: '/keys/:name/:version{[^/]*}/sign', permission: 'sign', action: 'sign/action', work: sign },
  { method: 'DELETE', path: '/keys/:name', permission: 'delete', action: 'delete' },
  { method: 'GET', path: '/keys/:name/:version?', permission: 'get', action: 'read', work: getKey },
];
