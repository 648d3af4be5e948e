// The bank's side of signing a customer in: OpenID Connect code flow with PKCE at the bank's identity provider.
import { createHash, randomBytes } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';

/** What the browser must bring back for one login to count (RFC 7636 verifier, OpenID Connect nonce, RFC 6749 state). */
export type SignInAttempt = { state: string; nonce: string; verifier: string; startedAt: number };

/** A customer who is logged in. `token` is the person token that the page shows the API; `expiresAt` in ms since 1970. */
export type SignedIn = { name: string; token: string; expiresAt: number };

/** Signs customers in with the identity provider at `loginUrl`; `redirectUri` is where it sends the browser back. */
export type SignIn = {
  begin(redirectUri: string): Promise<{ attempt: SignInAttempt; url: string }>;
  finish(attempt: SignInAttempt, query: URLSearchParams, redirectUri: string): Promise<SignedIn>;
  /** Where the browser ends its session at the identity provider; `undefined` if it offers no such place. */
  endUrl(returnTo: string): Promise<string | undefined>;
};

type Metadata = {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  jwks_uri: string;
  end_session_endpoint?: string;
};

const patienceMs = 10_000;
const random = () => randomBytes(32).toString('base64url');

/** Reads the provider's metadata at first use (OpenID Connect Discovery 1.0); a failed read is tried again at the next login. */
export function createSignIn(loginUrl: string, clientId: string): SignIn {
  let provider: Promise<{ metadata: Metadata; keys: ReturnType<typeof createRemoteJWKSet> }> | undefined;
  const discover = () => {
    provider ??= readMetadata(loginUrl).then(
      (metadata) => ({ metadata, keys: createRemoteJWKSet(new URL(metadata.jwks_uri)) }),
      (error: unknown) => {
        provider = undefined;
        throw error;
      },
    );
    return provider;
  };

  return {
    async begin(redirectUri) {
      const { metadata } = await discover();
      const attempt = { state: random(), nonce: random(), verifier: random(), startedAt: Date.now() };
      const url = new URL(metadata.authorization_endpoint);
      url.search = new URLSearchParams({
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: 'openid profile',
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: createHash('sha256').update(attempt.verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }).toString();
      return { attempt, url: url.href };
    },

    async finish(attempt, query, redirectUri) {
      const code = query.get('code');
      if (query.get('state') !== attempt.state || code === null) throw new Error('not the answer to this login');
      const { metadata, keys } = await discover();
      // RFC 9207: a provider that names itself in its answer must be the one that was asked.
      if ((query.get('iss') ?? metadata.issuer) !== metadata.issuer) throw new Error('the answer of another provider');
      const reply = await redeem(metadata.token_endpoint, {
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        client_id: clientId,
        code_verifier: attempt.verifier,
      });
      const { payload } = await jwtVerify(reply.id_token, keys, { issuer: metadata.issuer, audience: clientId });
      if (payload.nonce !== attempt.nonce) throw new Error('the id token belongs to another login');
      const name = typeof payload.name === 'string' ? payload.name : 'Kunde';
      return { name, token: reply.access_token, expiresAt: Date.now() + reply.expires_in * 1000 };
    },

    async endUrl(returnTo) {
      const { metadata } = await discover();
      if (metadata.end_session_endpoint === undefined) return undefined;
      const url = new URL(metadata.end_session_endpoint);
      // No id_token_hint: the id token may carry the national id, and that is in no address of ours.
      url.search = new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: returnTo }).toString();
      return url.href;
    },
  };
}

async function readMetadata(loginUrl: string): Promise<Metadata> {
  const answer = await fetch(`${loginUrl}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(patienceMs),
  });
  if (!answer.ok) throw new Error(`the login's metadata answered ${answer.status}`);
  const metadata = (await answer.json()) as Metadata;
  if (metadata.issuer !== loginUrl) throw new Error("the login's metadata names another issuer");
  return metadata;
}

async function redeem(endpoint: string, form: Record<string, string>) {
  const answer = await fetch(endpoint, {
    method: 'POST',
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(patienceMs),
  });
  if (!answer.ok) throw new Error(`the login's token endpoint answered ${answer.status}`);
  const reply = (await answer.json()) as { access_token?: string; id_token?: string; expires_in?: number };
  if (!reply.access_token || !reply.id_token || !reply.expires_in)
    throw new Error("the login's token reply is incomplete");
  return { access_token: reply.access_token, id_token: reply.id_token, expires_in: reply.expires_in };
}
