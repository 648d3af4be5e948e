// What a browser, an impatient customer or another person can do on the way to a consent: none of it gives access to anything.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dsopCustomers, ownCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { FrontEnd } from './front-end.ts';

const [first, second, third, fourth, fifth, sixth] = dsopCustomers.map(({ nationalId }) => nationalId) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
const own = (kind: string) => ownCustomers.find((customer) => customer.case.includes(kind))?.nationalId ?? '';

describe('the way to a consent', () => {
  let world: World;
  let frontEnd: FrontEnd;
  beforeAll(async () => {
    world = await startTestWorld();
    frontEnd = new FrontEnd(world);
  });
  afterAll(() => world?.close());

  const login = (nationalId: string) => world.bankLogin.control.login(nationalId);
  const requestOf = (id: string) => world.altinn.control.requests().find((request) => request.id === id);
  const callbackOf = (id: string) => requestOf(id)?.redirectUrl ?? '';

  test("Altinn's request has our own UUID, only the customer may answer it, it lasts a year less two hours, and it names the bank", async () => {
    const token = await login(first);
    const asked = await frontEnd.startConsent(token);
    expect(asked.status).toBe(201);
    expect(Object.keys(asked.body).sort()).toEqual(['consentUrl', 'state']);
    const request = requestOf(frontEnd.consentIdOf(asked));
    expect(request).toMatchObject({
      from: `urn:altinn:person:identifier-no:${first}`,
      requiredDelegator: `urn:altinn:person:identifier-no:${first}`,
      to: 'urn:altinn:organization:identifier-no:310000019',
      status: 'Created',
      resourceIds: ['slk_5498_1'],
      metadata: { navn: 'Eksempelbanken ASA' },
    });
    const nextYear = new Date();
    nextYear.setUTCFullYear(nextYear.getUTCFullYear() + 1);
    const askedFor = Date.parse(request?.validTo ?? '');
    expect(askedFor).toBeLessThanOrEqual(nextYear.getTime() - 2 * 3_600_000);
    expect(askedFor).toBeGreaterThan(nextYear.getTime() - 25 * 3_600_000 - 60_000);
    expect(callbackOf(frontEnd.consentIdOf(asked))).toMatch(/\/api\/consents\/callback\?state=[\w-]{43}$/);
  });

  test('a second POST returns the open request, and its return URL becomes the newest one', async () => {
    const token = await login(first);
    const before = world.altinn.control.requests().length;
    const again = await frontEnd.startConsent(token, `${world.bankUrl}/nettbank?side=lån#kort`);
    expect(again.status).toBe(200);
    expect(again.body.state).toBe('pending');
    expect(world.altinn.control.requests().length).toBe(before);
    const id = frontEnd.consentIdOf(again);
    expect(await frontEnd.comeBack(id)).toBe(`${world.bankUrl}/nettbank?side=l%C3%A5n&studielan=pending#kort`);
  });

  test('twenty POSTs at the same moment lead to one open request', async () => {
    const token = await login(second);
    const before = world.altinn.control.requests().length;
    const replies = await Promise.all(Array.from({ length: 20 }, () => frontEnd.startConsent(token)));
    expect([...new Set(replies.map((reply) => frontEnd.consentIdOf(reply)))]).toHaveLength(1);
    expect(replies.filter((reply) => reply.status === 201)).toHaveLength(1);
    expect(world.altinn.control.requests().length).toBe(before + 1);
    const id = frontEnd.consentIdOf(replies[0] as never);
    world.altinn.control.approve(id);
    expect(await frontEnd.comeBack(id)).toBe(`${world.bankUrl}/?studielan=accepted`);
  });

  test('a forged Status=OK is ignored, because the answer is read in Altinn', async () => {
    const token = await login(third);
    const id = frontEnd.consentIdOf(await frontEnd.startConsent(token));
    expect(await frontEnd.open(`${callbackOf(id)}&Status=OK`)).toBe(`${world.bankUrl}/?studielan=pending`);
    const saldo = await frontEnd.call('GET', '/saldo', token);
    expect([saldo.status, saldo.body.code, saldo.body.consent]).toEqual([403, 'consent-pending', { state: 'pending' }]);
    world.altinn.control.reject(id);
    expect(await frontEnd.open(`${callbackOf(id)}&Status=OK&status=ok`)).toBe(`${world.bankUrl}/?studielan=rejected`);
    expect((await frontEnd.call('GET', '/saldo', token)).body.code).toBe('consent-rejected');
    expect((await frontEnd.call('GET', '/consents/current', token)).body).toEqual({ state: 'rejected' });
    expect((await frontEnd.startConsent(token)).status).toBe(201);
  });

  test('a repeated callback changes nothing and leads to the same page; it sets no cookie and has no body', async () => {
    const token = await login(fourth);
    const id = await frontEnd.giveConsent(token);
    for (let time = 0; time < 3; time++) {
      const reply = await fetch(`${callbackOf(id)}&Status=Failed&ErrorMessage=<script>`, { redirect: 'manual' });
      expect(reply.status).toBe(303);
      expect(reply.headers.get('location')).toBe(`${world.bankUrl}/?studielan=accepted`);
      expect(reply.headers.get('set-cookie')).toBeNull();
      expect(reply.headers.get('cache-control')).toBe('no-store');
      expect(reply.headers.get('referrer-policy')).toBe('no-referrer');
      expect(await reply.text()).toBe('');
    }
    expect((await frontEnd.call('GET', '/consents/current', token)).body.state).toBe('accepted');
  });

  test.each([
    ['missing', ''],
    ['empty', '?state='],
    ['made up', `?state=${'A'.repeat(43)}`],
    ['of another form', '?state=../../etc'],
    ['repeated', '?state=a&state=b'],
  ])('a state that is %s leads to the default return URL with `unknown`', async (_name, query) => {
    expect(await frontEnd.open(`${world.apiUrl}/consents/callback${query}`)).toBe(
      `${world.bankUrl}/?studielan=unknown`,
    );
  });

  test('a real state that occurs twice in one address leads to `unknown` too', async () => {
    const id = frontEnd.consentIdOf(await frontEnd.startConsent(await login(fifth)));
    const state = new URL(callbackOf(id)).searchParams.get('state') ?? '';
    expect(await frontEnd.open(`${world.apiUrl}/consents/callback?state=${state}&state=${state}`)).toBe(
      `${world.bankUrl}/?studielan=unknown`,
    );
  });

  test.each([
    'https://evil.example/',
    'http://127.0.0.1:1/',
    '//evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
  ])('the return URL %s is refused, and no request is created', async (returnUrl) => {
    const before = world.altinn.control.requests().length;
    const reply = await frontEnd.startConsent(await login(sixth), returnUrl);
    expect([reply.status, reply.body.code]).toEqual([400, 'return-url-not-allowed']);
    expect(JSON.stringify(reply.body)).not.toContain('evil');
    expect(world.altinn.control.requests().length).toBe(before);
  });

  test('a consent of another person, bank or resource is never used', async () => {
    const token = await login(sixth);
    const id = frontEnd.consentIdOf(await frontEnd.startConsent(token));
    world.altinn.control.approve(id);
    const calls = world.lanekassen.control.calls().length;
    for (const fields of [
      { from: `urn:altinn:person:identifier-no:${first}` },
      { to: 'urn:altinn:organization:identifier-no:310000027' },
      {
        consentRights: [
          { action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: 'another' }], metadata: {} },
        ],
      },
      { validTo: '2031-01-01T00:00:00+00:00' },
    ]) {
      world.altinn.control.override(id, fields);
      expect(await frontEnd.comeBack(id)).toBe(`${world.bankUrl}/?studielan=failed`);
      const saldo = await frontEnd.call('GET', '/saldo', token);
      expect([saldo.status, saldo.body.code]).toEqual([403, 'consent-person-mismatch']);
    }
    world.altinn.control.override(id, {});
    expect(world.lanekassen.control.calls().length).toBe(calls);
    expect(world.hostOutput()).toContain('"event":"consent-mismatch"');
    expect((await frontEnd.call('GET', '/saldo', token)).status).toBe(200);
  });

  test('after a withdrawal in Altinn a new login session is refused at once, and no consent token is fetched', async () => {
    const token = await login(second);
    expect((await frontEnd.call('GET', '/saldo', token)).status).toBe(200);
    const grants = world.maskinporten.control.grants().length;
    const id =
      world.altinn.control
        .requests()
        .filter((request) => request.from.endsWith(second) && request.status === 'Accepted')[0]?.id ?? '';
    world.altinn.control.revoke(id);
    const calls = world.lanekassen.control.calls().length;
    const saldo = await frontEnd.call('GET', '/saldo', await login(second));
    expect([saldo.status, saldo.body.code, saldo.body.consent]).toEqual([403, 'consent-revoked', { state: 'revoked' }]);
    // The saldo that the first session held is erased as well.
    expect((await frontEnd.call('GET', '/saldo', token)).body.code).toBe('consent-revoked');
    expect(world.lanekassen.control.calls().length).toBe(calls);
    expect(world.maskinporten.control.grants().length).toBe(grants);
  });

  test("an end at the bank ends the use at once and erases the held saldo; the answer names Altinn's page for withdrawing", async () => {
    const token = await login(fourth);
    expect((await frontEnd.call('GET', '/saldo', token)).status).toBe(200);
    const ended = await frontEnd.call('DELETE', '/consents/current', token);
    expect([ended.status, ended.body]).toEqual([
      200,
      { state: 'none', withdrawUrl: `${world.altinn.url}/accessmanagement/ui/consent/active` },
    ]);
    const calls = world.lanekassen.control.calls().length;
    expect((await frontEnd.call('GET', '/saldo', token)).body.code).toBe('consent-required');
    expect(world.lanekassen.control.calls().length).toBe(calls);
    const asked = await frontEnd.startConsent(token);
    expect(asked.status).toBe(201);
  });

  test('an end at the bank during a look-up: no saldo is returned or held, and Lånekassen is not called', async () => {
    const nationalId = own('negativ');
    const token = await login(nationalId);
    await frontEnd.giveConsent(token);
    const calls = world.lanekassen.control.calls().length;
    world.altinn.control.setDelay(1200);
    const running = frontEnd.call('GET', '/saldo', token);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await frontEnd.call('DELETE', '/consents/current', token)).status).toBe(200);
    const answered = await running;
    world.altinn.control.setDelay(0);
    expect([answered.status, answered.body.code]).toEqual([403, 'consent-required']);
    expect((await frontEnd.call('GET', '/saldo', token)).body.code).toBe('consent-required');
    expect(world.lanekassen.control.calls().length).toBe(calls);
  });

  test('a request that the customer ended before answering leads the browser back with `unknown`, and the answer is never used', async () => {
    const token = await login(own('sier nei'));
    const id = frontEnd.consentIdOf(await frontEnd.startConsent(token, `${world.bankUrl}/kort`));
    await frontEnd.call('DELETE', '/consents/current', token);
    world.altinn.control.approve(id);
    expect(await frontEnd.comeBack(id)).toBe(`${world.bankUrl}/kort?studielan=unknown`);
    expect((await frontEnd.call('GET', '/saldo', token)).body.code).toBe('consent-required');
  });

  test('an outage of Altinn during the callback leads to `pending`; the answer is found the next time the state is read', async () => {
    const token = await login(own('ukjent kontonavn'));
    const id = frontEnd.consentIdOf(await frontEnd.startConsent(token));
    world.altinn.control.approve(id);
    const way = world.altinn.control.redirectFor(id);
    world.altinn.control.failNext(10, { route: 'read', status: 503 });
    expect(await frontEnd.open(way)).toBe(`${world.bankUrl}/?studielan=pending`);
    world.altinn.control.noFaults();
    await expect
      .poll(async () => (await frontEnd.call('GET', '/consents/current', token)).body.state, { timeout: 20_000 })
      .toBe('accepted');
  });
});
