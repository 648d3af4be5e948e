import { createHash } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import type { CryptographyClient } from '@azure/keyvault-keys';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Attempt, Policy } from '../resilience/policy.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
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
  const { statusCode: status, code, name } = error as { statusCode?: number; code?: string; name?: string };
  const identity = typeof name === 'string' && /^(?:Credential|Authentication|AggregateAuthentication)/.test(name);
  const refused = (fault: string): Attempt<never> => {
    telemetry.alert(
      'key-vault-refuses',
      'Check the key id with its version, the keys/sign permission of the app identity, and that the key is enabled and not expired.',
      { fault },
    );
    return { problem: new ProblemError('configuration', { fault, cause: error }) };
  };
  if (status === 429) return { outcome: 'throttled', fault: 'status-429', retryAfterMs: retryAfterOf(error) };
  if (status === 500) return { outcome: 'server-error', fault: 'status-500' };
  if (status !== undefined && status > 500) return { outcome: 'gateway-error', fault: `status-${status}` };
  if (status !== undefined && status >= 400) return refused(`key-vault-${identity ? 'identity-' : ''}${status}`);
  // The identity endpoint did not answer in its time (credential.ts).
  if (name === 'DeadlineExceeded') return { outcome: 'timeout', fault: 'identity-timeout' };
  if (name === 'RestError' || name === 'AbortError' || identity)
    return { outcome: name === 'AbortError' ? 'timeout' : 'connection', fault: code ?? name ?? 'connection' };
  return refused(`key-vault-${name ?? 'error'}`);
}

function retryAfterOf(error: unknown): number | undefined {
  const headers = (error as { response?: { headers?: { get(name: string): string | undefined } } }).response?.headers;
  const seconds = Number(headers?.get('retry-after') ?? Number.NaN);
  return Number.isNaN(seconds) ? undefined : seconds * 1000;
}
