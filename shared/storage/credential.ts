import type { TokenCredential } from '@azure/identity';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';

/**
 * The app's identity: `ManagedIdentityCredential` wherever App Service sets `IDENTITY_ENDPOINT`, the developer's own
 * sign-in elsewhere. Loaded at the first call: the SDK is a third of the bundle's load time.
 */
export function createCredential(
  clientId: string | undefined,
  hasIdentityEndpoint: boolean,
  limits: { totalMs: number; time: Time },
): () => Promise<TokenCredential> {
  let loading: Promise<TokenCredential> | undefined;
  const load = async (): Promise<TokenCredential> => {
    const identity = await import('@azure/identity');
    const credential = hasIdentityEndpoint
      ? new identity.ManagedIdentityCredential({
          ...(clientId === undefined ? {} : { clientId }),
          retryOptions: { maxRetries: 1, retryDelayInMs: 200 },
        })
      : new identity.ChainedTokenCredential(
          new identity.AzureCliCredential(),
          new identity.AzureDeveloperCliCredential(),
        );
    return {
      // The managed-identity client heeds no abort signal and has no time limit of its own (tried: it waited as long as
      // the endpoint did), so the limit is set around it.
      getToken: (scopes, options) =>
        Deadline.after(limits.time, limits.totalMs).bound(() => credential.getToken(scopes, options)),
    };
  };
  return () => {
    loading ??= load();
    return loading;
  };
}
