import { createHash } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import type { CryptographyClient } from '@azure/keyvault-keys';
import { ProblemError } from '../problems.ts';
import { retryAfterOf } from '../resilience/azure-retry-after.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Attempt, Policy } from '../resilience/policy.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { invalidReply } from '../upstream/reply.ts';
import type { Signer } from './assertion.ts';
import { vaultConnection } from './loopback-vault.ts';

/**
 * Signs in Azure Key Vault with RS256: only the SHA-256 digest leaves, the private key never enters this process.
 * The key version is pinned by the key id. Throws `configuration` when the vault refuses, `upstream-…` when it does not answer.
 */
export type KeyVaultSigner = { forKey(keyId: string, deadline: Deadline): Signer };

export function createKeyVaultSigner(ports: {
  credential: () => Promise<TokenCredential>;
  policy: Policy;
  telemetry: Telemetry;
}): KeyVaultSigner {
  const clients = new Map<string, Promise<CryptographyClient>>();
  const clientFor = (keyId: string) => {
    let client = clients.get(keyId);
    if (client === undefined) {
      client = connect(keyId, ports.credential);
      clients.set(keyId, client);
      // A failed load is met by this caller and forgotten for the next.
      client.catch(() => clients.delete(keyId));
    }
    return client;
  };
  return {
    forKey: (keyId, deadline) => ({
      sign(signingInput) {
        const digest = createHash('sha256').update(signingInput).digest();
        return ports.policy.run('key-vault', deadline, async ({ signal }): Promise<Attempt<Uint8Array>> => {
          try {
            const { result } = await (await clientFor(keyId)).sign('RS256', digest, { abortSignal: signal });
            ports.telemetry.count('signature');
            // The SDK passes on whatever it finds; RS256 with 2048 bits or more is 256 bytes or more (RFC 8017 §8.2.1).
            if (!(result instanceof Uint8Array) || result.length < 256)
              return { problem: invalidReply('key-vault-signature') };
            return { value: result };
          } catch (error) {
            return failedSigning(error, ports.telemetry);
          }
        });
      },
    }),
  };
}

async function connect(keyId: string, credential: () => Promise<TokenCredential>): Promise<CryptographyClient> {
  const { CryptographyClient: Client } = await import('@azure/keyvault-keys');
  const connection = await vaultConnection(keyId);
  return new Client(connection.keyId, await credential(), connection.options);
}

function failedSigning(error: unknown, telemetry: Telemetry): Attempt<never> {
  // The identity endpoint's fault, told by its own policy (credential.ts).
  if (error instanceof ProblemError) return { problem: error, elsewhere: true };
  const { statusCode: status, code, name } = error as { statusCode?: number; code?: string; name?: string };
  const refused = (fault: string): Attempt<never> => {
    telemetry.alert(
      'key-vault-refuses',
      'Check the key id with its version, the keys/sign permission of the app identity, and that the key is enabled and not expired.',
      { fault },
    );
    return { problem: new ProblemError('configuration', { fault, cause: error }) };
  };
  // A success that could not be read. Without a status the line broke inside the body.
  if (status !== undefined && status < 400) return { problem: invalidReply('key-vault-not-json') };
  if (status === 429)
    return { outcome: 'throttled', fault: 'status-429', retryAfterMs: retryAfterOf(error, Date.now()) };
  if (status === 500) return { outcome: 'server-error', fault: 'status-500' };
  if (status !== undefined && status > 500) return { outcome: 'gateway-error', fault: `status-${status}` };
  if (status !== undefined && status >= 400) return refused(`key-vault-${status}`);
  if (name === 'RestError' || name === 'AbortError')
    return { outcome: name === 'AbortError' ? 'timeout' : 'connection', fault: code ?? name ?? 'connection' };
  return refused(`key-vault-${name ?? 'error'}`);
}
