// Every way to end a login session. After each, nothing brings a saldo back.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bankClientId } from '../../local/demo-banks.ts';
import type { SpawnedHost } from '../../local/host/spawn.ts';
import { dsopCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { changedBank } from '../fixtures/changed-banks.ts';
import { rowsOf, sessionStates } from './feed.ts';
import { FrontEnd, type Reply } from './front-end.ts';

const people = dsopCustomers.map(({ nationalId }) => nationalId);
const person = (index: number) => people[index] ?? '';
const codeOf = ({ status, body }: Reply) => (body.code === undefined ? String(status) : `${status} ${body.code}`);

describe('logout', () => {
  let world: World;
  let other: SpawnedHost;
  let frontEnd: FrontEnd;
  let elsewhere: FrontEnd;
  beforeAll(async () => {
    world = await startTestWorld();
    other = await world.anotherHost();
    frontEnd = new FrontEnd(world);
    elsewhere = new FrontEnd({ ...world, apiUrl: `${other.url}/api` });
  });
  afterAll(() => world?.close());

  const { login, logoutToken, sign, subjectOf } = {
    login: (...given: Parameters<World['bankLogin']['control']['login']>) => world.bankLogin.control.login(...given),
    logoutToken: (of: Parameters<World['bankLogin']['control']['logoutToken']>[0]) =>
      world.bankLogin.control.logoutToken(of),
    sign: (...given: Parameters<World['bankLogin']['control']['sign']>) => world.bankLogin.control.sign(...given),
    subjectOf: (nationalId: string) => world.bankLogin.control.subjectOf(nationalId),
  };
  const notify = async (token: string, base = world.apiUrl) => {
    const reply = await fetch(`${base}/session/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
    });
    return { status: reply.status, headers: reply.headers, body: (await reply.json()) as Record<string, unknown> };
  };
  const everywhere = async (token: string) =>
    Promise.all(
      (
        [
          ['GET', '/saldo'],
          ['GET', '/consents/current'],
          ['GET', '/consents/log'],
          ['DELETE', '/consents/current'],
        ] as const
      ).map(async ([method, path], index) =>
        codeOf(await (index % 2 ? elsewhere : frontEnd).call(method, path, token)),
      ),
    );
  const ended = Array.from({ length: 4 }, () => '401 session-ended');

  test('DELETE /session: 204 twice, on every instance, and a late refresh of the page brings nothing back', async () => {
    const token = await login(person(0));
    await frontEnd.giveConsent(token);
    expect((await frontEnd.call('GET', '/saldo', token)).status).toBe(200);
    expect((await elsewhere.call('DELETE', '/session', token)).status).toBe(204);
    expect((await frontEnd.call('DELETE', '/session', token)).status).toBe(204);
    expect(await everywhere(token)).toEqual(ended);
    expect((await frontEnd.startConsent(token)).body.code).toBe('session-ended');
    expect(await sessionStates(world)).toEqual(['ended']);
    // Another login session of the same customer goes on.
    expect((await frontEnd.call('GET', '/saldo', await login(person(0)))).status).toBe(200);
  });

  test('an expired token still logs out, and gives access to no other route', async () => {
    const sid = 'expired-session';
    const fresh = await login(person(1), { sid });
    await frontEnd.giveConsent(fresh);
    expect((await frontEnd.call('GET', '/saldo', fresh)).status).toBe(200);
    const expired = await login(person(1), { sid, expiresInSeconds: -3600 });
    expect([...(await everywhere(expired)), codeOf(await frontEnd.startConsent(expired))]).toEqual(
      Array.from({ length: 5 }, () => '401 person-token-invalid'),
    );
    expect((await frontEnd.call('GET', '/saldo', fresh)).status).toBe(200);
    expect((await frontEnd.call('DELETE', '/session', expired)).status).toBe(204);
    expect(codeOf(await frontEnd.call('GET', '/saldo', fresh))).toBe('401 session-ended');
    const tooLate = await login(person(1), { sid: 'other', expiresInSeconds: -25 * 3600 });
    expect(codeOf(await frontEnd.call('DELETE', '/session', tooLate))).toBe('401 person-token-invalid');
  });

  test('back-channel by sid: that session ends on every instance, also one not seen before, and no other session ends', async () => {
    const [one, two] = [await login(person(2), { sid: 'two-1' }), await login(person(2), { sid: 'two-2' })];
    await frontEnd.giveConsent(one);
    for (const token of [one, two]) expect((await frontEnd.call('GET', '/saldo', token)).status).toBe(200);
    const reply = await notify(await logoutToken({ sid: 'two-1', sub: subjectOf(person(2)) }), `${other.url}/api`);
    expect([reply.status, reply.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await everywhere(one)).toEqual(ended);
    expect((await frontEnd.call('GET', '/saldo', two)).status).toBe(200);
    expect((await notify(await logoutToken({ sid: 'never-seen' }))).status).toBe(200);
    expect(await everywhere(await login(person(2), { sid: 'never-seen' }))).toEqual(ended);
  });

  test('back-channel by sub: all sessions end, also those not seen before; tokens issued later start new sessions', async () => {
    const seen = await login(person(3));
    const unseen = await login(person(3));
    await frontEnd.giveConsent(seen);
    expect((await frontEnd.call('GET', '/saldo', seen)).status).toBe(200);
    expect((await notify(await logoutToken({ sub: subjectOf(person(3)) }))).status).toBe(200);
    expect(await everywhere(seen)).toEqual(ended);
    expect(await everywhere(unseen)).toEqual(ended);
    const later = await login(person(3), { claims: { iat: Math.floor(Date.now() / 1000) + 5 } });
    expect((await frontEnd.call('GET', '/saldo', later)).status).toBe(200);
    // Another customer is not logged out.
    expect(codeOf(await frontEnd.call('GET', '/saldo', await login(person(4))))).toBe('403 consent-required');
  });

  test('a logout during a look-up wins: nothing is shown and nothing is held', async () => {
    const token = await login(person(5), { sid: 'during' });
    await frontEnd.giveConsent(token);
    world.lanekassen.control.failNext(1, { delayMs: 800 });
    const asked = frontEnd.call('GET', '/saldo', token);
    await expect.poll(() => sessionStates(world)).toContain('leased');
    expect((await notify(await logoutToken({ sid: 'during' }))).status).toBe(200);
    expect(codeOf(await asked)).toBe('401 session-ended');
    expect(await sessionStates(world)).not.toContain('leased');
  });

  test('a logout token is accepted once', async () => {
    const token = await logoutToken({ sid: 'replayed' });
    expect((await notify(token)).status).toBe(200);
    const again = await notify(token, `${other.url}/api`);
    expect([again.status, again.body.code, again.headers.get('cache-control')]).toEqual([
      400,
      'request-invalid',
      'no-store',
    ]);
  });

  const logoutEvent = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  test.each([
    ['no jti', { jti: undefined }],
    ['no events', { events: undefined }],
    ['another event', { events: { 'https://example/other': {} } }],
    ['events that are a list', { events: [logoutEvent] }],
    ['an event that is no object', { events: { 'http://schemas.openid.net/event/backchannel-logout': 'yes' } }],
    ['a nonce', { nonce: 'n' }],
    ['neither sid nor sub', { sid: undefined }],
    ['a sid that is no text', { sid: 7 }],
    ['another audience', { aud: 'studielan-api' }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['expired', { exp: Math.floor(Date.now() / 1000) - 3600 }],
    ['no exp', { exp: undefined }],
    ['no iat', { iat: undefined }],
    [
      'issued ahead of the clock',
      { iat: Math.floor(Date.now() / 1000) + 3600, exp: Math.floor(Date.now() / 1000) + 7200 },
    ],
  ])('400 for a logout token with %s, and the session goes on', async (_what, claims) => {
    const reply = await notify(await logoutToken({ sid: 'goes-on', claims }));
    expect([reply.status, reply.body.code]).toEqual([400, 'request-invalid']);
    expect(codeOf(await frontEnd.call('GET', '/saldo', await login(person(6), { sid: 'goes-on' })))).toBe(
      '403 consent-required',
    );
  });

  test('neither kind of token is accepted as the other; a forged one, one of type at+jwt and an unsigned one are refused', async () => {
    const now = Math.floor(Date.now() / 1000);
    const logout = await logoutToken({ sid: 'typed', sub: subjectOf(person(6)), claims: { pid: person(6) } });
    expect(codeOf(await frontEnd.call('GET', '/saldo', logout))).toBe('401 person-token-invalid');
    const own = await login(person(6), { claims: { aud: bankClientId } });
    expect((await notify(own)).status).toBe(400);
    const claims = {
      iss: world.bankLogin.url,
      aud: bankClientId,
      iat: now,
      exp: now + 60,
      jti: 'x1',
      sid: 'typed',
      events: logoutEvent,
    };
    expect((await notify(await sign(claims, { typ: 'at+jwt' }))).status).toBe(400);
    const unsigned = [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    expect((await notify(`${unsigned.join('.')}.`)).status).toBe(400);
    const [header, body] = (await sign(claims)).split('.');
    expect((await notify(`${header}.${body}.${Buffer.from('no signature').toString('base64url')}`)).status).toBe(400);
    expect((await notify(await sign({ ...claims, jti: 'x2' }))).status).toBe(200);
  });

  test('the form must have one logout_token, the right content type and a limited size', async () => {
    const post = async (init: RequestInit) =>
      (await fetch(`${world.apiUrl}/session/backchannel-logout`, { method: 'POST', ...init })).status;
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await post({ headers: form, body: 'x=1' })).toBe(400);
    expect(await post({ headers: form, body: 'logout_token=a&logout_token=b' })).toBe(400);
    expect(await post({ headers: { 'content-type': 'application/json' }, body: '{"logout_token":"a"}' })).toBe(400);
    expect(await post({ headers: form, body: `logout_token=${'a'.repeat(17_000)}` })).toBe(413);
    expect((await fetch(`${world.apiUrl}/session/backchannel-logout`)).status).toBe(404);
  });

  test('is not available without a logoutAudience', async () => {
    const off = await world.anotherHost(changedBank(world.environment, {}, { logoutAudience: undefined }));
    expect((await notify(await logoutToken({ sid: 'off' }), `${off.url}/api`)).status).toBe(400);
  });

  test("no sid, sub or jti is in the tables or in the hosts' output", async () => {
    const text = `${JSON.stringify(await rowsOf(world, 'sessions'))}${world.hostOutput()}`;
    for (const word of ['two-1', 'never-seen', 'replayed', ...people.map(subjectOf), ...people])
      expect(text.includes(word), word).toBe(false);
  });
});
