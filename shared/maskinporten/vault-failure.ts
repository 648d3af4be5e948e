import { ProblemError } from '../problems.ts';
import type { Attempt } from '../resilience/policy.ts';
import { parseRetryAfter } from '../resilience/retry-after.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** What a failed call of the Key Vault SDK means to the policy. The SDK's own words are not shown: they can quote what was sent. */
export function failedVaultCall(error: unknown, telemetry: Telemetry): Attempt<never> {
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
  if (identity) return { outcome: 'connection', fault: 'identity' };
  if (name === 'RestError' || name === 'AbortError')
    return { outcome: name === 'AbortError' ? 'timeout' : 'connection', fault: code ?? name ?? 'connection' };
  return refused(`key-vault-${name ?? 'error'}`);
}

function retryAfterOf(error: unknown): number | undefined {
  const headers = (error as { response?: { headers?: { get(name: string): string | undefined } } }).response?.headers;
  return parseRetryAfter(headers?.get('retry-after'), Date.now());
}
