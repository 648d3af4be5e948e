// Key Vault as far as this project uses it: RSA keys that sign and never leave. The real SDK (CryptographyClient with
// its challenge flow) works against it.
import type { JsonWebKey } from 'node:crypto';
import { createRoutes, type Exchange, type SimulatorOptions, serve } from '../kit/simulator.ts';
import { createSteering, type PlannedAnswer, plannedAnswer } from '../kit/steering.ts';
import {
  challenge,
  createCallerOf,
  forbidden,
  type KeyVaultPermission,
  type KeyVaultPermissions,
  vaultError,
} from './access.ts';
import { type KeyRequest, KeyStore, type KeyVersion, type PublicRsaJwk, publicHalf } from './keys.ts';
import { getKey, keyRequestOf, listVersions, rotationPolicy, sign } from './operations.ts';

/** `identityUrl` is the only token issuer. */
export type KeyVaultOptions = SimulatorOptions & { identityUrl: string; keyNames: readonly string[] };

const defaultPermissions: readonly KeyVaultPermission[] = ['get', 'sign'];
// 7.x, and the dated versions that the current SDK sends.
const apiVersions = /^(7\.[0-6](-preview(\.\d)?)?|20\d\d-\d\d-\d\d(-preview)?)$/;

/** `action`: the data action that the operation takes, as a 403 names it. */
type Operation = { permission: KeyVaultPermission; action: string };

const operations: readonly (readonly [method: string, path: string, permission: KeyVaultPermission, action: string])[] =
  [
    ['GET', '/keys/:name/versions', 'list', 'read'],
    ['GET', '/keys/:name/rotationpolicy', 'policy', 'rotationpolicy/read'],
    ['POST', '/keys/:name/create', 'create', 'create/action'],
    ['POST', '/keys/:name/backup', 'backup', 'backup/action'],
    // The SDK sends an empty segment for a version that is left out.
    ['POST', '/keys/:name/:version{[^/]*}/sign', 'sign', 'sign/action'],
    ['DELETE', '/keys/:name', 'delete', 'delete'],
    ['GET', '/keys/:name/:version?', 'get', 'read'],
  ];

/**
 * Starts a vault with one version of each named key; the private keys exist in this process' memory only. Its control throws for an
 * unknown key name or version.
 */
export async function startKeyVault(options: KeyVaultOptions) {
  const { clock = Date.now } = options;
  const callerOf = createCallerOf(options.identityUrl, clock);
  const keys = new KeyStore(clock);
  for (const name of options.keyNames) await keys.add(name);
  /** The SDK's first request comes without a token and shows as 401; `unknown` is any other path. */
  const calls: { operation: KeyVaultPermission | 'unknown'; status: number }[] = [];
  /** Answers to requests that bring a good token. */
  const steering = createSteering<PlannedAnswer>();
  let permissions: KeyVaultPermissions | undefined;
  let underWay = 0;
  let mostAtOnce = 0;

  const idOf = (name: string, key: KeyVersion): string => `${running.url}/keys/${name}/${key.version}`;

  async function answer({ req }: Exchange, operation: Operation | undefined): Promise<Response> {
    const authorization = req.header('authorization');
    const clientId = await callerOf(authorization);
    if (clientId === undefined) return challenge(options.identityUrl, authorization !== undefined);
    const fault = steering.next();
    if (fault) {
      const code = fault.status === 429 ? 'Throttled' : 'InternalError';
      return plannedAnswer({ ...fault, body: { error: { code, message: 'The request was not processed.' } } });
    }
    const apiVersion = req.query('api-version');
    if (apiVersion === undefined) return vaultError(400, 'BadParameter', 'api-version must be specified');
    if (!apiVersions.test(apiVersion))
      return vaultError(400, 'BadParameter', 'The specified api-version is not supported.');
    if (operation === undefined) return vaultError(404, 'NotFound', 'The simulator does not have this operation.');
    const { name = '', version = '' } = req.param() as { name?: string; version?: string };
    const granted = permissions === undefined ? defaultPermissions : (permissions[clientId] ?? []);
    const { permission, action } = operation;
    if (!granted.includes(permission)) return forbidden(action);
    const key = keys.find(name, version);
    if (!key)
      return vaultError(404, 'KeyNotFound', `A key with (name/id) ${name}/${version} was not found in this key vault.`);
    const idOfVersion = (each: KeyVersion): string => idOf(name, each);
    switch (permission) {
      case 'get':
        return getKey(key, idOfVersion);
      case 'list':
        return listVersions(keys.versions(name), idOfVersion);
      case 'policy':
        return rotationPolicy();
      case 'sign':
        return sign(key, await req.text(), idOfVersion, clock());
      case 'create': {
        const asked = keyRequestOf(await req.text());
        return asked instanceof Response ? asked : getKey(await keys.add(name, asked), idOfVersion);
      }
      default:
        // Denied or not found is all that anybody has asked of these here.
        return vaultError(501, 'NotImplemented', 'The simulator does not do this.');
    }
  }

  async function counted(exchange: Exchange, operation?: Operation): Promise<Response> {
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    await steering.delay();
    const result = await answer(exchange, operation);
    underWay -= 1;
    calls.push({ operation: operation?.permission ?? 'unknown', status: result.status });
    return result;
  }

  const routes = createRoutes();
  for (const [method, path, permission, action] of operations)
    routes.on(method, path, (exchange) => counted(exchange, { permission, action }));
  routes.all('*', (exchange) => counted(exchange));
  const running = await serve('Key Vault', options.port ?? 0, routes);

  return {
    ...running,
    control: {
      ...steering.control,
      /** Full id with version (the newest if none is named): what `MASKINPORTEN_KEY_ID` holds. */
      keyId: (name: string, version?: string): string => idOf(name, keys.known(name, version)),
      /** The public half, for registration at Maskinporten; no `kid`, no private member. */
      publicJwk: (name: string, version?: string): PublicRsaJwk => publicHalf(keys.known(name, version)),
      /** Adds a private key made elsewhere as the newest version; returns it. For published test vectors. */
      importKey: (name: string, jwk: JsonWebKey): string => keys.importKey(name, jwk).version,
      /** What a version is: kind, bits, operations, and its end in ms since 1970. */
      shown(name: string, version: string) {
        const { kty, keyOperations, expiresAt, privateKey } = keys.known(name, version);
        return { kty, keyOperations, expiresAt, bits: privateKey.asymmetricKeyDetails?.modulusLength ?? 0 };
      },
      /** Makes a new version, which becomes the newest; resolves to it (32 hex digits). */
      async newVersion(name: string, asked?: KeyRequest): Promise<string> {
        keys.known(name);
        return (await keys.add(name, asked)).version;
      },
      /** How many signatures were made. */
      signatures: () => calls.filter(({ operation, status }) => operation === 'sign' && status === 200).length,
      calls: () => [...calls],
      /** The most requests at once since the last call of this function. */
      mostAtOnce(): number {
        const most = mostAtOnce;
        mostAtOnce = underWay;
        return most;
      },
      /** Replaces the permissions; `undefined`: every identity may get and sign. */
      setPermissions(value: KeyVaultPermissions | undefined): void {
        permissions = value;
      },
      disable(name: string, version: string): void {
        keys.known(name, version).enabled = false;
      },
      /** `expiresAt` in ms since 1970; `undefined` takes the date away. */
      expire(name: string, version: string, expiresAt: number | undefined): void {
        keys.known(name, version).expiresAt = expiresAt;
      },
      setKeyOperations(name: string, version: string, keyOperations: readonly string[]): void {
        keys.known(name, version).keyOperations = keyOperations;
      },
    },
  };
}
