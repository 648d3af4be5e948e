import type { TokenCredential } from '@azure/identity';
import { misfitOf } from '../../shared/maskinporten/key-fit.ts';
import { keyClient, partsOf, readVaultKey } from '../../shared/maskinporten/key-vault-sdk.ts';
import { PlanRefused, type PublicKey } from './plan.ts';

const patienceMs = 15_000;

/**
 * Makes a new version of the key that `keyId` is a version of: RSA 2048, never leaves the vault. Takes the permission
 * `create`, which the app itself must not have: this is run by an operator. Resolves to the new key id with version.
 */
export async function makeVersion(keyId: string, credential: TokenCredential): Promise<string> {
  const { name } = partsOf(keyId);
  const made = await (await keyClient(keyId, credential)).createRsaKey(name, {
    keySize: 2048,
    keyOps: ['sign'],
    exportable: false,
    abortSignal: AbortSignal.timeout(patienceMs),
  });
  const version = made.properties.version ?? '';
  return `${new URL(keyId).origin}/keys/${name}/${version}`;
}

/** The public half of a key version, as it is registered. Throws when the key could not sign for Maskinporten. */
export async function publicKeyIn(keyId: string, credential: TokenCredential): Promise<Omit<PublicKey, 'kid'>> {
  const key = await readVaultKey(keyId, credential, AbortSignal.timeout(patienceMs));
  const misfit = misfitOf(key, { kid: '' }, Date.now());
  if (misfit) throw new PlanRefused(misfit.action);
  const text = (part: Uint8Array | undefined) => Buffer.from(part ?? []).toString('base64url');
  return { kty: 'RSA', use: 'sig', alg: 'RS256', n: text(key.n), e: text(key.e) };
}
