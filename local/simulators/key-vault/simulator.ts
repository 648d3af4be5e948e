// The part of Key Vault that this project uses: RSA keys that sign and never leave. The real SDK (CryptographyClient with its challenge
// flow) works with it.
import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { createRoutes, type Exchange, type SimulatorOptions, serve } from '../kit/simulator.ts';
import { createSteering, type PlannedAnswer, plannedAnswer } from '../kit/steering.ts';
import { challenge, createCallerOf, forbidden, type KeyVaultPermission, vaultError } from './access.ts';
import { createKeyStore, type KeyRequest, type KeyVersion, publicHalf } from './keys.ts';
import { type Operation, operations } from './operations.ts';

/** Permissions by the identity's client id. An identity that is not listed has none. */
type Permissions = Readonly<Record<string, readonly KeyVaultPermission[]>>;

/** `identityUrl` is the only token issuer. */
type KeyVaultOptions = SimulatorOptions & { identityUrl: string; keyNames: readonly string[] };

const defaultPermissions: readonly KeyVaultPermission[] = ['get', 'sign'];
// 7.x, and the dated versions that the present SDK sends.
const apiVersions = /^(7\.[0-6](-preview(\.\d)?)?|20\d\d-\d\d-\d\d(-preview)?)$/;

/**
 * Starts a vault with one version of each named key. The private keys exist only in this process's memory. Its control throws for an
 * unknown key name or version.
 */
export async function startKeyVault(options: KeyVaultOptions) {
  const { clock = Date.now } = options;
  const callerOf = createCallerOf(options.identityUrl, clock);
  const keys = createKeyStore(clock, () => running.url);
  for (const name of options.keyNames) await keys.create(name);
  /** The SDK's first request comes without a token and is recorded as 401. `unknown` is any other path. */
  const calls: { operation: KeyVaultPermission | 'unknown'; status: number }[] = [];
  /** Answers to requests with a valid token. */
  const steering = createSteering<PlannedAnswer>();
  let permissions: Permissions | undefined;

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
    if (!granted.includes(operation.permission)) return forbidden(operation.action);
    const key = keys.find(name, version);
    if (!key)
      return vaultError(404, 'KeyNotFound', `A key with (name/id) ${name}/${version} was not found in this key vault.`);
    const done = operation.work?.(key, keys, await req.text(), clock());
    return done ?? vaultError(501, 'NotImplemented', 'The simulator does not do this.');
  }

  async function counted(exchange: Exchange, operation?: Operation): Promise<Response> {
    await steering.delay();
    const result = await answer(exchange, operation);
    calls.push({ operation: operation?.permission ?? 'unknown', status: result.status });
    return result;
  }

  const routes = createRoutes();
  for (const operation of operations)
    routes.on(operation.method, operation.path, (exchange) => counted(exchange, operation));
  routes.all('*', (exchange) => counted(exchange));
  const running = await serve('Key Vault', options.port ?? 0, routes);

  return {
    ...running,
    control: {
      ...steering.control,
      /** Full id with version (the newest if none is named): what `MASKINPORTEN_KEY_ID` holds. */
      keyId: (name: string, version?: string): string => keys.idOf(keys.known(name, version)),
      /** The public half, for registration at Maskinporten; no `kid`, no private member. */
      publicJwk: (name: string, version?: string) => publicHalf(keys.known(name, version)),
      /** Adds a private key from elsewhere as the newest version, and returns the version. For published test vectors. */
      importKey: (name: string, jwk: JsonWebKey): string =>
        keys.add(name, createPrivateKey({ key: jwk, format: 'jwk' })).version,
      /** Properties of a version: kind, bits, operations, and its end in ms since 1970. */
      shown(name: string, version: string) {
        const { kty, keyOperations, expiresAt, privateKey } = keys.known(name, version);
        return { kty, keyOperations, expiresAt, bits: privateKey.asymmetricKeyDetails?.modulusLength ?? 0 };
      },
      /** Creates a new version, which becomes the newest. Resolves to it (32 hex digits). */
      async newVersion(name: string, asked?: KeyRequest): Promise<string> {
        keys.known(name);
        return (await keys.create(name, asked)).version;
      },
      /** The number of signatures. */
      signatures: () => calls.filter(({ operation, status }) => operation === 'sign' && status === 200).length,
      calls: () => [...calls],
      /** Replaces the permissions; `undefined`: every identity may get and sign. */
      setPermissions(value: Permissions | undefined): void {
        permissions = value;
      },
      /** Changes a version. */
      change(
        name: string,
        version: string,
        to: Partial<Pick<KeyVersion, 'enabled' | 'expiresAt' | 'keyOperations'>>,
      ): void {
        Object.assign(keys.known(name, version), to);
      },
    },
  };
}
