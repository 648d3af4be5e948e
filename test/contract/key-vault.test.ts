// The Key Vault simulator's own rules, over plain HTTP. key-vault-sdk.test.ts tests it with the real SDK.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startIdentity } from '../../local/simulators/identity/simulator.ts';
import { startKeyVault } from '../../local/simulators/key-vault/simulator.ts';
import type { Simulator } from '../../local/simulators/kit/simulator.ts';

const clientId = '0b5a6c5e-1f0e-4d8e-9a5b-6f1a3f1f2c11';
const header = 'header-of-this-run';
const text = 'header.payload';
const digest = (algorithm: string): string => createHash(algorithm).update(text).digest('base64url');
const goodBody = { alg: 'RS256', value: digest('sha256') };

describe('Key Vault simulator', () => {
  let now = Date.parse('2026-11-23T08:00:00Z');
  let identity: Simulator<typeof startIdentity>;
  let stranger: Simulator<typeof startIdentity>;
  let vault: Simulator<typeof startKeyVault>;
  let token = '';

  async function tokenOf(
    issuer: Simulator<typeof startIdentity>,
    resource = 'https://vault.azure.net',
  ): Promise<string> {
    const query = new URLSearchParams({ 'api-version': '2019-08-01', resource, client_id: clientId });
    const response = await fetch(`${issuer.url}/msi/token?${query}`, { headers: { 'x-identity-header': header } });
    return ((await response.json()) as { access_token: string }).access_token;
  }

  beforeAll(async () => {
    const options = { header, clientIds: [clientId], clock: () => now };
    [identity, stranger] = await Promise.all([startIdentity(options), startIdentity(options)]);
    vault = await startKeyVault({ identityUrl: identity.url, keyNames: ['signing', 'other'], clock: () => now });
    token = await tokenOf(identity);
  });
  afterAll(() => Promise.all([identity.close(), stranger.close(), vault.close()]));
  beforeEach(() => vault.control.setPermissions(undefined));

  type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

  async function call(
    url: string,
    options: { body?: unknown; bearer?: string; version?: string | null } = {},
  ): Promise<Answer> {
    const { body, bearer = token, version = '7.5' } = options;
    const response = await fetch(version === null ? url : `${url}?api-version=${version}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: bearer === '' ? {} : { authorization: `Bearer ${bearer}` },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  }

  const signWith = (body: unknown, keyId = vault.control.keyId('signing')) => call(`${keyId}/sign`, { body });
  const forbiddenAs = (innerCode: string) => ({
    status: 403,
    body: { error: { code: 'Forbidden', message: expect.any(String), innererror: { code: innerCode } } },
  });

  it.each([
    ['RS256', 'sha256'],
    ['RS384', 'sha384'],
    ['RS512', 'sha512'],
  ])('creates signatures with %s that the public key verifies', async (alg, hash) => {
    const { status, body } = await signWith({ alg, value: digest(hash) });
    expect(status).toBe(200);
    expect(body.kid).toBe(vault.control.keyId('signing'));
    const key = createPublicKey({ key: { ...vault.control.publicJwk('signing') }, format: 'jwk' });
    expect(verify(hash, Buffer.from(text), key, Buffer.from(String(body.value), 'base64url'))).toBe(true);
  });

  it('shows only the public half of a key', async () => {
    const { status, body } = await call(vault.control.keyId('signing'));
    expect(status).toBe(200);
    const { kty, n, e } = vault.control.publicJwk('signing');
    expect(body.key).toEqual({ kid: vault.control.keyId('signing'), kty, n, e, key_ops: ['sign'] });
    expect(body.attributes).toMatchObject({ enabled: true, exportable: false });
  });

  it('requests a token of its identity endpoint with a challenge that the SDK understands', async () => {
    const { status, headers, body } = await call(vault.control.keyId('signing'), { bearer: '' });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe(
      `Bearer authorization="${identity.url}/tenant", resource="https://vault.azure.net"`,
    );
    expect(body).toMatchObject({ error: { code: 'Unauthorized' } });
  });

  it.each([
    ['no JWT', async () => 'guess'],
    ['a token of another identity endpoint', () => tokenOf(stranger)],
    ['a token for another resource', () => tokenOf(identity, 'https://storage.azure.com')],
    ['an altered token', async () => token.replace(/\.[^.]+\./, `.${Buffer.from('{}').toString('base64url')}.`)],
  ])('refuses %s', async (_, bearerOf) => {
    const { status, headers } = await call(`${vault.control.keyId('signing')}/sign`, {
      body: goodBody,
      bearer: await bearerOf(),
    });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toContain('resource="https://vault.azure.net"');
  });

  it('refuses an expired token', async () => {
    // After a day, plus the five minutes that clocks may differ.
    now += 24 * 3600 * 1000 + 301_000;
    expect((await call(vault.control.keyId('signing'))).status).toBe(401);
    now -= 24 * 3600 * 1000 + 301_000;
    expect((await call(vault.control.keyId('signing'))).status).toBe(200);
  });

  it.each([
    ['get', 'sign', 'read'],
    ['sign', 'get', 'sign/action'],
  ] as const)('refuses %s without the permission', async (operation, held, action) => {
    vault.control.setPermissions({ [clientId]: [held] });
    const keyId = vault.control.keyId('signing');
    const answer = await (operation === 'get' ? call(keyId) : signWith(goodBody));
    expect(answer).toMatchObject(forbiddenAs('ForbiddenByRbac'));
    expect(JSON.stringify(answer.body)).toContain(`keys/${action}'`);
    expect((await (operation === 'get' ? signWith(goodBody) : call(keyId))).status).toBe(200);
  });

  it('refuses an identity without a right', async () => {
    vault.control.setPermissions({ 'another-app': ['get', 'sign'] });
    expect(await signWith(goodBody)).toMatchObject(forbiddenAs('ForbiddenByRbac'));
  });

  it.each([
    ['a digest of another length', { alg: 'RS384', value: digest('sha256') }],
    ['a whole text in place of a digest', { alg: 'RS256', value: Buffer.from(text).toString('base64url') }],
    ['an algorithm of another key type', { alg: 'ES256', value: digest('sha256') }],
    ['no algorithm', { value: digest('sha256') }],
    ['a name from the prototype as algorithm', { alg: 'toString', value: digest('sha256') }],
    ['base64 with padding', { alg: 'RS256', value: createHash('sha256').update(text).digest('base64') }],
    ['no digest', { alg: 'RS256' }],
    ['no JSON', 'alg=RS256'],
    ['null', 'null'],
  ])('refuses to sign %s', async (_, body) => {
    const signatures = vault.control.signatures();
    expect(await signWith(body)).toMatchObject({ status: 400, body: { error: { code: 'BadParameter' } } });
    expect(vault.control.signatures()).toBe(signatures);
  });

  it.each([
    ['no api-version', null],
    ['an unsupported api-version', '6.0'],
  ])('refuses %s', async (_, version) => {
    expect(await call(vault.control.keyId('signing'), { version })).toMatchObject({
      status: 400,
      body: { error: { code: 'BadParameter' } },
    });
  });

  it.each(['keys/missing', 'keys/signing/00000000000000000000000000000000'])('answers 404 for %s', async (path) => {
    expect(await call(`${vault.url}/${path}`)).toMatchObject({ status: 404, body: { error: { code: 'KeyNotFound' } } });
  });

  it('keeps the versions of a key apart: a pinned version does not change', async () => {
    const first = vault.control.keyId('other');
    const before = vault.control.publicJwk('other');
    const version = await vault.control.newVersion('other');
    expect(version).toMatch(/^[0-9a-f]{32}$/);
    const second = vault.control.keyId('other');
    expect(second).toBe(`${vault.url}/keys/other/${version}`);
    expect(vault.control.publicJwk('other').n).not.toBe(before.n);
    expect((await call(first)).body).toMatchObject({ key: { n: before.n } });
    expect((await call(`${vault.url}/keys/other/`)).body).toMatchObject({ key: { kid: second } });
    vault.control.setPermissions({ [clientId]: ['list'] });
    const { body } = await call(`${vault.url}/keys/other/versions`);
    expect((body.value as { kid: string }[]).map(({ kid }) => kid)).toEqual([first, second]);
  });

  it('refuses to sign with a key that is disabled, expired or not for signing, and still shows it', async () => {
    const [disabled, expired, closed] = [
      await vault.control.newVersion('other'),
      await vault.control.newVersion('other'),
      await vault.control.newVersion('other'),
    ];
    vault.control.change('other', disabled, { enabled: false });
    vault.control.change('other', expired, { expiresAt: now });
    vault.control.change('other', closed, { keyOperations: ['verify'] });
    const idOf = (version: string) => vault.control.keyId('other', version);
    expect(await signWith(goodBody, idOf(disabled))).toMatchObject(forbiddenAs('KeyDisabled'));
    expect(await signWith(goodBody, idOf(expired))).toMatchObject(forbiddenAs('KeyExpired'));
    expect(await signWith(goodBody, idOf(closed))).toMatchObject(forbiddenAs('KeyOperationForbidden'));
    expect((await call(idOf(disabled))).status).toBe(200);
  });

  it('fails as often as the test asks, with Retry-After, and only for callers with a token', async () => {
    vault.control.failNext(1, { status: 429, retryAfter: '7' });
    const calls = vault.control.calls().length;
    expect((await call(vault.control.keyId('signing'), { bearer: '' })).status).toBe(401);
    const throttled = await signWith(goodBody);
    expect(throttled).toMatchObject({ status: 429, body: { error: { code: 'Throttled' } } });
    expect(throttled.headers.get('retry-after')).toBe('7');
    expect((await signWith(goodBody)).status).toBe(200);
    expect(vault.control.calls().slice(calls)).toEqual([
      { operation: 'get', status: 401 },
      { operation: 'sign', status: 429 },
      { operation: 'sign', status: 200 },
    ]);
  });
});
