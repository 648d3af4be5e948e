// The look-up when Lånekassen, the token or the session fail or differ from the usual case.
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';
import { ownCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { policyApp, policyChanges } from '../fixtures/policy-app/policy-app.ts';
import { slowTest, quickTest as test } from '../part.ts';
import { sessionStates } from './feed.ts';
import { FrontEnd, type Reply } from './front-end.ts';

const own = (kind: string) => ownCustomers.find((customer) => customer.case.includes(kind))?.nationalId ?? '';
const customer = '02095302184';
const brief = (reply: Reply) => [reply.status, reply.body.code];

describe('the look-up', () => {
  let world: World;
  let frontEnd: FrontEnd;
  beforeAll(async () => {
    // Time limits short enough for a test to wait for, and a lease long enough to be renewed on the way. The event feed does not run each
    // minute: a fresh feed would replace an Altinn that does not answer.
    world = await startTestWorld({
      settings: { REQUEST_DEADLINE_MS: '6000', ...policyChanges({ lanekassen: { tryMs: 4000 } }) },
      root: await policyApp(),
    });
    frontEnd = new FrontEnd(world);
    await frontEnd.giveConsent(await login(customer));
  });
  afterAll(() => world?.close());
  beforeEach(() => {
    world.lanekassen.control.noFaults();
    world.lanekassen.control.setDelay(0);
  });

  const login = (nationalId = customer, overrides = {}) => world.bankLogin.control.login(nationalId, overrides);
  const lookUp = (token: string, headers: Record<string, string> = {}) =>
    frontEnd.call('GET', '/saldo', token, { headers });
  const calls = () => world.lanekassen.control.calls();

  test('404: not a customer, which is held for the session; the consent token does not count as accepted', async () => {
    const nationalId = own('ikke kunde');
    const token = await login(nationalId);
    await frontEnd.giveConsent(token);
    const before = calls().length;
    expect(brief(await lookUp(token))).toEqual([404, 'not-a-customer']);
    expect(brief(await lookUp(token))).toEqual([404, 'not-a-customer']);
    expect(
      calls()
        .slice(before)
        .map(({ status }) => status),
    ).toEqual([404]);
    expect(brief(await lookUp(await login(nationalId)))).toEqual([404, 'not-a-customer']);
    expect(calls().at(-1)).toMatchObject({ status: 404, withConsentToken: true });
  });

  test('a negative saldo and an unknown account name are shown as they are', async () => {
    const negative = await login(own('negativ'));
    await frontEnd.giveConsent(negative);
    expect((await lookUp(negative)).body).toMatchObject({
      total: { amount: '-1250.75' },
      accounts: [{ type: 'lan', balance: { amount: '-1250.75' } }],
    });
    const unknown = await login(own('ukjent kontonavn'));
    await frontEnd.giveConsent(unknown);
    expect((await lookUp(unknown)).body).toMatchObject({
      total: { amount: '91567.89' },
      accounts: [{ type: 'lan' }, { type: 'annet', name: 'Etterbetaling', balance: { amount: '333.33' } }],
    });
    expect(world.hostOutput()).toContain('"event":"unknown-account"');
  });

  test('a TotalAmount that differs is not shown', async () => {
    world.lanekassen.control.setTotalAmount(customer, '0');
    expect((await lookUp(await login())).body).toMatchObject({ total: { amount: '313090.24' } });
    world.lanekassen.control.setTotalAmount(customer, undefined);
  });

  test('twenty look-ups of one session at the same moment make one call and get one answer', async () => {
    world.lanekassen.control.setDelay(300);
    const token = await login();
    const before = calls().length;
    const replies = await Promise.all(Array.from({ length: 20 }, () => lookUp(token)));
    expect(new Set(replies.map((reply) => JSON.stringify(reply.body))).size).toBe(1);
    expect(replies[0]?.status).toBe(200);
    expect(calls().length - before).toBe(1);
  });

  slowTest('two host processes on the same table make one call', async () => {
    const other = await world.anotherHost();
    world.lanekassen.control.setDelay(1200);
    const token = await login();
    const before = calls().length;
    const there = new FrontEnd({ ...world, apiUrl: `${other.url}/api` });
    const replies = await Promise.all([
      lookUp(token),
      there.call('GET', '/saldo', token),
      lookUp(token),
      there.call('GET', '/saldo', token),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(calls().length - before).toBe(1);
    // A logout on one host counts on the other.
    expect((await there.call('DELETE', '/session', token)).status).toBe(204);
    expect(brief(await lookUp(token))).toEqual([401, 'session-ended']);
    await other.stop();
  });

  test('a logout during the look-up wins: nothing is answered, nothing is held', async () => {
    world.lanekassen.control.setDelay(1500);
    const token = await login();
    const running = lookUp(token);
    await expect.poll(() => sessionStates(world), { timeout: 5000 }).toContain('leased');
    expect((await frontEnd.call('DELETE', '/session', token)).status).toBe(204);
    expect(brief(await running)).toEqual([401, 'session-ended']);
    expect(await sessionStates(world)).not.toContain('leased');
  });

  slowTest(
    'when the time runs out the answer is `saldo-not-ready`, the fetch continues, and the second look-up makes no call to Lånekassen',
    async () => {
      world.lanekassen.control.setDelay(2500);
      const token = await login();
      const before = calls().length;
      const first = await lookUp(token, { prefer: 'wait=1' });
      expect(brief(first)).toEqual([503, 'saldo-not-ready']);
      const retryAfter = Number(first.headers.get('retry-after'));
      expect(retryAfter).toBeGreaterThanOrEqual(2);
      expect(retryAfter).toBeLessThanOrEqual(5);
      expect(first.body.retryAfterSeconds).toBe(retryAfter);
      expect(first.headers.get('access-control-expose-headers')).toBe('Retry-After, X-Request-Id');
      await new Promise((resolve) => setTimeout(resolve, retryAfter * 1000));
      expect((await lookUp(token)).status).toBe(200);
      expect(calls().length - before).toBe(1);
    },
  );

  test.each([
    [500, 'upstream-unavailable', 503, 2],
    [503, 'upstream-unavailable', 503, 2],
    [429, 'upstream-busy', 503, 1],
    [400, 'configuration', 503, 1],
    [418, 'upstream-invalid-reply', 502, 1],
  ])('Lånekassen answers %i: %s, with the right number of attempts', async (status, code, answered, attempts) => {
    world.lanekassen.control.failNext(5, { status });
    const before = calls().length;
    const reply = await lookUp(await login());
    expect(brief(reply)).toEqual([answered, code]);
    expect(calls().length - before).toBe(attempts);
    expect(
      new Set(
        calls()
          .slice(before)
          .map(({ requestId }) => requestId),
      ).size,
    ).toBe(attempts);
    expect(reply.headers.has('retry-after')).toBe(code.startsWith('upstream-') && answered === 503);
  });

  slowTest(
    "a 429 with a delay longer than the customer's time is reported in full, and the look-up continues",
    async () => {
      // The test has a host of its own, so that no other test waits for the delay.
      const other = await world.anotherHost({ REQUEST_DEADLINE_MS: '2500' });
      const there = new FrontEnd({ ...world, apiUrl: `${other.url}/api` });
      world.lanekassen.control.failNext(1, { status: 429, headers: { 'retry-after': '4' } });
      const token = await login();
      const before = calls().length;
      const reply = await there.call('GET', '/saldo', token);
      expect(brief(reply)).toEqual([503, 'upstream-busy']);
      const toldSeconds = Number(reply.headers.get('retry-after'));
      expect(calls().length - before).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, toldSeconds * 1000));
      expect((await there.call('GET', '/saldo', token)).status).toBe(200);
      expect(calls().length - before).toBe(2);
      const at = calls()
        .slice(before)
        .map((call) => call.at);
      expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(4000);
      expect(toldSeconds).toBeGreaterThanOrEqual(4);
      // The delay with a jitter of a fifth, and a second for the place in the queue with the same jitter.
      expect(toldSeconds).toBeLessThanOrEqual(Math.ceil((4 * 1.2 + 1) * 1.2));
    },
  );

  slowTest('after one 500 the call is retried, and the customer sees the saldo', async () => {
    world.lanekassen.control.failNext(1, { status: 500 });
    expect((await lookUp(await login())).status).toBe(200);
  });

  test('401: the shared token is renewed once, with a fresh consent token; a second 401 is configuration', async () => {
    const grants = world.maskinporten.control.grants().length;
    world.lanekassen.control.failNext(1, { status: 401 });
    expect((await lookUp(await login())).status).toBe(200);
    expect(
      world.maskinporten.control
        .grants()
        .slice(grants)
        .map(({ withConsent }) => withConsent)
        .sort(),
    ).toEqual([false, true]);
    world.lanekassen.control.failNext(2, { status: 401 });
    expect(brief(await lookUp(await login()))).toEqual([503, 'configuration']);
  });

  test('403 without a consent token: Lånekassen no longer knows the consent, and one fresh token fixes it', async () => {
    world.lanekassen.control.forget(customer);
    const before = calls().length;
    expect((await lookUp(await login())).status).toBe(200);
    expect(
      calls()
        .slice(before)
        .map(({ status, withConsentToken }) => [status, withConsentToken]),
    ).toEqual([
      [403, false],
      [200, true],
    ]);
  });

  test('403 with a consent token, while Altinn says accepted: in doubt, checked once a login, and replaceable once a day', async () => {
    const nationalId = '08027201815';
    const token = await login(nationalId);
    await frontEnd.giveConsent(token);
    world.lanekassen.control.failNext(1, { status: 403 });
    const refused = await lookUp(token);
    expect([...brief(refused), refused.body.consent]).toEqual([403, 'consent-refused', { state: 'accepted' }]);
    const { body: current } = await frontEnd.call('GET', '/consents/current', token);
    expect(current.state).toBe('accepted');
    // A new request is allowed.
    expect(Date.parse(String(current.renewFrom))).toBeLessThanOrEqual(Date.now());
    // This login has checked the doubt, so neither Altinn nor Lånekassen is called again.
    const asked = [calls().length, world.altinn.control.calls().length];
    expect(brief(await lookUp(token))).toEqual([403, 'consent-refused']);
    expect([calls().length, world.altinn.control.calls().length]).toEqual(asked);
    // A replacement that the customer refuses has replaced nothing: the consent in force is still in doubt.
    const replacement = await frontEnd.startConsent(token);
    expect(replacement.status).toBe(201);
    world.altinn.control.reject(frontEnd.consentIdOf(replacement));
    expect(brief(await lookUp(token))).toEqual([403, 'consent-refused']);
    // The next login checks again, and a success removes the doubt.
    world.lanekassen.control.failNext(1, { status: 403 });
    expect(brief(await lookUp(await login(nationalId)))).toEqual([403, 'consent-refused']);
    expect((await lookUp(await login(nationalId))).status).toBe(200);
    expect((await lookUp(token)).status).toBe(200);
    await frontEnd.call('DELETE', '/consents/current', token);
    await frontEnd.giveConsent(token);
    world.lanekassen.control.failNext(1, { status: 403 });
    expect(brief(await lookUp(await login(nationalId)))).toEqual([403, 'consent-refused']);
    // On the same day a refused consent may be replaced once, and no more.
    await frontEnd.giveConsent(token);
    world.lanekassen.control.failNext(1, { status: 403 });
    expect(brief(await lookUp(await login(nationalId)))).toEqual([403, 'consent-refused']);
    expect(brief(await frontEnd.startConsent(await login(nationalId)))).toEqual([403, 'consent-refused']);
  });

  test.each([
    ['another content type', { bodyText: '{}', headers: { 'content-type': 'text/html' } }],
    ['truncated JSON', { bodyText: '{"Accounts":[' }],
    ['wrong types', { bodyText: '{"Accounts":[{"Name":"Lån","Balances":[],"Bban":5}]}' }],
    ['a body of 300 kB', { bodyText: `{"Accounts":[],"x":"${'x'.repeat(300_000)}"}` }],
  ])('a 200 with %s breaks the contract: 502, one attempt, nothing held', async (_name, fault) => {
    world.lanekassen.control.failNext(1, fault);
    const before = calls().length;
    const token = await login();
    expect(brief(await lookUp(token))).toEqual([502, 'upstream-invalid-reply']);
    expect(calls().length - before).toBe(1);
  });

  test("another person's Bban in the answer is never shown", async () => {
    const body = `{"Accounts":[{"Name":"Lån","Bban":"01085301957","Assert":"","Balances":[{"BalanceType":"closingBooked","BalanceAmount":{"currency":"NOK","amount":1.0},"LastChangeDateTime":"2026-10-15T21:02:11Z"}]}],"TotalAmount":1.0}`;
    world.lanekassen.control.failNext(1, { bodyText: body });
    expect(brief(await lookUp(await login()))).toEqual([502, 'upstream-invalid-reply']);
  });

  test('while Altinn does not answer, Lånekassen is not called, because the consent is not verified', async () => {
    world.altinn.control.failNext(10, { route: 'read', status: 503 });
    const before = calls().length;
    const reply = await lookUp(await login());
    expect(brief(reply)).toEqual([503, 'consent-unverifiable']);
    expect(reply.headers.get('retry-after')).toBe('30');
    expect(calls().length).toBe(before);
    world.altinn.control.noFaults();
  });

  test('a sid with another person is refused in every state', async () => {
    const sid = 'shared-sid';
    const token = await login(customer, { sid });
    expect((await lookUp(token)).status).toBe(200);
    expect(brief(await lookUp(await login('01085301957', { sid })))).toEqual([401, 'person-token-invalid']);
    await frontEnd.call('DELETE', '/session', token);
    expect(brief(await lookUp(await login('01085301957', { sid })))).toEqual([401, 'person-token-invalid']);
    expect(world.hostOutput()).toContain('"event":"session-of-another-person"');
  });

  test('logout accepts an expired token; no other call does', async () => {
    const token = await login(customer, { expiresInSeconds: -120 });
    expect(brief(await lookUp(token))).toEqual([401, 'person-token-invalid']);
    expect((await frontEnd.call('DELETE', '/session', token)).status).toBe(204);
    const ancient = await login(customer, { expiresInSeconds: -25 * 3600 });
    expect(brief(await frontEnd.call('DELETE', '/session', ancient))).toEqual([401, 'person-token-invalid']);
  });

  test('without a token the answer is 401 with a challenge, and no upstream is called', async () => {
    const before = [calls().length, world.altinn.control.calls().length, world.identity.control.calls()];
    for (const [method, path] of [
      ['GET', '/saldo'],
      ['POST', '/consents'],
      ['GET', '/consents/current'],
      ['DELETE', '/consents/current'],
      ['DELETE', '/session'],
    ] as const) {
      const reply = await frontEnd.call(method, path);
      expect(brief(reply)).toEqual([401, 'person-token-missing']);
      expect(reply.headers.get('www-authenticate')).toBe('Bearer');
      expect(reply.headers.get('content-type')).toBe('application/problem+json');
    }
    expect([calls().length, world.altinn.control.calls().length, world.identity.control.calls()]).toEqual(before);
  });

  test('the sweep deletes rows past their time, and no others', async () => {
    const token = await login();
    expect((await lookUp(token)).status).toBe(200);
    const sweep = await fetch(`${world.host.url}/admin/functions/purge-expired`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"input":""}',
    });
    expect(sweep.status).toBe(202);
    await expect.poll(() => world.hostOutput()).toContain('"event":"purge-expired"');
    expect((await lookUp(token)).status).toBe(200);
  });
});
