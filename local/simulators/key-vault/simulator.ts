// Key Vault as far as this project uses it: RSA keys that sign and never leave. The real SDK (CryptographyClient with
// its challenge flow) works against it.
import type { JsonWebKey } from 'node:crypto';
import { createRoutes, type Exchange, type Simulator, type SimulatorOptions, serve } from '../kit/simulator.ts';
import { createSteering, type Steering } from '../kit/steering.ts';
import {
  challenge,
  createCallerOf,
  forbidden,
  type KeyVaultPermission,
  type KeyVaultPermissions,
  vaultError,
} from './access.ts';
import { type KeyRequest, type KeyVersion, type PublicRsaJwk, publicHalf } from './keys.ts';
import { getKey, keyRequestOf, listVersions, rotationPolicy, sign } from './operations.ts';
import { KeyStore } from './store.ts';

/** A request in hindsight. The SDK's first request comes without a token and shows as 401; `unknown` is any other path. */
export type KeyVaultCall = { operation: KeyVaultPermission | 'unknown'; status: number };

/** An answer in place of the real one, to a request that brings a good token; `retryAfter` is sent unchanged (seconds or a date). */
export type KeyVaultFault = { status: number; retryAfter?: string };

/** Steers the vault from the test or launcher that started it. Unknown key names or versions throw. */
export type KeyVaultControl = Steering<KeyVaultFault> & {
  /** Full id with version (the newest if none is named): what `MASKINPORTEN_KEY_ID` holds. */
  keyId(name: string, version?: string): string;
  /** The public half, for registration at Maskinporten; no `kid`, no private member. */
  publicJwk(name: string, version?: string): PublicRsaJwk;
  /** What a version is: kind, bits, operations, and its end in ms since 1970. */
  shown(name: string, version: string): Pick<KeyVersion, 'kty' | 'keyOperations' | 'expiresAt'> & { bits: number };
  /** Makes a new version, which becomes the newest; resolves to it (32 hex digits). */
  newVersion(name: string, asked?: KeyRequest): Promise<string>;
  /** Adds a private key made elsewhere as the newest version; resolves to it. For published test vectors. */
  importKey(name: string, jwk: JsonWebKey): string;
  /** How many signatures were made. */
  signatures(): number;
  calls(): KeyVaultCall[];
  /** The most requests at once since the last call of this function. */
  mostAtOnce(): number;
  /** Replaces the permissions; `undefined`: every identity may get and sign. */
  setPermissions(permissions: KeyVaultPermissions | undefined): void;
  disable(name: string, version: string): void;
  /** `expiresAt` in ms since 1970; `undefined` takes the date away. */
  expire(name: string, version: string, expiresAt: number | undefined): void;
  setKeyOperations(name: string, version: string, keyOperations: readonly string[]): void;
};

/** `identityUrl` is the only token issuer; `permissions` by client id, default get and sign for each of its identities. */
export type KeyVaultOptions = SimulatorOptions & {
  identityUrl: string;
  keyNames: readonly string[];
  permissions?: KeyVaultPermissions;
};

const defaultPermissions: readonly KeyVaultPermission[] = ['get', 'sign'];
const dataActions = {
  get: 'read',
  list: 'read',
  sign: 'sign/action',
  create: 'create/action',
  policy: 'rotationpolicy/read',
  delete: 'delete',
  backup: 'backup/action',
} as const;
// 7.x, and the dated versions that the current SDK sends.
const apiVersions = /^(7\.[0-6](-preview(\.\d)?)?|20\d\d-\d\d-\d\d(-preview)?)$/;

const operations: readonly (readonly [method: string, path: string, operation: KeyVaultPermission])[] = [
  ['GET', '/keys/:name/versions', 'list'],
  ['GET', '/keys/:name/rotationpolicy', 'policy'],
  ['POST', '/keys/:name/create', 'create'],
  ['POST', '/keys/:name/backup', 'backup'],
  // The SDK sends an empty segment for a version that is left out.
  ['POST', '/keys/:name/:version{[^/]*}/sign', 'sign'],
  ['DELETE', '/keys/:name', 'delete'],
  ['GET', '/keys/:name/:version?', 'get'],
];

function faultAnswer({ status, retryAfter }: KeyVaultFault): Response {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  const code = status === 429 ? 'Throttled' : 'InternalError';
  return vaultError(status, code, 'The request was not processed.', { headers });
}

/** Starts a vault with one version of each named key; the private keys exist in this process' memory only. */
export async function startKeyVault(options: KeyVaultOptions): Promise<Simulator<KeyVaultControl>> {
  const clock = options.clock ?? Date.now;
  const callerOf = createCallerOf(options.identityUrl, clock);
  const keys = await KeyStore.of(options.keyNames, clock);
  const calls: KeyVaultCall[] = [];
  const steering = createSteering<KeyVaultFault>();
  let permissions = options.permissions;
  let underWay = 0;
  let mostAtOnce = 0;

  const idOf = (name: string, key: KeyVersion): string => `${running.url}/keys/${name}/${key.version}`;

  async function answer({ req }: Exchange, operation: KeyVaultPermission | undefined): Promise<Response> {
    const authorization = req.header('authorization');
    const clientId = await callerOf(authorization);
    if (clientId === undefined) return challenge(options.identityUrl, authorization !== undefined);
    const fault = steering.next();
    if (fault) return faultAnswer(fault);
    const apiVersion = req.query('api-version');
    if (apiVersion === undefined) return vaultError(400, 'BadParameter', 'api-version must be specified');
    if (!apiVersions.test(apiVersion))
      return vaultError(400, 'BadParameter', 'The specified api-version is not supported.');
    if (operation === undefined) return vaultError(404, 'NotFound', 'The simulator does not have this operation.');
    const { name = '', version = '' } = req.param() as { name?: string; version?: string };
    const granted = permissions === undefined ? defaultPermissions : (permissions[clientId] ?? []);
    if (!granted.includes(operation)) return forbidden(dataActions[operation]);
    const key = keys.find(name, version);
    if (!key) {
      const text = `A key with (name/id) ${name}/${version} was not found in this key vault.`;
      return vaultError(404, 'KeyNotFound', text);
    }
    // Denied or not found is all that anybody has asked of these here.
    if (operation === 'delete' || operation === 'backup')
      return vaultError(501, 'NotImplemented', 'The simulator does not do this.');
    const idOfVersion = (each: KeyVersion): string => idOf(name, each);
    if (operation === 'policy') return rotationPolicy();
    if (operation === 'create') {
      const asked = keyRequestOf(await req.text());
      return asked instanceof Response ? asked : getKey(await keys.add(name, asked), idOfVersion);
    }
    if (operation === 'sign') return sign(key, await req.text(), idOfVersion, clock());
    return operation === 'list' ? listVersions(keys.versions(name), idOfVersion) : getKey(key, idOfVersion);
  }

  async function counted(exchange: Exchange, operation?: KeyVaultPermission): Promise<Response> {
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    await steering.delay();
    const result = await answer(exchange, operation);
    underWay -= 1;
    calls.push({ operation: operation ?? 'unknown', status: result.status });
    return result;
  }

  const routes = createRoutes();
  for (const [method, path, operation] of operations)
    routes.on(method, path, (exchange) => counted(exchange, operation));
  routes.all('*', (exchange) => counted(exchange));
  const running = await serve('Key Vault', options.port ?? 0, routes);

  return {
    ...running,
    control: {
      ...steering.control,
      keyId: (name, version) => idOf(name, keys.known(name, version)),
      publicJwk: (name, version) => publicHalf(keys.known(name, version)),
      importKey: (name, jwk) => keys.importKey(name, jwk).version,
      shown: (name, version) => {
        const { kty, keyOperations, expiresAt, privateKey } = keys.known(name, version);
        return { kty, keyOperations, expiresAt, bits: privateKey.asymmetricKeyDetails?.modulusLength ?? 0 };
      },
      newVersion: async (name, asked) => (await keys.add(name, asked)).version,
      signatures: () => calls.filter(({ operation, status }) => operation === 'sign' && status === 200).length,
      calls: () => [...calls],
      mostAtOnce: () => {
        const most = mostAtOnce;
        mostAtOnce = underWay;
        return most;
      },
      setPermissions: (value) => {
        permissions = value;
      },
      disable: (name, version) => {
        keys.known(name, version).enabled = false;
      },
      expire: (name, version, expiresAt) => {
        keys.known(name, version).expiresAt = expiresAt;
      },
      setKeyOperations: (name, version, keyOperations) => {
        keys.known(name, version).keyOperations = keyOperations;
      },
    },
  };
}
