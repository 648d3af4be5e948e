// The back end of the bank's page without a browser: which callers get the session, and which do not.
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBank } from '../../local/bank/server.ts';
import { type StubLogin, startStubLogin } from './stub-login.ts';

describe("the bank page's server", () => {
  let login: StubLogin;
  let bank: Awaited<ReturnType<typeof startBank>>;

  beforeAll(async () => {
    login = await startStubLogin('bank-page');
    bank = await startBank({ port: 0, apiUrl: 'http://127.0.0.1:9/api', loginUrl: login.url, clientId: 'bank-page' });
  });
  afterAll(() => Promise.all([bank.close(), login.close()]));

  type Reply = { status: number; location: string; cookie: string; setCookie: string; body: string; headers: Headers };
  const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> => {
    const answer = await fetch(new URL(path, bank.url), { method, headers, redirect: 'manual' });
    const setCookie = answer.headers.get('set-cookie') ?? '';
    return {
      status: answer.status,
      location: answer.headers.get('location') ?? '',
      setCookie,
      cookie: setCookie.split(';')[0] ?? '',
      body: await answer.text(),
      headers: answer.headers,
    };
  };
  /** Goes through the identity provider up to the redirect to the bank. Returns the cookie and the redirect's address. */
  const reachReturn = async () => {
    const begun = await ask('/innlogging');
    const back = (await fetch(begun.location, { redirect: 'manual' })).headers.get('location') ?? '';
    return { begun, back };
  };
  const logIn = async () => {
    const { begun, back } = await reachReturn();
    return { begun, done: await ask(back, { cookie: begun.cookie }) };
  };
  const own = { 'sec-fetch-site': 'same-origin' };

  test('a login gives the session to the page and to no other caller', async () => {
    const { begun, done } = await logIn();
    expect([done.status, done.location]).toEqual([303, '/']);
    expect(done.setCookie).toMatch(/^eksempelbanken=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/u);
    expect(done.cookie).not.toBe(begun.cookie);

    const session = await ask('/sesjon', { cookie: done.cookie, ...own });
    expect(session.status).toBe(200);
    expect(session.headers.get('cache-control')).toBe('no-store');
    const { name, token, expiresAt } = JSON.parse(session.body);
    expect(name).toBe('KARI TESTKUNDE');
    expect(token).toMatch(/^the\.token\./u);
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(590_000);

    for (const site of [
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'none' },
      {},
    ]) {
      const refused = await ask('/sesjon', { cookie: done.cookie, ...site });
      expect([refused.status, refused.body]).toEqual([403, '']);
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
      expect((await ask('/logg-ut', { cookie: done.cookie, ...site }, 'POST')).status).toBe(403);
    }
    expect((await ask('/sesjon', own)).status).toBe(401);
    expect((await ask('/sesjon', { cookie: begun.cookie, ...own })).status).toBe(401);
  });

  test('a logout ends the session on the server, not only the cookie', async () => {
    const { done } = await logIn();
    const out = await ask('/logg-ut', { cookie: done.cookie, ...own }, 'POST');
    expect(out.status).toBe(303);
    expect(out.location).toBe(
      `${login.url}/logout?client_id=bank-page&post_logout_redirect_uri=${encodeURIComponent(`${bank.url}/`)}`,
    );
    expect(out.setCookie).toContain('Max-Age=0');
    expect((await ask('/sesjon', { cookie: done.cookie, ...own })).status).toBe(401);
  });

  test('the redirect from the identity provider works once, in the browser that began the login, with its own state', async () => {
    const failed = '/?innlogging=feilet';
    const first = await reachReturn();
    expect((await ask(first.back)).location).toBe(failed);

    const wrongState = first.back.replace(/state=.*/u, 'state=another');
    expect((await ask(wrongState, { cookie: first.begun.cookie })).location).toBe(failed);
    // A wrong answer uses up the attempt too.
    expect((await ask(first.back, { cookie: first.begun.cookie })).location).toBe(failed);

    const second = await reachReturn();
    const third = await reachReturn();
    expect((await ask(second.back, { cookie: third.begun.cookie })).location).toBe(failed);
    expect((await ask(second.back, { cookie: second.begun.cookie })).location).toBe('/');
    expect((await ask(second.back, { cookie: second.begun.cookie })).location).toBe(failed);
  });

  test('the page has a strict policy, and is not cached', async () => {
    const page = await ask('/');
    expect(page.body).toContain('<studielan-saldo id="studielan" api-url="http://127.0.0.1:9/api"></studielan-saldo>');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' http://127.0.0.1:9; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${login.url}; require-trusted-types-for 'script'; trusted-types 'none'`,
    );
  });

  test('only the files of the page are served', async () => {
    for (const path of ['/bank.css', '/studielan-saldo.js']) expect((await ask(path)).status, path).toBe(200);
    for (const path of ['/server.ts', '/..%2fserver.ts', '/index.html', '/constructor', '/page/bank.js'])
      expect((await ask(path)).status, path).toBe(404);
  });

  test('a call to another host name on this port is redirected to the right address', async () => {
    const answer = await new Promise<{ status: number | undefined; location: string | undefined }>(
      (resolve, reject) => {
        request(`${bank.url}/sesjon`, { headers: { host: 'rebound.example' } }, (reply) => {
          reply.resume();
          resolve({ status: reply.statusCode, location: reply.headers.location });
        })
          .on('error', reject)
          .end();
      },
    );
    expect(answer).toEqual({ status: 303, location: `${bank.url}/` });
  });

  test('a port that is in use is named in the error', async () => {
    const port = Number(new URL(bank.url).port);
    const second = startBank({ port, apiUrl: 'http://127.0.0.1:9/api', loginUrl: login.url, clientId: 'x' });
    await expect(second).rejects.toThrow(`Port ${port} for the bank page is taken.`);
  });
});
