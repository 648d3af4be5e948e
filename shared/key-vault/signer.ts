import { createHash, verify } from 'node:crypto';
import type { CryptographyClient } from '@azure/keyvault-keys';
import type { Signer } from '../maskinporten/assertion.ts';
import type { ClientKey } from '../maskinporten/grant.ts';
import { ProblemError } from '../problems.ts';
import type { Attempt, AttemptContext } from '../resilience/attempt.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { UpstreamCall } from '../resilience/upstream-call.ts';
import type { Identity } from '../storage/credential.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { invalidReply } from '../upstream/reply.ts';
import { type SdkTransport, throughSdk } from '../upstream/sdk-transport.ts';
import { leafOf } from './certificate-chain.ts';
import { vaultFailures } from './failure.ts';
import { vaultClients } from './sdk.ts';

/**
 * Signs in Azure Key Vault with RS256: only the SHA-256 digest leaves, the private key never enters this process.
 * The key version is pinned by the key id. Throws `configuration` when the vault refuses or signs with another key than
 * the certificate's, `upstream-…` when it does not answer. `bank`: organisation number, where it is one bank's call.
 */
export type KeyVaultSigner = {
  forKey(key: Pick<ClientKey, 'keyId' | 'header'> & { bank?: string }, deadline: Deadline): Signer;
};

/** What Key Vault asks a token for. */
export const vaultScope = 'https://vault.azure.net/.default';

export function createKeyVaultSigner(ports: {
  credential: () => Promise<Identity>;
  /** Default: ours, with a pool of its own. */
  transport?: () => Promise<SdkTransport>;
  /** The policy of the vault that holds the key. */
  policy: (keyId: string) => UpstreamCall;
  telemetry: Telemetry;
}): KeyVaultSigner {
  const clients = new Map<string, Promise<CryptographyClient>>();
  const clientFor = (keyId: string) => {
    let client = clients.get(keyId);
    if (client === undefined) {
      client = Promise.all([ports.credential(), ports.transport?.()]).then(
        async ([credential, transport]) => (await vaultClients(keyId, credential, transport)).version,
      );
      clients.set(keyId, client);
      // This caller gets the error of a failed load. The next caller loads again.
      client.catch(() => clients.delete(keyId));
    }
    return client;
  };
  return {
    forKey: ({ keyId, header, bank }, deadline) => ({
      sign(signingInput) {
        const digest = createHash('sha256').update(signingInput).digest();
        let identity: Identity;
        const failed = vaultFailures(ports.telemetry, (startedAt) => identity.drop?.(startedAt));
        const attempt = async ({ signal }: AttemptContext<unknown>): Promise<Attempt<Uint8Array>> => {
          let signature: Uint8Array;
          const startedAt = Date.now();
          try {
            const client = await clientFor(keyId);
            signature = (await throughSdk(() => client.sign('RS256', digest, { abortSignal: signal }))).result;
          } catch (error) {
            return failed(error, startedAt);
          }
          // An RSA signature is as long as its key (2048 to 4096 bits); anything else is no answer of a vault.
          if (!(signature instanceof Uint8Array) || signature.length < 256 || signature.length > 512)
            return { problem: invalidReply('key-vault', 'signature') };
          ports.telemetry.count('signature');
          // With `kid` only Maskinporten knows which key is right.
          const certified = 'x5c' in header ? leafOf(header.x5c).publicKey : undefined;
          if (certified && !verify('sha256', Buffer.from(signingInput), certified, signature)) {
            // Also reported at start, but only if the app may read the key; this holds without that permission.
            const fault = 'certificate-of-another-key';
            ports.telemetry.alert(fault, 'MASKINPORTEN_CERTIFICATE_CHAIN is not of the key MASKINPORTEN_KEY_ID.');
            return { problem: new ProblemError('configuration', { fault }) };
          }
          return { value: signature };
        };
        // The identity's token is fetched first, and the SDK gets it at once: a fault of the identity endpoint, and its time, must not
        // count for the vault.
        const prepare = async (left: Deadline) => {
          identity = await ports.credential();
          await left.within(() => identity.getToken(vaultScope));
        };
        return ports.policy(keyId).run('key-vault', deadline, attempt, { prepare, share: bank });
      },
    }),
  };
}
