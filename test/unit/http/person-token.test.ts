import { SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyPersonToken } from '../../../shared/http/person-token.ts';
import { ProblemError } from '../../../shared/problems.ts';
import type { KeySet } from '../../../shared/upstream/key-set.ts';
import { startIssuer, tampered } from '../support/issuer.ts';
import { faultOf, problemOf } from '../support/problems.ts';
import { VirtualTime } from '../support/virtual-time.ts';

let login: Awaited<ReturnType<typeof startIssuer>>;
let stranger: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  login = await startIssuer('ES256', 'key-1');
  stranger = await startIssuer('ES256', 'key-1');
});

const time = new VirtualTime();
const seconds = time.startedAt / 1000;
const hour = 3_600_000;
const digits = '01085301957';
const settings = {
  issuer: 'https://login.bank.example/',
  audience: 'studielan-api',
  jwksUri: 'https://login.bank.example/jwks',
  nationalIdClaim: 'pid',
  sessionClaim: 'sid',
  algorithms: ['RS256', 'PS256', 'ES256'],
  logoutAudience: 'bank-client',
};
const claims = (changes: object = {}) => ({
  iss: settings.issuer,
  aud: settings.audience,
  sub: 'subject-1',
  sid: 'session-1',
  pid: digits,
  iat: seconds - 10,
  exp: seconds + 300,
  ...changes,
});
const verify = (authorization: string | undefined, options: { expiredForMs?: number; keys?: KeySet } = {}) =>
  verifyPersonToken(authorization, { settings, keys: options.keys ?? login.keys, time, ...options });
const bearer = async (changes: object = {}, header: Record<string, unknown> = {}) =>
  `Bearer ${await login.sign(claims(changes), header)}`;

describe('a person token that is accepted', () => {
  test('returns person, session, issuer, subject and issue time', async () => {
    const { nationalId: person, ...rest } = await verify(await bearer());
    expect(person.reveal()).toBe(digits);
    expect(rest).toEqual({
      sessionId: 'session-1',
      issuer: settings.issuer,
      subject: 'subject-1',
      issuedAt: (seconds - 10) * 1000,
    });
  });

  test('may name our audience among several, write the scheme in any casing, and lack sub and iat', async () => {
    await verify(await bearer({ aud: ['other', settings.audience] }));
    await verify((await bearer()).replace('Bearer', 'bearer'));
    expect(await verify(await bearer({ sub: undefined, iat: undefined }))).toMatchObject({
      subject: undefined,
      issuedAt: undefined,
    });
  });

  test('has its iat in whole milliseconds, which is stored; an iat that is no date, or a day ahead, counts as none', async () => {
    const issuedAt = async (iat: unknown) => (await verify(await bearer({ iat }))).issuedAt;
    // Fractions are allowed (RFC 7519, NumericDate).
    expect(await issuedAt(seconds - 10 + 0.0001234)).toBe((seconds - 10) * 1000);
    for (const iat of [-1, 1e300, -1e300, seconds * 1000, seconds + 86_400])
      expect([iat, await issuedAt(iat)]).toEqual([iat, undefined]);
  });

  test('may be outside exp and nbf by 30 seconds, to the second', async () => {
    await verify(await bearer({ exp: seconds - 29 }));
    expect(await faultOf(async () => verify(await bearer({ exp: seconds - 30 })))).toContain('person-token-invalid');
    await verify(await bearer({ nbf: seconds + 30 }));
    expect(await faultOf(async () => verify(await bearer({ nbf: seconds + 31 })))).toContain('person-token-invalid');
  });

  test('may have expired for the given time at logout; no other rule is relaxed', async () => {
    const late = { expiredForMs: 24 * hour };
    await verify(await bearer({ exp: seconds - 24 * 3600 - 29 }), late);
    for (const changes of [
      { exp: seconds - 24 * 3600 - 30 },
      { nbf: seconds + 31 },
      { iss: 'x' },
      { aud: 'x' },
      { pid: 'x' },
    ])
      expect((await problemOf(async () => verify(await bearer(changes), late))).code).toBe('person-token-invalid');
  });
});

test('a person token of up to 16 KiB is accepted; a larger one is reported as too large', async () => {
  const ofSize = async (size: number) => {
    let padding = 'x'.repeat(Math.floor((size - (await bearer()).length) * 0.75));
    for (let token = await bearer({ groups: padding }); ; token = await bearer({ groups: padding })) {
      const over = token.length - 'Bearer '.length - size;
      if (over <= 0 && over > -4) return token;
      padding = over > 0 ? padding.slice(Math.ceil(over * 0.75)) : padding + 'x'.repeat(Math.floor(-over * 0.75));
    }
  };
  await verify(await ofSize(16 * 1024));
  expect(await faultOf(async () => verify(await ofSize(16 * 1024 + 8)))).toBe('person-token-invalid token-too-long');
});

describe('a person token that is refused', () => {
  test('a missing token', async () => {
    for (const given of [undefined, '', '  '])
      expect((await problemOf(() => verify(given))).code).toBe('person-token-missing');
  });

  test.each([
    ['another issuer', { iss: 'https://login.bank.example' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'bank-client' }],
    ['audiences without ours', { aud: ['a', 'b'] }],
    ['no audience', { aud: undefined }],
    ['no exp', { exp: undefined }],
    ['an exp as text', { exp: String(seconds + 300) }],
    ['an nbf as text', { nbf: 'x' }],
    ['no national id', { pid: undefined }],
    ['a national id as number', { pid: 1085301957 }],
    ['wrong control digits', { pid: '01085301958' }],
    ['a list of national ids', { pid: [digits] }],
    ['no session', { sid: undefined }],
    ['an empty session', { sid: '' }],
    ['a session as number', { sid: 7 }],
    ['an endless session', { sid: 's'.repeat(513) }],
    ['a logout token', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
  ])('%s', async (_what, changes) => {
    const problem = await problemOf(async () => verify(await bearer(changes)));
    expect(problem).toMatchObject({ code: 'person-token-invalid', status: 401, detail: undefined });
    expect(`${problem.message} ${problem.fault}`).not.toMatch(/0108530195|session-1|eyJ/);
  });

  test('a logout token, because of its type', async () => {
    for (const typ of ['logout+jwt', 'application/logout+jwt', 'LOGOUT+JWT'])
      expect(await faultOf(async () => verify(await bearer({}, { typ })))).toBe('person-token-invalid logout-token');
  });

  test('a forged one: no algorithm, another one, another key, the public key as secret, an unknown kid, changed parts', async () => {
    const good = await login.sign(claims());
    const rsa = await startIssuer('RS256', 'key-1');
    const forged = {
      none: new UnsecuredJWT(claims()).encode(),
      'none with a signature': `${new UnsecuredJWT(claims()).encode()}c2ln`,
      'another key of the same kid': await stranger.sign(claims()),
      'another algorithm': await rsa.sign(claims()),
      HS256: await new SignJWT(claims())
        .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
        .sign(Buffer.from(JSON.stringify(login.publicJwk))),
      'a key in the header': await stranger.sign(claims(), { kid: undefined, jwk: stranger.publicJwk }),
      'unknown kid': await login.sign(claims(), { kid: 'key-2' }),
      'crit unknown': tampered(good, 0, (text) => text.replace('{', '{"crit":["x"],"x":1,')),
      'another person': tampered(good, 1, (text) => text.replace(digits, '01097601522')),
      'cut signature': good.slice(0, -4),
      'no signature': `${good.split('.').slice(0, 2).join('.')}.`,
    };
    for (const [what, token] of Object.entries(forged))
      expect([what, (await problemOf(() => verify(`Bearer ${token}`))).code]).toEqual([what, 'person-token-invalid']);
  });

  test('one with an asymmetric algorithm that is not listed', async () => {
    const token = await bearer();
    const strict = { settings: { ...settings, algorithms: ['RS256'] }, keys: login.keys, time };
    expect((await problemOf(() => verifyPersonToken(token, strict))).code).toBe('person-token-invalid');
  });

  test('one with another scheme, with several headers in one, with text beside the token, or too long', async () => {
    const good = await bearer();
    for (const given of [
      good.replace('Bearer', 'Basic'),
      good.replace('Bearer ', ''),
      `${good}, ${good}`,
      `${good} x`,
      good.replace('Bearer ', 'Bearer'),
      'Bearer',
      'Bearer a.b',
      `${await bearer({ filler: 'x'.repeat(16_384) })}`,
    ])
      expect((await problemOf(() => verify(given))).code).toBe('person-token-invalid');
  });
});

test('without the keys of the issuer the answer is that outage, and not person-token-invalid', async () => {
  const keys: KeySet = {
    getKey: async () => {
      throw new ProblemError('upstream-unavailable', { fault: 'person-token-issuer-jwks', retryAfterSeconds: 10 });
    },
    warm() {},
  };
  const problem = await problemOf(async () => verify(await bearer(), { keys }));
  expect(problem).toMatchObject({ code: 'upstream-unavailable', retryAfterSeconds: 10 });
});
