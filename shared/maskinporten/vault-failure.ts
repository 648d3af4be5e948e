import { ProblemError } from '../problems.ts';
import { retryAfterOf } from '../resilience/azure-retry-after.ts';
import type { Attempt } from '../resilience/policy.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { TransportError } from '../upstream/http-client.ts';
import { failedSend, invalidReply } from '../upstream/reply.ts';

/** What a failed call of the Key Vault SDK means to the policy. The SDK's own words are not shown: they can quote what was sent. */
export function failedVaultCall(error: unknown, telemetry: Telemetry): Attempt<never> {
  // The identity endpoint's fault, told by its own policy (credential.ts).
  if (error instanceof ProblemError) return { problem: error, elsewhere: true };
  if (error instanceof TransportError) return failedSend(error, 'key-vault');
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
