// A client of Maskinporten for tests that need a token or a refusal. Its key is in memory; the program itself signs in Key Vault.
import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Clock } from '../local/simulators/kit/simulator.ts';
import type { MaskinportenClient } from '../local/simulators/maskinporten/clients.ts';

/** Differences from a correct assertion. A claim that is `undefined` is left out. */
export type AssertionChanges = {
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  /** Signs in place of the client's own key. */
  key?: CryptoKey;
};

/** The answer of the token endpoint, as far as tests read it. */
export type TokenAnswer = {
  status: number;
  body: { access_token?: string; expires_in?: number; scope?: string; error?: string; error_description?: string };
  headers: Headers;
};

/** A registered client with its key. */
export type TestClient = {
  /** For the `clients` of `startMaskinporten`. */
  registration: MaskinportenClient;
  /** A signed assertion, correct except for the changes. `url` is Maskinporten's, without a slash at the end. */
  assertion(url: string, changes?: AssertionChanges): Promise<string>;
  /** Creates an assertion and requests a token with it. */
  requestToken(url: string, changes?: AssertionChanges): Promise<TokenAnswer>;
};

/** Sends an assertion unchanged. */
export async function sendAssertion(url: string, assertion: string): Promise<TokenAnswer> {
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as TokenAnswer['body'] };
}

/** Creates a client with one key. `settings` go into its registration; the client requests the first scope. */
export async function createTestClient(
  settings: Omit<MaskinportenClient, 'keys' | 'clientId'>,
  clock: Clock = Date.now,
): Promise<TestClient> {
  const clientId = randomUUID();
  const kid = `test-${clientId.slice(0, 8)}`;
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(publicKey);

  const assertion = (url: string, { claims, header, key }: AssertionChanges = {}): Promise<string> => {
    const iat = Math.floor(clock() / 1000);
    const faultless = {
      aud: `${url}/`,
      iss: clientId,
      scope: settings.scopes[0],
      iat,
      exp: iat + 30,
      jti: randomUUID(),
    };
    return new SignJWT({ ...faultless, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid, ...header })
      .sign(key ?? privateKey);
  };

  return {
    registration: { ...settings, clientId, keys: [{ kid, jwk: { ...jwk, use: 'sig' } }] },
    assertion,
    requestToken: async (url, changes) => sendAssertion(url, await assertion(url, changes)),
  };
}
