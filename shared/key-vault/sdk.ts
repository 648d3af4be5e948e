import { createPublicKey } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import type { CryptographyClient, KeyClient } from '@azure/keyvault-keys';
import { type SdkTransport, throughSdk } from '../upstream/sdk-transport.ts';
import type { VaultKey } from './key-fit.ts';
import { vaultConnection } from './loopback.ts';

/** The SDK's clients of one key version, for signing, and of its vault's keys. The SDK is loaded at the first call, because it loads slowly. */
export async function vaultClients(
  keyId: string,
  credential: TokenCredential,
  transport?: SdkTransport,
): Promise<{ version: CryptographyClient; keys: KeyClient }> {
  const { CryptographyClient, KeyClient } = await import('@azure/keyvault-keys');
  const connection = await vaultConnection(keyId, transport);
  return {
    version: new CryptographyClient(connection.keyId, credential, connection.options),
    keys: new KeyClient(new URL(connection.keyId).origin, credential, connection.options),
  };
}

/** Name and version in a key id with version (`https://<vault>/keys/<name>/<version>`). */
export function partsOf(keyId: string): { name: string; version: string } {
  const [, , name = '', version = ''] = new URL(keyId).pathname.split('/');
  return { name, version };
}

/** Reads the public half and the attributes of a key version. Throws `SdkFailure`. */
export async function readVaultKey(
  keyId: string,
  credential: TokenCredential,
  abortSignal: AbortSignal,
  transport?: SdkTransport,
): Promise<VaultKey> {
  const { name, version } = partsOf(keyId);
  const { keys } = await vaultClients(keyId, credential, transport);
  const { key, keyType, keyOperations, properties } = await throughSdk(() =>
    keys.getKey(name, { version, abortSignal }),
  );
  return {
    keyType: keyType ?? '',
    publicKey:
      key?.n && key.e && createPublicKey({ key: { kty: 'RSA', n: text(key.n), e: text(key.e) }, format: 'jwk' }),
    operations: keyOperations,
    enabled: properties.enabled,
    expiresOn: properties.expiresOn?.getTime(),
    createdOn: properties.createdOn?.getTime(),
  };
}

const text = (part: Uint8Array) => Buffer.from(part).toString('base64url');
