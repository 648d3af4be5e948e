// The bank's part of a customer's login: OpenID Connect code flow with PKCE at the bank's identity provider.
import * as oidc from 'openid-client';

/** What the browser must send back for a valid login (RFC 7636 verifier, OpenID Connect nonce, RFC 6749 state). */
export type SignInAttempt = { state: string; nonce: string; verifier: string };

/** A customer who is logged in. `token` is the person token that the page shows the API; `expiresAt` in ms since 1970. */
export type SignedIn = { name: string; token: string; expiresAt: number };

/**
 * Logs customers in at one identity provider. Reads the provider's metadata at first use (OpenID Connect Discovery 1.0). A failed read is
 * repeated at the next login.
 */
export function createSignIn(loginUrl: string, clientId: string) {
  let provider: Promise<oidc.Configuration> | undefined;
  const discover = () => {
    // The local world uses plain http, so TLS does not prove who sent the id token. Its signature is checked for that reason.
    const execute = [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks];
    provider ??= oidc.discovery(new URL(loginUrl), clientId, undefined, oidc.None(), { execute, timeout: 10 });
    return provider.catch((error: unknown) => {
      provider = undefined;
      throw error;
    });
  };

  return {
    /** `redirectUri` is where the provider sends the browser back. */
    async begin(redirectUri: string): Promise<{ attempt: SignInAttempt; url: string }> {
      const verifier = oidc.randomPKCECodeVerifier();
      const attempt = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier };
      const url = oidc.buildAuthorizationUrl(await discover(), {
        redirect_uri: redirectUri,
        scope: 'openid profile',
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { attempt, url: url.href };
    },

    /** `returned` is the address with which the browser returned. */
    async finish({ state, nonce, verifier }: SignInAttempt, returned: URL): Promise<SignedIn> {
      const tokens = await oidc.authorizationCodeGrant(await discover(), returned, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const name = tokens.claims()?.name;
      return {
        name: typeof name === 'string' ? name : 'Kunde',
        token: tokens.access_token,
        expiresAt: Date.now() + (tokens.expires_in ?? 0) * 1000,
      };
    },

    /** Where the browser ends its session at the identity provider; `undefined` if the provider has no such address. */
    async endUrl(returnTo: string): Promise<string | undefined> {
      const configuration = await discover();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
      // No id_token_hint, because the id token may contain the national id, which must be in no address.
      return oidc.buildEndSessionUrl(configuration, { client_id: clientId, post_logout_redirect_uri: returnTo }).href;
    },
  };
}
