import type { AccessToken, TokenCredential } from '@azure/identity';
import { ProblemError } from '../problems.ts';
import type { Attempt } from '../resilience/attempt.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { UpstreamCall } from '../resilience/upstream-call.ts';
import { reasonOf } from '../telemetry/alerts.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createHttpClient } from '../upstream/http-client.ts';
import { failedSend, judged } from '../upstream/reply.ts';
import { createSdkTransport, type SdkFailure, type SdkTransport, throughSdk } from '../upstream/sdk-transport.ts';

/**
 * The app's identity, for the SDKs. `drop`: a call that began at `startedAt` (wall clock) got a 401, so older tokens are not used again.
 * A token that was renewed after that stays, so that only one of many calls with a stale token renews it.
 */
export type Identity = TokenCredential & { drop?(startedAt: number): void };

/**
 * What a refused token calls, with when the refused call began: the identity then fetches another. Rejects nowhere: an identity that
 * cannot be had is reported by the call that needs it.
 */
export const dropRefusedToken =
  (credential: () => Promise<Identity>) =>
  (startedAt: number): void =>
    void credential().then(
      (identity) => identity.drop?.(startedAt),
      () => {},
    );

type Held = { token: AccessToken; at: number; renewAt: number };

/** A token is renewed this long before its end, milliseconds, or at half its life. */
const marginMs = 10 * 60_000;

/**
 * The app's identity: `ManagedIdentityCredential` wherever App Service sets `IDENTITY_ENDPOINT`, the developer's own
 * sign-in elsewhere. Loaded at the first call: the SDK is a third of the bundle's load time. Tokens are kept here and not in
 * the SDKs, so that one that is refused can be dropped; through an outage of the endpoint a token serves to its end.
 * Throws `configuration` when the identity is refused, `upstream-…` when the endpoint does not answer.
 */
export function createCredential(
  clientId: string | undefined,
  hasIdentityEndpoint: boolean,
  ports: { policy: UpstreamCall; totalMs: number; time: Time; telemetry: Telemetry },
): () => Promise<Identity> {
  const { policy, totalMs, time, telemetry } = ports;
  let loading: Promise<Identity> | undefined;
  const load = async (): Promise<Identity> => {
    const credential = await (hasIdentityEndpoint ? managedIdentity(clientId) : developerIdentity());
    const held = new Map<string, Held>();
    const flights = new Map<string, Promise<AccessToken>>();
    const dropped = new Set<string>();
    const fetchToken = async (scope: string): Promise<AccessToken> => {
      // The managed-identity client ignores abort signals and has no time limit of its own (tried: it waited as long as the endpoint did),
      // so the limit is set around it.
      const token = await policy.run<AccessToken>('identity', Deadline.after(time, totalMs), async () => {
        try {
          return { value: await throughSdk(async () => sound(await credential(scope, dropped.has(scope)))) };
        } catch (error) {
          return failedIdentity(error as SdkFailure, { time, telemetry });
        }
      });
      dropped.delete(scope);
      const lifeMs = token.expiresOnTimestamp - time.now();
      held.set(scope, { token, at: time.now(), renewAt: time.now() + Math.max(lifeMs - marginMs, lifeMs / 2) });
      return token;
    };
    return {
      async getToken(scopes) {
        const scope = [scopes].flat().join(' ');
        const known = held.get(scope);
        if (known !== undefined && time.now() < known.renewAt) return asNow(known.token);
        let flight = flights.get(scope);
        if (flight === undefined) {
          flight = fetchToken(scope).finally(() => flights.delete(scope));
          flights.set(scope, flight);
        }
        try {
          return asNow(await flight);
        } catch (error) {
          if (known !== undefined && held.has(scope) && time.now() < known.token.expiresOnTimestamp)
            return asNow(known.token);
          throw error;
        }
      },
      drop(startedAt) {
        for (const [scope, { at }] of held) {
          if (at > startedAt) continue;
          held.delete(scope);
          dropped.add(scope);
        }
      },
    };

    /** The SDKs keep a token until its end by their own books; one that ends now they ask for at each call. */
    function asNow(token: AccessToken): AccessToken {
      return { ...token, expiresOnTimestamp: time.now() };
    }
  };
  return () => {
    loading ??= load();
    return loading;
  };
}

/** Returns a token for a scope; `fresh`: not from the SDK's cache. */
type Source = (scope: string, fresh: boolean) => Promise<AccessToken>;

/** A private part of the SDK, with its own option to skip its cache (msal-node, `ManagedIdentityRequestParams`). */
type Inner = { acquireToken(request: { resource: string; forceRefresh: true }): Promise<unknown> };

async function managedIdentity(clientId: string | undefined): Promise<Source> {
  const { ManagedIdentityCredential } = await import('@azure/identity');
  const credential = new ManagedIdentityCredential({
    ...(clientId === undefined ? {} : { clientId }),
    // Our policy retries. For 404 and 410 the SDK has a layer of its own that cannot be turned off; the limit of the try
    // ends it.
    retryOptions: { maxRetries: 0 },
    httpClient: onlySuccesses(await createSdkTransport(createHttpClient({ connectTimeoutMs: 1000 }))),
  } as ConstructorParameters<typeof ManagedIdentityCredential>[0]);
  return async (scope, fresh) => {
    if (fresh) {
      const inner = (credential as unknown as { managedIdentityApp: Inner }).managedIdentityApp;
      await inner.acquireToken({ resource: scope.replace(/\/\.default$/, ''), forceRefresh: true });
    }
    // In both cases from the SDK's cache, into which the call above has put the new token.
    return credential.getToken(scope);
  };
}

/** The SDK passes on any value in the place of a token and its end. */
function sound(token: AccessToken): AccessToken {
  if (typeof token.token !== 'string' || token.token === '' || !Number.isFinite(token.expiresOnTimestamp))
    throw new TypeError('no token');
  return token;
}

/** The SDK takes an `access_token` out of an error's body as well, and keeps it: it gets to see the bodies of successes alone. */
function onlySuccesses(transport: SdkTransport): SdkTransport {
  return {
    async sendRequest(request) {
      const response = await transport.sendRequest(request);
      return response.status < 300 ? response : { ...response, bodyAsText: '{}' };
    },
  };
}

async function developerIdentity(): Promise<Source> {
  const { AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential } = await import('@azure/identity');
  const credential = new ChainedTokenCredential(new AzureCliCredential(), new AzureDeveloperCliCredential());
  return async (scope) => credential.getToken(scope);
}

function failedIdentity(
  { reply, failure, cause }: SdkFailure,
  { time, telemetry }: { time: Time; telemetry: Telemetry },
): Attempt<never> {
  if (failure) return failedSend('identity')(failure);
  // Nothing was answered: a developer who has not signed in, or a token that was never asked for.
  if (reply === undefined) return { outcome: 'connection', fault: 'no-answer', cause };
  const found = judged('identity', reply, time.now());
  if (found.meaning === 'failed') return found.failed;
  const fault = `identity-${reply.status}`;
  telemetry.alert(
    'identity-refused',
    'The identity endpoint refuses us: check AZURE_CLIENT_ID and that the identity is assigned to the app.',
    { fault, reason: reasonOf(reply.status) },
  );
  return { problem: new ProblemError('configuration', { fault, party: 'identity' }) };
}
