import type { TokenCredential } from '@azure/identity';
import { bitsOf, misfitOf } from '../../shared/key-vault/key-fit.ts';
import { partsOf, readVaultKey, vaultClients } from '../../shared/key-vault/sdk.ts';
import { PlanRefused, type PublicKey } from './plan.ts';
import { endOfDuration, weaknessesOf } from './strength.ts';

const timeoutMs = 15_000;

/** A registration at Digdir lives a year: the life of a key version where neither policy nor old version says one. */
const lifeMs = 365 * 86_400_000;

/**
 * Makes a new version of the key that `keyId` is a version of: of its kind (hardware stays hardware), size and operations,
 * and with the end that the key's rotation policy sets, or otherwise the life of the old version. It never leaves the
 * vault. Takes the permission `create`, which the app itself must not have: this is run by an operator. Resolves to the new
 * key id with version.
 */
export async function makeVersion(keyId: string, credential: TokenCredential, now = new Date()): Promise<string> {
  const { name } = partsOf(keyId);
  const old = await readVaultKey(keyId, credential, AbortSignal.timeout(timeoutMs));
  const { keys: client } = await vaultClients(keyId, credential);
  const policy = await client
    .getKeyRotationPolicy(name, { abortSignal: AbortSignal.timeout(timeoutMs) })
    .catch((error: { statusCode?: number }) => {
      // Without a policy, or the right to read it, the old version's own life counts.
      if (error.statusCode === 403 || error.statusCode === 404) return undefined;
      throw error;
    });
  const oldLifeMs = old.expiresOn === undefined || old.createdOn === undefined ? lifeMs : old.expiresOn - old.createdOn;
  const made = await client.createKey(name, old.keyType, {
    keySize: bitsOf(old),
    keyOps: [...(old.operations ?? ['sign'])],
    exportable: false,
    expiresOn: endOfDuration(policy?.expiresIn, now) ?? new Date(now.getTime() + oldLifeMs),
    abortSignal: AbortSignal.timeout(timeoutMs),
  });
  const version = made.properties.version ?? '';
  return `${new URL(keyId).origin}/keys/${name}/${version}`;
}

/** Refuses a key version that is weaker than the one in use. */
export async function refuseWeaker(keyId: string, currentKeyId: string, credential: TokenCredential): Promise<void> {
  const [next, before] = await Promise.all(
    [keyId, currentKeyId].map((id) => readVaultKey(id, credential, AbortSignal.timeout(timeoutMs))),
  );
  const faults = next && before ? weaknessesOf(next, before) : [];
  if (faults.length > 0)
    throw new PlanRefused(`The new key version is weaker than the one in use: ${faults.join('; ')}. Make another one.`);
}

/** The public half of a key version, as it is registered. Throws when the key could not sign for Maskinporten. */
export async function publicKeyIn(keyId: string, credential: TokenCredential): Promise<Omit<PublicKey, 'kid'>> {
  const key = await readVaultKey(keyId, credential, AbortSignal.timeout(timeoutMs));
  const misfit = misfitOf(key, { kid: '' }, Date.now());
  if (misfit) throw new PlanRefused(misfit.action);
  const { n = '', e = '' } = key.publicKey?.export({ format: 'jwk' }) ?? {};
  return { kty: 'RSA', use: 'sig', alg: 'RS256', n, e };
}
