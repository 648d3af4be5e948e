import type { AccessToken, TokenCredential } from '@azure/identity';
import { ProblemError } from '../problems.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Attempt, Policy } from '../resilience/policy.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { invalidReply } from '../upstream/reply.ts';

/**
 * The app's identity: `ManagedIdentityCredential` wherever App Service sets `IDENTITY_ENDPOINT`, the developer's own
 * sign-in elsewhere. Loaded at the first call: the SDK is a third of the bundle's load time.
 * Throws `configuration` when the identity is refused, `upstream-…` when the endpoint does not answer.
 */
export function createCredential(
  clientId: string | undefined,
  hasIdentityEndpoint: boolean,
  ports: { policy: Policy; totalMs: number; time: Time; telemetry: Telemetry },
): () => Promise<TokenCredential> {
  let loading: Promise<TokenCredential> | undefined;
  const load = async (): Promise<TokenCredential> => {
    const identity = await import('@azure/identity');
    const credential = hasIdentityEndpoint
      ? new identity.ManagedIdentityCredential({
          ...(clientId === undefined ? {} : { clientId }),
          // Our policy retries. For 404 and 410 the SDK has a layer of its own that cannot be turned off; the limit of
          // the try ends it.
          retryOptions: { maxRetries: 0 },
        })
      : new identity.ChainedTokenCredential(
          new identity.AzureCliCredential(),
          new identity.AzureDeveloperCliCredential(),
        );
    return {
      // The managed-identity client heeds no abort signal and has no time limit of its own (tried: it waited as long as
      // the endpoint did), so the limit is set around it.
      getToken: (scopes, options) =>
        ports.policy.run<AccessToken | null>('identity', Deadline.after(ports.time, ports.totalMs), async () => {
          try {
            return { value: await credential.getToken(scopes, options) };
          } catch (error) {
            return failedIdentity(error, ports.telemetry);
          }
        }),
    };
  };
  return () => {
    loading ??= load();
    return loading;
  };
}

function failedIdentity(error: unknown, telemetry: Telemetry): Attempt<never> {
  const { name, message, cause } = error as { name?: string; message?: string; cause?: { status?: unknown } };
  // The SDK hides the endpoint's status in the cause, and only where the answer has App Service's shape; elsewhere an
  // identity that is not there shows by Azure's words alone.
  const isUnknown = /no .*identity found|status ?code:? 400|invalid_client/i.test(message ?? '');
  const status = typeof cause?.status === 'number' ? cause.status : isUnknown ? 400 : undefined;
  // Not the identity SDK's: a defect.
  if (!/^(?:Credential|Authentication|AggregateAuthentication|RestError|AbortError)/.test(name ?? '')) throw error;
  // A success that could not be read.
  if (status !== undefined && status < 400) return { problem: invalidReply('identity-unreadable') };
  if (status === 429) return { outcome: 'throttled', fault: 'status-429' };
  if (status === 500) return { outcome: 'server-error', fault: 'status-500' };
  // 404 and 410: the endpoint is not up yet, or is being moved (Microsoft: "How to use managed identities", retry guidance).
  if (status !== undefined && (status > 500 || status === 404 || status === 410))
    return { outcome: 'gateway-error', fault: `status-${status}` };
  if (status === undefined) return { outcome: 'connection', fault: name ?? 'connection', cause: error };
  telemetry.alert(
    'identity-refused',
    'The identity endpoint refuses us: check AZURE_CLIENT_ID and that the identity is assigned to the app.',
    { fault: `identity-${status}` },
  );
  return { problem: new ProblemError('configuration', { fault: `identity-${status}` }) };
}
