// Faults that an outside tester once found: each was a 500, a lasting outage, or a browser left with JSON.
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { slowTest, quickTest as test } from '../part.ts';
import { changeConsent } from './feed.ts';
import { FrontEnd } from './front-end.ts';

describe('faults found by an outside tester', () => {
  let world: World;
  let frontEnd: FrontEnd;
  beforeAll(async () => {
    world = await startTestWorld({ settings: { REQUEST_DEADLINE_MS: '2500' } });
    frontEnd = new FrontEnd(world);
  });
  afterAll(() => world?.close());
  const login = (nationalId: string) => world.bankLogin.control.login(nationalId);

  slowTest(
    'an Altinn slower than our deadline: the browser is led back with `pending`, and the page still sees `pending`',
    async () => {
      const token = await login('02095302184');
      const id = frontEnd.consentIdOf(await frontEnd.startConsent(token));
      world.altinn.control.setDelay(6000);
      const way = world.altinn.control.redirectFor(id);
      expect(await frontEnd.open(way)).toBe(`${world.bankUrl}/?studielan=pending`);
      const current = await frontEnd.call('GET', '/consents/current', token);
      expect([current.status, current.body.state]).toEqual([200, 'pending']);
      world.altinn.control.setDelay(0);
    },
  );

  test.each([
    ['of 40 000 characters', `/accessmanagement/ui/consent/request?id=${'x'.repeat(40_000)}`],
    ['with a line break in it', '/accessmanagement/ui\r\nSet-Cookie: x'],
  ])('a viewUri %s is an invalid reply of Altinn (502), and the next request succeeds', async (_what, path) => {
    world.altinn.control.override('*', { viewUri: `${world.altinn.url}${path}` });
    const token = await login('04024701293');
    const reply = await frontEnd.startConsent(token);
    world.altinn.control.override('*', {});
    expect([reply.status, reply.body.code]).toEqual([502, 'upstream-invalid-reply']);
    const again = await frontEnd.startConsent(token);
    expect([again.body.state, new URL(String(again.body.consentUrl)).origin]).toEqual(['pending', world.altinn.url]);
    await frontEnd.call('DELETE', '/consents/current', token);
  });

  test('a return URL that becomes three times as long when encoded is refused', async () => {
    const reply = await frontEnd.startConsent(await login('04056200784'), `${world.bankUrl}/${'漢'.repeat(1500)}`);
    expect([reply.status, reply.body.code]).toEqual([400, 'return-url-not-allowed']);
  });

  slowTest('a look-up finds a renewal that was accepted without a callback', async () => {
    const renewing = await startTestWorld();
    try {
      const there = new FrontEnd(renewing);
      const token = await renewing.bankLogin.control.login('06095300381');
      const first = await there.giveConsent(token);
      // The consent is close to its end.
      await changeConsent(renewing, first, { validTo: Date.now() + 10 * 86_400_000 });
      const asked = await there.startConsent(token);
      expect(asked.status).toBe(201);
      // The renewal is accepted in Altinn, the way back is lost, and the old consent is withdrawn.
      renewing.altinn.control.approve(there.consentIdOf(asked));
      renewing.altinn.control.revoke(first);
      const saldo = await there.call('GET', '/saldo', await renewing.bankLogin.control.login('06095300381'));
      expect([saldo.status, saldo.body.total]).toEqual([200, { amount: '67.14', currency: 'NOK' }]);
    } finally {
      await renewing.close();
    }
  });

  test('tables that are gone are created again and alerted; no call is answered with 500', async () => {
    const token = await login('07017900514');
    expect((await frontEnd.call('GET', '/consents/current', token)).status).toBe(200);
    for (const name of ['consents', 'sessions'])
      await TableClient.fromConnectionString(world.azurite.connectionString, name, {
        allowInsecureConnection: true,
      }).deleteTable();
    expect((await frontEnd.call('GET', '/consents/current', token)).body).toEqual({ state: 'none' });
    expect((await frontEnd.call('DELETE', '/session', token)).status).toBe(204);
    expect((await frontEnd.call('GET', '/consents/current', token)).body.code).toBe('session-ended');
    expect((await fetch(`${world.apiUrl}/health/ready`)).status).toBe(200);
    expect(world.hostOutput()).toContain('"event":"table-missing"');
  });
});
