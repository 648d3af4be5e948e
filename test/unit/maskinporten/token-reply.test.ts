import { SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Grant } from '../../../shared/maskinporten/grant.ts';
import { checkConsent } from '../../../shared/maskinporten/token-consent.ts';
import { checkTokenReply } from '../../../shared/maskinporten/token-reply.ts';
import { personUrn } from '../../../shared/person/national-id.ts';
import { startIssuer, tampered } from '../support/issuer.ts';
import { ahmad, steinar } from '../support/people.ts';
import { faultOf, problemOf } from '../support/problems.ts';

let maskinporten: Awaited<ReturnType<typeof startIssuer>>;
let stranger: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  maskinporten = await startIssuer('RS256', 'mp-1');
  stranger = await startIssuer('RS256', 'mp-1');
});

const now = Date.UTC(2026, 10, 23, 8);
const seconds = now / 1000;
const id = '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a10';
const issuer = 'https://test.maskinporten.no/';
const shared: Grant = {
  bank: '999888777',
  issuer,
  clientId: 'c',
  keyId: 'k',
  header: { kid: 'kid' },
  scope: 'lanekassen:lan/v1/saldoopplysninger',
};
const forConsent: Grant = { ...shared, consent: { id, from: steinar } };
const expected = { issuer, organisationNumber: '999888777', resourceIds: ['999888777_native', 'slk_5498_1'] };

const claims = (changes: object = {}) => ({
  iss: issuer,
  client_id: 'c',
  consumer: { authority: 'iso6523-actorid-upis', ID: '0192:999888777' },
  scope: shared.scope,
  iat: seconds,
  exp: seconds + 119,
  jti: 'j',
  ...changes,
});
const detail = (changes: object = {}) => ({
  type: 'urn:altinn:consent',
  id,
  from: personUrn(steinar),
  to: { authority: 'iso6523-actorid-upis', ID: '0192:999888777' },
  consented: '2026-11-23T07:59:00.1234567+00:00',
  validTo: '2027-11-23T06:00:00.0000000+00:00',
  consentRights: [
    { action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: 'slk_5498_1' }], metaData: { navn: 'B' } },
  ],
  ...changes,
});
const withConsent = (changes: object = {}) => claims({ authorization_details: [detail(changes)] });

const check = (token: unknown, grant = shared, body: object = {}, at = now) =>
  checkTokenReply(
    { access_token: token, token_type: 'Bearer', expires_in: 119, ...body },
    grant,
    expected,
    maskinporten.keys,
    at,
  );

describe('a token reply', () => {
  test('with a shared token is accepted; the token lives for the shorter of exp and expires_in', async () => {
    const token = await maskinporten.sign(claims());
    const checked = await check(token);
    expect(checked.token.reveal()).toBe(token);
    expect(checked.lifeMs).toBe(119_000);
    expect((await check(token, shared, { expires_in: 30 })).lifeMs).toBe(30_000);
    expect((await check(token, shared, { expires_in: 1000 })).lifeMs).toBe(119_000);
    expect((await check(token, shared, { expires_in: undefined })).lifeMs).toBe(119_000);
  });

  test('in quotes or apostrophes is unwrapped', async () => {
    const token = await maskinporten.sign(claims());
    for (const quote of ['"', "'"]) expect((await check(`${quote}${token}${quote}`)).token.reveal()).toBe(token);
  });

  test.each([
    ['another issuer', { iss: 'https://maskinporten.no/' }, 'err-jwt-claim-validation-failed'],
    ['the issuer without its slash', { iss: issuer.slice(0, -1) }, 'err-jwt-claim-validation-failed'],
    ['no issuer', { iss: undefined }, 'err-jwt-claim-validation-failed'],
    ['expired beyond the tolerance', { exp: seconds - 10 }, 'err-jwt-expired'],
    ['no exp', { exp: undefined }, 'err-jwt-claim-validation-failed'],
    ['not yet valid', { nbf: seconds + 11 }, 'err-jwt-claim-validation-failed'],
    ['no consumer', { consumer: undefined }, 'err-jwt-claim-validation-failed'],
    [
      'a consumer of another register',
      { consumer: { authority: 'iso6523-actorid-upis', ID: '0088:999888777' } },
      'consumer',
    ],
    ['a consumer of another authority', { consumer: { authority: 'x', ID: '0192:999888777' } }, 'consumer'],
    ['another scope', { scope: 'skatteetaten:kravogbetalinger' }, 'scope'],
    ['a scope that only begins like ours', { scope: `${shared.scope}.x` }, 'scope'],
    ['a scope that is no text', { scope: [shared.scope] }, 'scope'],
    ["a customer's consent in a shared token", { authorization_details: [detail()] }, 'unasked-consent'],
    ['an empty consent in a shared token', { authorization_details: [] }, 'unasked-consent'],
  ])('%s: refused', async (_what, changes, fault) => {
    const token = await maskinporten.sign(claims(changes));
    expect(await faultOf(() => check(token))).toBe(`upstream-invalid-reply maskinporten-token-${fault}`);
  });

  test('with a token of another organisation is a mismatch, and the token is not used', async () => {
    const consumer = { authority: 'iso6523-actorid-upis', ID: '0192:310078920' };
    const token = await maskinporten.sign(claims({ consumer }));
    expect(await faultOf(() => check(token))).toBe('consent-person-mismatch token-consumer');
  });

  test('with our scope among several is accepted', async () => {
    await check(await maskinporten.sign(claims({ scope: `a:b ${shared.scope}` })));
  });

  test.each([
    ['no access_token', {}],
    ['one that is no text', { access_token: 7 }],
    ['a life that is none', { access_token: 'x', expires_in: 0 }],
    ['a life as text', { access_token: 'x', expires_in: '119' }],
  ])('%s: refused', async (_what, body) => {
    const run = () => checkTokenReply(body, shared, expected, maskinporten.keys, now);
    expect(await faultOf(run)).toBe('upstream-invalid-reply maskinporten-token-schema');
  });

  test.each([
    ['a line break', (token: string) => token.replace(/.{10}$/, '\r\n$&')],
    ['a blank', (token: string) => token.replace(/.{10}$/, ' $&')],
    ['padding', (token: string) => `${token}==`],
  ])('a token with %s in a part, which no header may carry, is refused', async (_what, change) => {
    const token = change(await maskinporten.sign(claims()));
    expect(await faultOf(() => check(token))).toBe('upstream-invalid-reply maskinporten-token-malformed');
  });

  test('forged and tampered tokens are refused', async () => {
    const good = await maskinporten.sign(claims());
    const forged = {
      'signed by another key of the same kid': await stranger.sign(claims()),
      'alg none': new UnsecuredJWT(claims()).encode(),
      'HS256 with the public key as secret': await new SignJWT(claims())
        .setProtectedHeader({ alg: 'HS256', kid: 'mp-1' })
        .sign(Buffer.from(JSON.stringify(maskinporten.publicJwk))),
      'another key named': await maskinporten.sign(claims(), { kid: 'mp-2' }),
      'a changed claim': tampered(good, 1, (text) => text.replace('999888777', '310078920')),
      'a changed header': tampered(good, 0, (text) => text.replace('RS256', 'RS512')),
      'a changed signature': tampered(
        good,
        2,
        (text) => `${String.fromCharCode(text.charCodeAt(0) ^ 1)}${text.slice(1)}`,
      ),
      'a cut signature': good.slice(0, -10),
      'no signature': `${good.split('.').slice(0, 2).join('.')}.`,
      'two parts': good.split('.').slice(0, 2).join('.'),
      nothing: '',
      words: 'not a token',
    };
    for (const [what, token] of Object.entries(forged)) {
      const problem = await problemOf(() => check(token));
      expect([what, problem.code]).toEqual([what, 'upstream-invalid-reply']);
      expect(`${problem.message} ${problem.detail}`).not.toMatch(/999888777|eyJ/);
    }
  });
});

test('another algorithm of the same key is refused, although the key set allows it', async () => {
  const unnamed = await startIssuer('PS256', 'mp-1', false);
  const token = await unnamed.sign(claims());
  const run = () => checkTokenReply({ access_token: token }, shared, expected, unnamed.keys, now);
  expect(await faultOf(run)).toBe('upstream-invalid-reply maskinporten-token-err-jose-alg-not-allowed');
});

describe('a consent token', () => {
  test('about exactly this consent is accepted, with ids and types in any casing', async () => {
    expect((await check(await maskinporten.sign(withConsent()), forConsent)).lifeMs).toBe(119_000);
    const loud = withConsent({ id: id.toUpperCase(), type: 'URN:ALTINN:CONSENT' });
    await check(await maskinporten.sign(loud), forConsent);
  });

  test('may be about any one resource of the list, but only one', async () => {
    const about = (...values: string[]) =>
      withConsent({ consentRights: [{ resource: values.map((value) => ({ value })) }] });
    for (const one of expected.resourceIds) await check(await maskinporten.sign(about(one)), forConsent);
    const both = await maskinporten.sign(about(...expected.resourceIds));
    expect(await faultOf(() => check(both, forConsent))).toBe('consent-person-mismatch consent-token-resource');
  });

  test.each([
    ['another giver', { from: personUrn(ahmad) }, 'giver'],
    ['a giver that is no person', { from: 'urn:altinn:organization:identifier-no:999888777' }, 'giver'],
    ['another receiver', { to: { authority: 'iso6523-actorid-upis', ID: '0192:310078920' } }, 'receiver'],
    ['a receiver of another authority', { to: { authority: 'x', ID: '0192:999888777' } }, 'receiver'],
    ['another resource', { consentRights: [{ resource: [{ value: 'x' }] }] }, 'resource'],
    [
      'our resource and one more',
      { consentRights: [{ resource: [{ value: 'slk_5498_1' }, { value: 'x' }] }] },
      'resource',
    ],
    [
      'one more right',
      { consentRights: [{ resource: [{ value: 'slk_5498_1' }] }, { resource: [{ value: 'x' }] }] },
      'resource',
    ],
    ['no right', { consentRights: [] }, 'resource'],
  ])('%s: consent-person-mismatch', async (_what, changes, what) => {
    const token = await maskinporten.sign(withConsent(changes));
    expect(await faultOf(() => check(token, forConsent))).toBe(`consent-person-mismatch consent-token-${what}`);
  });

  test.each([
    ['another consent', { id: '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a11' }, 'consent-id'],
    ['one that has run out', { validTo: '2026-11-23T08:00:00Z' }, 'consent-valid-to'],
    ['a validTo that is none', { validTo: 'soon' }, 'consent-valid-to'],
    ['another type', { type: 'urn:altinn:systemuser' }, 'consent-type'],
    ['no giver', { from: undefined }, 'consent-schema'],
  ])('%s: an invalid reply', async (_what, changes, fault) => {
    const token = await maskinporten.sign(withConsent(changes));
    expect(await faultOf(() => check(token, forConsent))).toBe(`upstream-invalid-reply maskinporten-token-${fault}`);
  });

  test.each([
    ['no consent', undefined],
    ['an empty list', []],
    ['two consents', [detail(), detail()]],
    ['an object', detail()],
    ['a giver in two spellings', [{ ...detail(), From: personUrn(steinar) }]],
    ['a giver in three spellings', [{ ...detail(), From: personUrn(steinar), FROM: personUrn(steinar) }]],
  ])('%s: an invalid reply', async (_what, details) => {
    const token = await maskinporten.sign(claims({ authorization_details: details }));
    expect(await faultOf(() => check(token, forConsent))).toBe(
      'upstream-invalid-reply maskinporten-token-consent-schema',
    );
  });

  test('without a bottom is an invalid reply', async () => {
    let bottomless: unknown = [];
    for (let depth = 0; depth < 100_000; depth++) bottomless = [bottomless];
    expect(await faultOf(() => checkConsent(bottomless, { id, from: steinar }, expected, now))).toBe(
      'upstream-invalid-reply maskinporten-token-consent-schema',
    );
  });
});
