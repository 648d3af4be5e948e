import type { CryptographyClientOptions } from '@azure/keyvault-keys';
import { createHttpClient } from '../upstream/http-client.ts';
import { createSdkTransport, type SdkTransport } from '../upstream/sdk-transport.ts';

/**
 * How to reach a key: its id as the SDK gets it, and the client options that go with it. A key id of a vault on plain http (settings allow that for loopback addresses only) gets a form that the SDK accepts. From
 * keyvault-common 2.1.1 on the SDK refuses any vault that is not https, so it gets an https address and the transport, below every
 * policy of the SDK, speaks http. A key id with https passes unchanged, with the SDK's own checks on.
 * `transport`: default ours, with a pool of its own; what came of a call is read there (sdk-transport.ts).
 */
export async function vaultConnection(
  keyId: string,
  transport?: SdkTransport,
): Promise<{ keyId: string; options: CryptographyClientOptions }> {
  const network = transport ?? (await createSdkTransport(createHttpClient({ connectTimeoutMs: 1000 })));
  const options: CryptographyClientOptions = { retryOptions: { maxRetries: 0 }, httpClient: network };
  const url = new URL(keyId);
  if (url.protocol !== 'http:') return { keyId, options };
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
