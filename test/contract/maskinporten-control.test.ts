// What tests can change in the Maskinporten simulator: faults, delays, altered tokens, new keys.

import { createRemoteJWKSet, decodeJwt, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../../local/simulators/kit/simulator.ts';
import { startMaskinporten } from '../../local/simulators/maskinporten/simulator.ts';
import { createTestClient, type TestClient } from '../maskinporten-client.ts';
import { wireFaultsOf } from '../wire-faults.ts';

describe('control of the Maskinporten simulator', () => {
  let maskinporten: Simulator<typeof startMaskinporten>;
  let client: TestClient;

  beforeAll(async () => {
    client = await createTestClient({ organisationNumber: '310000019', scopes: ['test:lan'] });
    maskinporten = await startMaskinporten({ clients: [client.registration], accessTokenLifetimeSeconds: 500 });
  });
  afterAll(() => maskinporten.close());

  const token = async (): Promise<string> => String((await client.requestToken(maskinporten.url)).body.access_token);
  const check = (accessToken: string) =>
    jwtVerify(accessToken, createRemoteJWKSet(new URL(`${maskinporten.url}/jwk`)), { issuer: `${maskinporten.url}/` });

  it('plans faults by number, status, Retry-After, body and MP code', async () => {
    const { control } = maskinporten;
    control.failNext(1, { status: 429, retryAfter: '3' });
    control.failNext(1, { status: 400, mpCode: 'MP-012' });
    control.failNext(2, { status: 200, body: 'no json' });
    const throttled = await client.requestToken(maskinporten.url);
    expect(throttled).toMatchObject({ status: 429 });
    expect(throttled.headers.get('retry-after')).toBe('3');
    const coded = await client.requestToken(maskinporten.url);
    expect(coded.body).toMatchObject({ error: 'invalid_grant', error_description: expect.stringMatching(/^MP-012: /) });
    expect(control.grants().at(-1)).toMatchObject({ status: 400, code: 'MP-012' });
    for (let time = 0; time < 2; time += 1) await expect(client.requestToken(maskinporten.url)).rejects.toThrow();
    expect((await client.requestToken(maskinporten.url)).status).toBe(200);
  });

  it('has separate faults for metadata and keys, and for tokens', async () => {
    for (const [path, status] of [
      ['/jwk', 503],
      ['/.well-known/oauth-authorization-server', 500],
    ] as const) {
      wireFaultsOf(maskinporten).set({ kind: 'answer', status }, { matches: (_, asked) => asked === path, times: 1 });
      expect((await client.requestToken(maskinporten.url)).status).toBe(200);
      expect((await fetch(maskinporten.url + path)).status).toBe(status);
      expect((await fetch(maskinporten.url + path)).status).toBe(200);
    }
  });

  it('waits as long as the test asks', async () => {
    maskinporten.control.setDelay(120);
    const start = performance.now();
    await token();
    expect(performance.now() - start).toBeGreaterThanOrEqual(110);
    maskinporten.control.setDelay(0);
  });

  it('issues tokens with the life that it was started with', async () => {
    const { body } = await client.requestToken(maskinporten.url);
    const { iat = 0, exp = 0 } = decodeJwt(String(body.access_token));
    expect(exp - iat).toBe(500);
    expect([499, 500]).toContain(body.expires_in);
  });

  it('alters claims, correctly signed, until the test stops it', async () => {
    maskinporten.control.tamper((claims) => ({
      ...claims,
      consumer: { authority: 'iso6523-actorid-upis', ID: '0192:310000027' },
    }));
    expect((await check(await token())).payload.consumer).toMatchObject({ ID: '0192:310000027' });
    maskinporten.control.tamper(undefined);
    expect((await check(await token())).payload.consumer).toMatchObject({ ID: '0192:310000019' });
  });

  it.each([
    ['unknown-kid', 'ERR_JWKS_NO_MATCHING_KEY'],
    ['forged', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
    ['unsigned', 'ERR_JOSE_NOT_SUPPORTED'],
  ] as const)('signs as %s, which a check of the signature finds', async (signer, code) => {
    maskinporten.control.tamper((claims) => claims, signer);
    await expect(check(await token())).rejects.toMatchObject({ code });
    maskinporten.control.tamper(undefined);
    await expect(check(await token())).resolves.toBeDefined();
  });

  it('changes its signing key, with or without the old one at /jwk', async () => {
    const first = await token();
    const kid = await maskinporten.control.rotateSigningKey(true);
    const second = await token();
    await expect(check(first)).resolves.toBeDefined();
    expect((await check(second)).protectedHeader.kid).toBe(kid);
    await maskinporten.control.rotateSigningKey();
    await expect(check(second)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    await expect(check(await token())).resolves.toBeDefined();
  });

  it('puts tokens into quotation marks', async () => {
    maskinporten.control.tamper((claims) => claims, 'quoted');
    expect(await token()).toMatch(/^"ey[^"]+"$/);
    maskinporten.control.tamper(undefined);
    expect(await token()).toMatch(/^ey/);
  });

  it('registers a new key beside the old one, and removes either', async () => {
    const { clientId, keys } = client.registration;
    const oldKid = String(keys[0]?.kid);
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const withNewKey = { header: { kid: 'new' }, key: privateKey };
    const status = async (changes = {}) => (await client.requestToken(maskinporten.url, changes)).status;
    expect(await status(withNewKey)).toBe(400);
    maskinporten.control.registerKey(clientId, { kid: 'new', jwk: await exportJWK(publicKey) });
    expect([await status(withNewKey), await status()]).toEqual([200, 200]);
    maskinporten.control.removeKey(clientId, oldKid);
    expect([await status(withNewKey), await status()]).toEqual([200, 400]);
    if (keys[0]) maskinporten.control.registerKey(clientId, keys[0]);
  });

  it('refuses to register what the real one would refuse', async () => {
    const { clientId, keys } = client.registration;
    const jwk = keys[0]?.jwk ?? {};
    const register = (kid: string, key: object) => () =>
      maskinporten.control.registerKey(clientId, { kid, jwk: { kty: 'RSA', ...key } });
    expect(register('private', { ...jwk, d: 'AQAB' })).toThrow('not a public key');
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    expect(register('curve', await exportJWK(publicKey))).toThrow('not RSA');
    for (let number = 0; number < 3; number += 1) register(`more-${number}`, jwk)();
    expect(register('sixth', jwk)).toThrow('5 keys');
    expect(() => maskinporten.control.setScopes('unknown', [])).toThrow('no client');
  });

  it('removes scopes', async () => {
    maskinporten.control.setScopes(client.registration.clientId, []);
    expect((await client.requestToken(maskinporten.url)).body.error_description).toMatch(/^MP-200: /);
    maskinporten.control.setScopes(client.registration.clientId, ['test:lan']);
    expect((await client.requestToken(maskinporten.url)).status).toBe(200);
  });
});
