import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBankLogin } from '../../local/simulators/bank-login/simulator.ts';
import type { Simulator } from '../../local/simulators/kit/simulator.ts';
import { testCustomers } from '../../local/simulators/test-customers.ts';
import { wireFaultsOf } from '../wire-faults.ts';

const clientId = 'bank-page';
const audience = 'saldo-studielan';
const redirectUri = 'http://127.0.0.1:3000/logget-inn';
const haugnes = '04125300311';
let nowMs = Date.parse('2026-11-23T08:00:00Z');
let login: Simulator<typeof startBankLogin>;

beforeAll(async () => {
  login = await startBankLogin({
    clock: () => nowMs,
    clientId,
    audience,
    redirectUris: [redirectUri],
    postLogoutRedirectUris: ['http://127.0.0.1:3000/'],
  });
});
afterAll(() => login.close());

const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

function authorizeUrl(changes: Record<string, string | undefined> = {}): string {
  const parameters: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid',
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return `${login.url}/authorize?${query}`;
}

async function openPage() {
  const answer = await fetch(authorizeUrl());
  const text = await answer.text();
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
  const action = (/action="([^"]+)"/.exec(text)?.[1] ?? '').replaceAll('&amp;', '&');
  const customer = /value="([^"]+)">HAUK HAUGNES – DSOP 7</.exec(text)?.[1] ?? '';
  return { answer, text, cookie, csrf, action, customer };
}

async function choose(page: { cookie: string; csrf: string; action: string; customer: string }) {
  return fetch(login.url + page.action, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: page.cookie },
    body: new URLSearchParams({ csrf: page.csrf, customer: page.customer }),
  });
}

async function newCode(): Promise<string> {
  const location = (await choose(await openPage())).headers.get('location') ?? '';
  return new URL(location).searchParams.get('code') ?? '';
}

function exchange(code: string, changes: Record<string, string> = {}) {
  const form = {
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  };
  return fetch(`${login.url}/token`, {
    method: 'POST',
    headers: { origin: 'http://127.0.0.1:3000' },
    body: new URLSearchParams({ ...form, ...changes }),
  });
}

async function verified(token: string, expectedAudience: string): Promise<JWTPayload> {
  const keys = createLocalJWKSet((await (await fetch(`${login.url}/jwks`)).json()) as JSONWebKeySet);
  const options = {
    issuer: login.url,
    audience: expectedAudience,
    algorithms: ['RS256'],
    currentDate: new Date(nowMs),
  };
  return (await jwtVerify(token, keys, options)).payload;
}

describe('the code flow', () => {
  it('publishes its endpoints', async () => {
    const metadata = await (await fetch(`${login.url}/.well-known/openid-configuration`)).json();
    expect(metadata).toMatchObject({
      issuer: login.url,
      authorization_endpoint: `${login.url}/authorize`,
      token_endpoint: `${login.url}/token`,
      jwks_uri: `${login.url}/jwks`,
      end_session_endpoint: `${login.url}/logout`,
    });
  });

  it('lists the customers without their national ids', async () => {
    const { answer, text } = await openPage();
    expect(text).toContain('<h1>Velg testkunde</h1>');
    expect(text).toContain('Simulert banklogin – kun for utvikling');
    expect(text).toContain('STEINAR BRUUN – DSOP 1a');
    expect(testCustomers.filter(({ nationalId }) => text.includes(nationalId))).toEqual([]);
    expect(answer.headers.get('content-security-policy')).toMatch(/form-action [^;]*http:\/\/127\.0\.0\.1:3000/);
  });

  it('issues a person token and an id token for the chosen customer', async () => {
    const chosen = await choose(await openPage());
    const back = new URL(chosen.headers.get('location') ?? '');
    expect([chosen.status, back.origin + back.pathname, back.searchParams.get('state')]).toEqual([
      302,
      redirectUri,
      'the-state',
    ]);
    const answer = await exchange(back.searchParams.get('code') ?? '');
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:3000');
    const { access_token, id_token, ...rest } = (await answer.json()) as Record<string, string>;
    expect(rest).toEqual({ token_type: 'Bearer', expires_in: 600, scope: 'openid' });
    const person = await verified(access_token ?? '', audience);
    const id = await verified(id_token ?? '', clientId);
    const now = nowMs / 1000;
    expect(person).toMatchObject({
      pid: haugnes,
      sub: login.control.subjectOf(haugnes),
      iat: now,
      nbf: now,
      exp: now + 600,
    });
    expect(id).toMatchObject({ sub: person.sub, sid: person.sid, nonce: 'the-nonce', name: 'HAUK HAUGNES' });
    expect(id.pid).toBeUndefined();
  });

  it.each([
    ['an unknown client', { client_id: 'x' }],
    ['an address that is not registered', { redirect_uri: `${redirectUri}/x` }],
  ])('does not redirect for %s', async (_what, changes) => {
    const answer = await fetch(authorizeUrl(changes), { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });

  it.each([
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['no openid', { scope: 'profile' }, 'invalid_scope'],
    ['no PKCE', { code_challenge: undefined }, 'invalid_request'],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
  ])('redirects with an error for %s', async (_what, changes, error) => {
    const answer = await fetch(authorizeUrl(changes), { redirect: 'manual' });
    const back = new URL(answer.headers.get('location') ?? '');
    expect([answer.status, back.searchParams.get('error'), back.searchParams.get('state')]).toEqual([
      302,
      error,
      'the-state',
    ]);
  });

  it("accepts no choice without the cookie, the form's token and a customer of the list", async () => {
    const page = await openPage();
    expect((await choose({ ...page, cookie: '' })).status).toBe(403);
    expect((await choose({ ...page, csrf: 'x' })).status).toBe(403);
    expect((await choose({ ...page, customer: 'x' })).status).toBe(403);
  });

  it.each([
    ['another verifier', { code_verifier: 'x' }, 'invalid_grant'],
    ['another redirect_uri', { redirect_uri: 'http://127.0.0.1:3000/' }, 'invalid_grant'],
    ['another client', { client_id: 'x' }, 'invalid_client'],
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
  ])('refuses the exchange with %s', async (_what, changes, error) => {
    const answer = await exchange(await newCode(), changes);
    expect([answer.status, await answer.json()]).toEqual([400, { error }]);
  });

  it('accepts a code once, and for a minute; a failed attempt uses it up', async () => {
    const used = await newCode();
    expect((await exchange(used)).status).toBe(200);
    expect((await exchange(used)).status).toBe(400);
    const tried = await newCode();
    expect((await exchange(tried, { code_verifier: 'x' })).status).toBe(400);
    expect((await exchange(tried)).status).toBe(400);
    const old = await newCode();
    nowMs += 60_000;
    expect((await exchange(old)).status).toBe(400);
  });

  it.each([
    [
      `client_id=${clientId}&post_logout_redirect_uri=http://127.0.0.1:3000/&state=s`,
      302,
      'http://127.0.0.1:3000/?state=s',
    ],
    [`client_id=${clientId}&post_logout_redirect_uri=https://evil.example/`, 400, null],
    ['post_logout_redirect_uri=http://127.0.0.1:3000/', 400, null],
    ['id_token_hint=x&post_logout_redirect_uri=http://127.0.0.1:3000/', 400, null],
    ['', 200, null],
  ])('logs out with "%s": %i', async (query, status, location) => {
    const answer = await fetch(`${login.url}/logout?${query}`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([status, location]);
  });
});

describe('logout with an id token', () => {
  const received: string[] = [];
  let client: Server;
  let provider: Simulator<typeof startBankLogin>;
  beforeAll(async () => {
    client = createServer(async (incoming, outgoing) => {
      received.push(new URLSearchParams(await text(incoming)).get('logout_token') ?? '');
      outgoing.writeHead(200).end();
    });
    await new Promise<void>((resolve) => client.listen(0, '127.0.0.1', resolve));
    const { port } = client.address() as AddressInfo;
    const backChannelLogoutUri = `http://127.0.0.1:${port}/logout`;
    provider = await startBankLogin({ clientId, audience, redirectUris: [redirectUri], backChannelLogoutUri });
  });
  afterAll(async () => {
    await provider.close();
    client.close();
  });
  const idToken = (claims: JWTPayload = {}) =>
    provider.control.sign({ iss: provider.url, aud: clientId, sub: 's', sid: 'session-1', exp: 1, ...claims });
  const logOut = (hint: string) => fetch(`${provider.url}/logout?id_token_hint=${hint}`);

  it('sends the logout token that the metadata describes, also for an expired id token', async () => {
    expect((await logOut(await idToken())).status).toBe(200);
    expect(provider.control.backChannelAnswers()).toEqual([200]);
    const [token = ''] = received;
    const keys = createLocalJWKSet((await (await fetch(`${provider.url}/jwks`)).json()) as JSONWebKeySet);
    const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer: provider.url, audience: clientId });
    expect(protectedHeader.typ).toBe('logout+jwt');
    expect(payload).toMatchObject({
      sub: 's',
      sid: 'session-1',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(payload.nonce).toBeUndefined();
  });

  it('sends none for a token of another client, of another signer, or for no token', async () => {
    const before = received.length;
    await logOut(await idToken({ aud: 'another' }));
    await logOut(await login.control.sign({ iss: provider.url, aud: clientId, sub: 's', sid: 'session-1' }));
    await logOut('x');
    expect(received).toHaveLength(before);
  });

  it('succeeds if the client does not answer the logout token', async () => {
    client.close();
    client.closeAllConnections();
    expect((await logOut(await idToken())).status).toBe(200);
    expect(provider.control.backChannelAnswers().at(-1)).toBe(0);
  });
});

describe('the control', () => {
  it('logs in without a browser: the same sub, a new sid each time, and the claims that the test changes', async () => {
    const first = decodeJwt(await login.control.login(haugnes));
    const second = decodeJwt(await login.control.login(haugnes));
    expect(first.sub).toBe(second.sub);
    expect(first.sid).not.toBe(second.sid);
    const token = await login.control.login(haugnes, {
      sid: 's',
      expiresInSeconds: -60,
      claims: { pid: undefined, x: 1 },
      header: { kid: 'k' },
    });
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({ sid: 's', x: 1, exp: Math.floor(nowMs / 1000) - 60 });
    expect('pid' in claims).toBe(false);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', kid: 'k', typ: 'JWT' });
  });

  it('makes logout tokens', async () => {
    const token = await login.control.logoutToken({ sid: 's', claims: { nonce: 'n' } });
    expect(decodeProtectedHeader(token).typ).toBe('logout+jwt');
    const claims = await verified(token, clientId);
    expect(claims).toMatchObject({
      sid: 's',
      nonce: 'n',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(claims.sub).toBeUndefined();
    expect(claims.jti).toBeDefined();
  });

  it('can hide its key set, and rotates keys with or without the old ones', async () => {
    const wire = wireFaultsOf(login);
    wire.set({ kind: 'answer', status: 503 }, { matches: (_, path) => path === '/jwks' });
    expect((await fetch(`${login.url}/jwks`)).status).toBe(503);
    wire.clear();
    const old = await login.control.login(haugnes);
    await login.control.rotateKey();
    await expect(verified(old, audience)).resolves.toBeDefined();
    await expect(verified(await login.control.login(haugnes), audience)).resolves.toBeDefined();
    await login.control.rotateKey(true);
    await expect(verified(old, audience)).rejects.toThrow();
  });
});
