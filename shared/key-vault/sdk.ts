import { createPublicKey } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import type { CryptographyClient, KeyClient } from '@azure/keyvault-keys';
import { type SdkTransport, throughSdk } from '../upstream/sdk-transport.ts';
import type { VaultKey } from './key-fit.ts';
import { vaultConnection } from './loopback.ts';

/** The SDK's client that signs with one key version. Loaded at the first call, because the SDK loads slowly. */
export async function cryptographyClient(
  keyId: string,
  credential: TokenCredential,
  transport?: SdkTransport,
): Promise<CryptographyClient> {
  const { CryptographyClient: Client } = await import('@azure/keyvault-keys');
  const connection = await vaultConnection(keyId, transport);
  return new Client(connection.keyId, credential, connection.options);
}

/** The SDK's client for the keys of the vault that `keyId` is in. */
export async function keyClient(
  keyId: string,
  credential: TokenCredential,
  transport?: SdkTransport,
): Promise<KeyClient> {
  const { KeyClient: Client } = await import('@azure/keyvault-keys');
  const connection = await vaultConnection(keyId, transport);
  return new Client(new URL(connection.keyId).origin, credential, connection.options);
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
  const client = await keyClient(keyId, credential, transport);
  const { key, keyType, keyOperations, properties } = await throughSdk(() =>
    client.getKey(name, { version, abortSignal }),
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
