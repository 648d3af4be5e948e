// Logout tokens of OpenID Connect Back-Channel Logout 1.0: which are accepted, and for how long.
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyLogoutToken } from '../../../shared/http/logout-token.ts';
import { startIssuer } from '../support/issuer.ts';
import { faultOf } from '../support/problems.ts';
import { VirtualTime } from '../support/virtual-time.ts';

let login: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  login = await startIssuer('ES256', 'key-1');
});

const time = new VirtualTime();
const seconds = time.startedAt / 1000;
const day = 86_400;
const settings = {
  issuer: 'https://login.bank.example/',
  audience: 'studielan-api',
  jwksUri: 'https://login.bank.example/jwks',
  nationalIdClaim: 'pid',
  sessionClaim: 'sid',
  algorithms: ['ES256'],
  logoutAudience: 'bank-client',
};
const claims = (changes: object = {}) => ({
  iss: settings.issuer,
  aud: settings.logoutAudience,
  sub: 'subject-1',
  iat: seconds - 10,
  exp: seconds + 120,
  jti: 'jti-1',
  events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  ...changes,
});
const verify = async (changes: object = {}, more: object = {}) =>
  verifyLogoutToken(await login.sign(claims(changes), { typ: 'logout+jwt' }), {
    settings: { ...settings, ...more },
    keys: login.keys,
    time,
  });
/** The fault of a logout token with these changes. */
const fault = (changes: object) => faultOf(() => verify(changes));

describe('a logout token', () => {
  test('by sub or by sid is read with its issue time and with the time until which it is accepted', async () => {
    const common = { issuer: settings.issuer, jti: 'jti-1' };
    const instants = { issuedAt: (seconds - 10) * 1000, expiresAt: (seconds + 120) * 1000 };
    expect(await verify()).toEqual({ ...common, ...instants, sub: 'subject-1' });
    expect(await verify({ sid: 'sid-1' })).toEqual({ ...common, ...instants, sid: 'sid-1' });
  });

  test('expires after a day at most, to the second', async () => {
    expect((await verify({ exp: seconds + day })).expiresAt).toBe((seconds + day) * 1000);
    expect(await fault({ exp: seconds + day + 1 })).toBe('request-invalid logout-token-exp-too-far');
  });

  test.each([
    ['a year ahead', { exp: seconds + 365 * day }],
    ['in the year 275760', { exp: 8_640_000_000_000 }],
    ['beyond every date', { exp: 1e300 }],
    ['of another type', { exp: `${seconds + 120}` }],
    ['none', { exp: undefined }],
    ['passed', { exp: seconds - 31 }],
    ['negative', { exp: -1 }],
  ])('exp %s: request-invalid', async (_what, changes) => {
    expect(await fault(changes)).toMatch(/^request-invalid logout-token-/);
  });

  test.each([
    ['in the future', { iat: seconds + 31 }],
    ['beyond every date', { iat: 1e300 }],
    ['of another type', { iat: 'now' }],
    ['none', { iat: undefined }],
  ])('iat %s: request-invalid', async (_what, changes) => {
    expect(await fault(changes)).toMatch(/^request-invalid logout-token-/);
  });

  test('may have a fraction of a second in its times (RFC 7519, NumericDate); the result is in whole milliseconds', async () => {
    const { issuedAt, expiresAt } = await verify({ iat: seconds - 10 + 0.0001234, exp: seconds + 120.0005678 });
    expect([issuedAt, expiresAt].map(Number.isInteger)).toEqual([true, true]);
    expect(issuedAt).toBe((seconds - 10) * 1000);
    expect(expiresAt).toBeGreaterThanOrEqual((seconds + 120) * 1000);
  });

  test.each([
    ['no jti', { jti: undefined }, 'signature-or-claims'],
    ['an empty jti', { jti: '' }, 'no-jti'],
    ['a jti of a thousand characters', { jti: 'j'.repeat(1000) }, 'no-jti'],
    ['a nonce', { nonce: 'n' }, 'nonce'],
    ['no event', { events: {} }, 'events'],
    ['neither sub nor sid', { sub: undefined }, 'neither-sid-nor-sub'],
    ['a sid of another type', { sid: 7 }, 'sid-or-sub'],
    ['another audience', { aud: 'studielan-api' }, 'signature-or-claims'],
    ['another issuer', { iss: 'https://other.example/' }, 'signature-or-claims'],
  ])('%s: request-invalid', async (_what, changes, what) => {
    expect(await fault(changes)).toBe(`request-invalid logout-token-${what}`);
  });

  test("with another bank's claim is refused; one with the bank's own claim, or with none, is not", async () => {
    const bank = { bankClaim: { name: 'bank', value: 'one' } };
    for (const given of ['two', 'One', ['one'], 1, null])
      expect(await faultOf(() => verify({ bank: given }, bank))).toBe('request-invalid logout-token-bank-claim');
    for (const given of ['one', undefined]) expect(await verify({ bank: given }, bank)).toMatchObject({ jti: 'jti-1' });
  });
});
