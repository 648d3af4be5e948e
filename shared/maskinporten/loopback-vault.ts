import type { CryptographyClientOptions } from '@azure/keyvault-keys';
import type { SdkTransport } from '../upstream/sdk-transport.ts';

/** How to reach a key: its id as the SDK is told it, and the client options that go with it. */
export type VaultConnection = { keyId: string; options: CryptographyClientOptions };

/**
 * A key id of a vault on plain http (settings allow that for loopback addresses only) as the SDK will take it. Since
 * keyvault-common 2.1.1 the SDK refuses any vault that is not https, so it is told https and the transport, below every
 * policy of the SDK, speaks http. A key id with https passes unchanged, with the SDK's own checks on.
 * `transport`: default the SDK's own.
 */
export async function vaultConnection(keyId: string, transport?: SdkTransport): Promise<VaultConnection> {
  // Our own layer retries.
  const options: CryptographyClientOptions = {
    retryOptions: { maxRetries: 0 },
    ...(transport === undefined ? {} : { httpClient: transport }),
  };
  const url = new URL(keyId);
  if (url.protocol !== 'http:') return { keyId, options };
  const { createDefaultHttpClient } = await import('@azure/core-rest-pipeline');
  const network = transport ?? createDefaultHttpClient();
  return {
    keyId: keyId.replace(/^http:/, 'https:'),
    options: {
      ...options,
      // 127.0.0.1 is no subdomain of the resource that the challenge names.
      disableChallengeResourceVerification: true,
      httpClient: {
        async sendRequest(request) {
          // Nothing but this vault is spoken to in clear.
          if (new URL(request.url).host !== url.host) return network.sendRequest(request);
          // A copy: the SDK sends the same request again once it has a token, and checks its address again.
          const plain = { ...request, url: request.url.replace(/^https:/, 'http:'), allowInsecureConnection: true };
          return { ...(await network.sendRequest(plain)), request };
        },
      },
    },
  };
}
