// The Maskinporten simulator compared with docs/contracts/maskinporten.md §1–3, §6–9: what it accepts, and every refusal.
import { randomUUID } from 'node:crypto';
import { createRemoteJWKSet, generateKeyPair, type JWTPayload, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../local/simulators/kit/simulator.ts';
import { startMaskinporten } from '../../local/simulators/maskinporten/simulator.ts';
import {
  type AssertionChanges,
  createTestClient,
  sendAssertion,
  type TestClient,
  type TokenAnswer,
} from '../maskinporten-client.ts';

const bank = '310000019';
const customerBank = '310000027';
const yearMs = 365 * 24 * 60 * 60 * 1000;

describe('Maskinporten simulator', () => {
  const start = Date.parse('2026-11-23T08:00:00Z');
  let now = start;
  const clock = () => now;
  const seconds = (offset: number) => Math.floor(now / 1000) + offset;
  let maskinporten: Simulator<typeof startMaskinporten>;
  let client: TestClient;
  let other: TestClient;

  beforeAll(async () => {
    client = await createTestClient(
      {
        organisationNumber: bank,
        scopes: ['test:lan', 'test:more', 'test:login', 'test:closed'],
        userLoginScopes: ['test:login'],
        delegations: [
          { consumerOrg: customerBank, scopes: ['test:lan', 'test:closed'], withoutAccess: ['test:closed'] },
        ],
      },
      clock,
    );
    other = await createTestClient({ organisationNumber: '310000035', scopes: ['test:lan'] }, clock);
    maskinporten = await startMaskinporten({ clients: [client.registration, other.registration], clock });
  });
  afterAll(() => maskinporten.close());
  beforeEach(() => {
    now = start;
  });

  const request = (changes?: AssertionChanges) => client.requestToken(maskinporten.url, changes);

  async function claimsOf({ body }: TokenAnswer): Promise<JWTPayload> {
    const jwks = createRemoteJWKSet(new URL(`${maskinporten.url}/jwk`));
    const options = { issuer: `${maskinporten.url}/`, currentDate: new Date(now) };
    return (await jwtVerify(String(body.access_token), jwks, options)).payload;
  }

  /** The documented error body. `code` is `undefined` if the error page has none. */
  function expectRefusal(answer: TokenAnswer, code: string | undefined, status = 400): void {
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({
      error: expect.any(String),
      error_description: expect.stringMatching(
        code === undefined ? /^(?!MP-).*trace_id: \w{32}/ : `^${code}: .*trace_id: \\w{32}`,
      ),
      error_uri: expect.stringContaining('maskinporten_feilsoking'),
    });
    const grant = maskinporten.control.grants().at(-1);
    expect(grant).toMatchObject({ at: now, status });
    expect(grant?.code).toBe(code);
  }

  it('publishes the metadata with the endpoints', async () => {
    const response = await fetch(`${maskinporten.url}/.well-known/oauth-authorization-server`);
    expect(await response.json()).toMatchObject({
      issuer: `${maskinporten.url}/`,
      token_endpoint: `${maskinporten.url}/token`,
      jwks_uri: `${maskinporten.url}/jwk`,
      grant_types_supported: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
      token_endpoint_auth_signing_alg_values_supported: ['RS256', 'RS384', 'RS512'],
    });
  });

  it('issues a token of the documented shape', async () => {
    const answer = await request();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 120,
      scope: 'test:lan',
    });
    expect(await claimsOf(answer)).toEqual({
      iss: `${maskinporten.url}/`,
      client_id: client.registration.clientId,
      client_amr: 'private_key_jwt',
      consumer: { authority: 'iso6523-actorid-upis', ID: `0192:${bank}` },
      scope: 'test:lan',
      token_type: 'Bearer',
      iat: seconds(0),
      exp: seconds(120),
      jti: expect.any(String),
    });
    expect(maskinporten.control.issued()).toContain(answer.body.access_token);
    expect(maskinporten.control.grants().at(-1)).toEqual({
      at: now,
      clientId: client.registration.clientId,
      scope: 'test:lan',
      withConsent: false,
      status: 200,
    });
  });

  it('binds the token to the requested resource', async () => {
    const answer = await request({ claims: { resource: ['https://api.example'] } });
    expect(await claimsOf(answer)).toMatchObject({ aud: 'https://api.example' });
  });

  it('names consumer and supplier when a supplier requests a token for its customer', async () => {
    const claims = await claimsOf(await request({ claims: { consumer_org: customerBank } }));
    expect(claims).toMatchObject({
      consumer: { ID: `0192:${customerBank}` },
      supplier: { authority: 'iso6523-actorid-upis', ID: `0192:${bank}` },
      delegation_source: 'https://tt02.altinn.no/',
    });
  });

  it.each<[string, AssertionChanges]>([
    ['back-dated by 5 s', { claims: { iat: seconds(-5), exp: seconds(25) } }],
    ['dated 10 s ahead', { claims: { iat: seconds(10), exp: seconds(40) } }],
    ['that ended 10 s ago', { claims: { iat: seconds(-40), exp: seconds(-10) } }],
    ['of 120 s', { claims: { exp: seconds(120) } }],
    ['without jti', { claims: { jti: undefined } }],
    ['with aud as a list of one', { claims: { aud: undefined } }],
  ])('accepts an assertion %s', async (name, changes) => {
    const aud = name.includes('aud') ? { aud: [`${maskinporten.url}/`] } : {};
    expect((await request({ claims: { ...changes.claims, ...aud } })).status).toBe(200);
  });

  it.each<[string, string | undefined, AssertionChanges, number?]>([
    ['an unknown client', 'MP-100', { claims: { iss: randomUUID() } }],
    ['no client', 'MP-100', { claims: { iss: undefined } }],
    ['an unknown kid', 'MP-100', { header: { kid: 'not-registered' } }],
    ['no kid', 'MP-100', { header: { kid: undefined } }],
    ['x5c beside a kid', 'MP-100', { header: { x5c: ['AAAA'] } }],
    ['x5c in place of the registered kid', 'MP-100', { header: { kid: undefined, x5c: ['AAAA'] } }],
    ['the token endpoint as aud', 'MP-110', { claims: { aud: 'https://test.maskinporten.no/token' } }],
    ['no aud', 'MP-011', { claims: { aud: undefined } }],
    ['an issue time after now', undefined, { claims: { iat: seconds(11), exp: seconds(41) } }],
    ['an end that has passed', 'MP-130', { claims: { iat: seconds(-41), exp: seconds(-11) } }],
    ['an end before its beginning', 'MP-130', { claims: { exp: seconds(0) } }],
    ['more than 120 s', undefined, { claims: { exp: seconds(121) } }],
    ['no iat', 'MP-011', { claims: { iat: undefined } }],
    ['no exp', 'MP-011', { claims: { exp: undefined } }],
    ['times as text', 'MP-011', { claims: { exp: String(seconds(30)) } }],
    ['an unknown claim', undefined, { claims: { nbf: seconds(0) } }],
    ['sub, which is unknown too', undefined, { claims: { sub: 'x' } }],
    ['pid, which is not for this client', undefined, { claims: { pid: '01085301957' } }],
    ['no scope', 'MP-011', { claims: { scope: undefined } }],
    ['an unregistered scope', 'MP-200', { claims: { scope: 'test:foreign' } }],
    ['an unregistered scope among others', 'MP-200', { claims: { scope: 'test:lan test:foreign' } }],
    ['a scope for user login', 'MP-201', { claims: { scope: 'test:login' } }],
    ['consumer_org in ISO form', 'MP-011', { claims: { consumer_org: `0192:${customerBank}` } }],
    ['consumer_org that is the own one', undefined, { claims: { consumer_org: bank } }],
    ['a consumer that delegated nothing', 'MP-251', { claims: { consumer_org: '310000043' } }, 403],
    ['a scope that was not delegated', 'MP-251', { claims: { consumer_org: customerBank, scope: 'test:more' } }, 403],
    [
      'a scope the consumer has no access to',
      'MP-250',
      { claims: { consumer_org: customerBank, scope: 'test:closed' } },
      403,
    ],
  ])('refuses %s (%s)', async (_, code, changes, status) => {
    const issued = maskinporten.control.issued().length;
    expectRefusal(await request(changes), code, status);
    expect(maskinporten.control.issued()).toHaveLength(issued);
  });

  it("accepts resource as text, which Altinn's own library sends", async () => {
    expect((await request({ claims: { resource: 'https://api.example' } })).status).toBe(200);
  });

  it('refuses its issuer without the slash, and several audiences (MP-110)', async () => {
    expectRefusal(await request({ claims: { aud: maskinporten.url } }), 'MP-110');
    expectRefusal(await request({ claims: { aud: [`${maskinporten.url}/`, 'https://api.example'] } }), 'MP-110');
  });

  it('refuses a signature of any other key (MP-124), and another client under its own kid (MP-100)', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    expectRefusal(await request({ key: privateKey }), 'MP-124');
    const stolen = await other.assertion(maskinporten.url, { claims: { iss: client.registration.clientId } });
    expectRefusal(await sendAssertion(maskinporten.url, stolen), 'MP-100');
    const altered = (await client.assertion(maskinporten.url)).split('.');
    const claims = JSON.parse(Buffer.from(String(altered[1]), 'base64url').toString());
    altered[1] = Buffer.from(JSON.stringify({ ...claims, scope: 'test:more' })).toString('base64url');
    expectRefusal(await sendAssertion(maskinporten.url, altered.join('.')), 'MP-124');
  });

  it('refuses every algorithm except RS256, RS384 and RS512', async () => {
    const claims = { iss: client.registration.clientId, aud: `${maskinporten.url}/`, scope: 'test:lan' };
    const kid = String(client.registration.keys[0]?.kid);
    const { privateKey } = await generateKeyPair('PS256');
    const pss = await new SignJWT(claims).setProtectedHeader({ alg: 'PS256', kid }).sign(privateKey);
    const hmac = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(new Uint8Array(32));
    for (const assertion of [pss, hmac, new UnsecuredJWT(claims).encode(), 'a.b.c', 'guess']) {
      expectRefusal(await sendAssertion(maskinporten.url, assertion), 'MP-011');
    }
  });

  it('accepts each jti of a client once (MP-012) until its exp and no longer; other clients may use it', async () => {
    const assertion = await client.assertion(maskinporten.url);
    expect((await sendAssertion(maskinporten.url, assertion)).status).toBe(200);
    expectRefusal(await sendAssertion(maskinporten.url, assertion), 'MP-012');
    const jti = randomUUID();
    expect((await request({ claims: { jti } })).status).toBe(200);
    now += 29_000;
    expectRefusal(await request({ claims: { jti } }), 'MP-012');
    expect((await other.requestToken(maskinporten.url, { claims: { jti } })).status).toBe(200);
    now += 12_000;
    expect((await request({ claims: { jti } })).status).toBe(200);
  });

  it('has used up the jti of a request that it answered with a fault', async () => {
    maskinporten.control.failNext(1, { status: 503 });
    const assertion = await client.assertion(maskinporten.url);
    expect((await sendAssertion(maskinporten.url, assertion)).status).toBe(503);
    expectRefusal(await sendAssertion(maskinporten.url, assertion), 'MP-012');
    expect((await request()).status).toBe(200);
  });

  it('refuses a key that is a year old (MP-121) until it is registered again', async () => {
    now += yearMs;
    expectRefusal(await request(), 'MP-121');
    now -= 1000;
    expect((await request()).status).toBe(200);
    now += 1000;
    const [key] = client.registration.keys;
    if (key) maskinporten.control.registerKey(client.registration.clientId, key);
    expect((await request()).status).toBe(200);
  });

  it('refuses a form that is not as it must be', async () => {
    const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    const assertion = await client.assertion(maskinporten.url);
    const post = async (body: string, type = 'application/x-www-form-urlencoded') => {
      const response = await fetch(`${maskinporten.url}/token`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      return { status: response.status, body: (await response.json()) as TokenAnswer['body'] };
    };
    const form = (...pairs: [string, string][]) => new URLSearchParams(pairs).toString();
    const bad = { status: 400, body: { error: 'invalid_request' } };
    expect(await post(JSON.stringify({ grant_type, assertion }), 'application/json')).toMatchObject(bad);
    expect(await post(form(['assertion', assertion]))).toMatchObject(bad);
    expect(await post(form(['grant_type', grant_type]))).toMatchObject(bad);
    expect(
      await post(form(['grant_type', grant_type], ['assertion', assertion], ['assertion', assertion])),
    ).toMatchObject(bad);
    expect(await post(form(['grant_type', 'client_credentials'], ['assertion', assertion]))).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type' },
    });
    // None of these requests has used the assertion up.
    expect((await sendAssertion(maskinporten.url, assertion)).status).toBe(200);
    expect((await fetch(`${maskinporten.url}/token`)).status).toBe(405);
  });
});
