import type { TokenCredential } from '@azure/identity';
import type { CryptographyClient, KeyClient, KeyClientOptions } from '@azure/keyvault-keys';
import type { VaultKey } from './key-fit.ts';

/**
 * Options for the SDK's clients. On plain http, which settings allow for loopback only, the simulator's host is no Azure
 * domain, so that its challenge is not checked there.
 */
export function clientOptions(url: string): KeyClientOptions {
  // Our own layer retries.
  const retryOptions = { maxRetries: 0 };
  if (!url.startsWith('http:')) return { retryOptions };
  return {
    retryOptions,
    allowInsecureConnection: true,
    disableChallengeResourceVerification: true,
    additionalPolicies: [{ policy: plainOnTheWire, position: 'perRetry' }],
  };
}

/**
 * From `@azure/keyvault-common` 2.1.1 on, the SDK gives its token to https addresses only, loopback or not. So it is told
 * https, and the wire below its authentication is plain.
 */
const plainOnTheWire: NonNullable<KeyClientOptions['additionalPolicies']>[number]['policy'] = {
  name: 'plainOnTheWire',
  async sendRequest(request, next) {
    const told = request.url;
    request.url = told.replace(/^https:/, 'http:');
    request.allowInsecureConnection = true;
    try {
      return await next(request);
    } finally {
      // The answer to a challenge is the same request again.
      request.url = told;
    }
  },
};

const asHttps = (url: string) => url.replace(/^http:/, 'https:');

/** The SDK's client that signs with one key version. Loaded at the first call, since the SDK is slow to load. */
export async function cryptographyClient(keyId: string, credential: TokenCredential): Promise<CryptographyClient> {
  const { CryptographyClient: Client } = await import('@azure/keyvault-keys');
  return new Client(asHttps(keyId), credential, clientOptions(keyId));
}

/** The SDK's client for the keys of the vault that `keyId` is in. */
export async function keyClient(keyId: string, credential: TokenCredential): Promise<KeyClient> {
  const { KeyClient: Client } = await import('@azure/keyvault-keys');
  return new Client(asHttps(new URL(keyId).origin), credential, clientOptions(keyId));
}

/** Name and version in a key id with version (`https://<vault>/keys/<name>/<version>`). */
export function partsOf(keyId: string): { name: string; version: string } {
  const [, , name = '', version = ''] = new URL(keyId).pathname.split('/');
  return { name, version };
}

/** Reads the public half and the attributes of a key version. Throws what the SDK throws. */
export async function readVaultKey(
  keyId: string,
  credential: TokenCredential,
  abortSignal: AbortSignal,
): Promise<VaultKey> {
  const { name, version } = partsOf(keyId);
  const { key, keyType, keyOperations, properties } = await (await keyClient(keyId, credential)).getKey(name, {
    version,
    abortSignal,
  });
  return {
    keyType: keyType ?? '',
    n: key?.n,
    e: key?.e,
    operations: keyOperations,
    enabled: properties.enabled,
    expiresOn: properties.expiresOn?.getTime(),
  };
}
