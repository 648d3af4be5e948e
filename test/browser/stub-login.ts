// An identity provider that logs one customer in at once. It is enough to reach the logged-in page without the real simulator.
import { createHash, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { serveStub } from '../stub-server.ts';

/** What a test may change: `name`, `tokenSeconds` (life of the person token), `nonce` (a wrong one, if set). */
export type StubLogin = {
  url: string;
  next: { name: string; tokenSeconds: number; nonce?: string };
  ended: number;
  close(): Promise<void>;
};

/** Starts the stub. It refuses a wrong client, redirect URI or PKCE verifier, as a real one would. */
export async function startStubLogin(clientId: string): Promise<StubLogin> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const codes = new Map<string, URLSearchParams>();
  const login: StubLogin = {
    url: '',
    next: { name: 'KARI TESTKUNDE', tokenSeconds: 600 },
    ended: 0,
    close: () => server.close(),
  };
  const server = await serveStub('stub login', 0, async ({ path, query, body }) => {
    if (path === '/.well-known/openid-configuration')
      return {
        status: 200,
        body: {
          issuer: login.url,
          authorization_endpoint: `${login.url}/authorize`,
          token_endpoint: `${login.url}/token`,
          jwks_uri: `${login.url}/jwks`,
          end_session_endpoint: `${login.url}/logout`,
        },
      };
    if (path === '/jwks') return { status: 200, body: { keys: [{ ...(await exportJWK(publicKey)), alg: 'RS256' }] } };
    if (path === '/authorize') {
      const code = randomUUID();
      codes.set(code, query);
      const back = `${query.get('redirect_uri')}?code=${code}&state=${query.get('state')}`;
      return { status: 302, headers: { location: back } };
    }
    if (path === '/token') {
      const form = new URLSearchParams(body);
      const asked = codes.get(form.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      const fits =
        asked?.get('code_challenge') === challenge &&
        asked.get('redirect_uri') === form.get('redirect_uri') &&
        form.get('client_id') === clientId;
      if (!fits) return { status: 400, body: { error: 'invalid_grant' } };
      const idToken = await new SignJWT({ nonce: login.next.nonce ?? asked.get('nonce'), name: login.next.name })
        .setProtectedHeader({ alg: 'RS256' })
        .setSubject('the-customer')
        .setIssuedAt()
        .setIssuer(login.url)
        .setAudience(clientId)
        .setExpirationTime('5m')
        .sign(privateKey);
      const reply = {
        token_type: 'Bearer',
        access_token: `the.token.${randomUUID()}`,
        id_token: idToken,
        expires_in: login.next.tokenSeconds,
      };
      return { status: 200, body: reply };
    }
    if (path === '/logout') {
      login.ended += 1;
      return { status: 302, headers: { location: query.get('post_logout_redirect_uri') ?? '/' } };
    }
    return { status: 404 };
  });
  login.url = server.url;
  return login;
}
