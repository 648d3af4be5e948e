// A host is killed (SIGKILL) at a marked point and started again. The customer can continue, nothing is asked twice, and no event is lost.
// The tables are Azurite's and outlive the host.

import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type SpawnedHost, spawnHost } from '../../local/host/spawn.ts';
import { dsopCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { quickTest, slowTest } from '../part.ts';
import { holdNext } from '../wire-faults.ts';
import { beginSync, consentState, runSync, sessionStates } from './feed.ts';
import { FrontEnd } from './front-end.ts';

const people = dsopCustomers.map(({ nationalId }) => nationalId);
const person = (index: number) => people[index] ?? '';

describe('a host that is killed and started again', () => {
  let world: World;
  let host: SpawnedHost;
  let frontEnd: FrontEnd;
  beforeAll(async () => {
    world = await startTestWorld();
    host = world.host;
    frontEnd = new FrontEnd(world);
  });
  afterAll(async () => {
    if (host !== world?.host) await host?.stop();
    await world?.close();
  });

  const killAndStartAgain = async () => {
    const port = Number(new URL(world.apiUrl).port);
    await host.kill();
    host = await spawnHost({ port, env: world.environment });
  };
  const login = (nationalId: string) => world.bankLogin.control.login(nationalId);
  const requestsOf = (nationalId: string) =>
    world.altinn.control.requests().filter(({ from }) => from.endsWith(nationalId));
  /** A call whose answer never arrives. */
  const lost = (call: Promise<unknown>) => void call.catch(() => {});

  slowTest.each([
    { point: 'before', what: 'after storing the id, the POST never worked on', person: 0, inAltinn: 0 },
    { point: 'after', what: 'after the POST, its answer never received', person: 1, inAltinn: 1 },
  ] as const)('$what: there is one open request, and the customer can still get a saldo', async (row) => {
    const token = await login(person(row.person));
    const held = holdNext(world.altinn, row.point, (_, path) => path.endsWith('/consentrequests'));
    lost(frontEnd.startConsent(token));
    await held.reached;
    await killAndStartAgain();
    expect(requestsOf(person(row.person))).toHaveLength(row.inAltinn);
    expect((await frontEnd.call('GET', '/consents/current', token)).body.state).toBe('pending');
    const again = await frontEnd.startConsent(token);
    expect([again.status, again.body.state]).toEqual([200, 'pending']);
    expect(requestsOf(person(row.person))).toHaveLength(1);
    const id = frontEnd.consentIdOf(again);
    world.altinn.control.approve(id);
    expect(await frontEnd.comeBack(id)).toBe(`${world.bankUrl}/?studielan=accepted`);
    expect((await frontEnd.call('GET', '/saldo', token)).status).toBe(200);
    const log = await frontEnd.call('GET', '/consents/log', token);
    expect((log.body.entries as { event: string }[]).map(({ event }) => event)).toEqual([
      'saldo-fetched',
      'consent-accepted',
      'consent-requested',
    ]);
  });

  quickTest(
    "between token and look-up: the dead host's lease is taken over, and Lånekassen is called once",
    async () => {
      const token = await login(person(2));
      await frontEnd.giveConsent(token);
      const before = world.lanekassen.control.calls().length;
      const held = holdNext(world.altinn, 'after', (_, path) => path.endsWith('/lookup'));
      lost(frontEnd.call('GET', '/saldo', token));
      await held.reached;
      await killAndStartAgain();
      expect(await sessionStates(world)).toContain('leased');
      expect((await frontEnd.call('GET', '/saldo', token)).status).toBe(200);
      expect(world.lanekassen.control.calls().length).toBe(before + 1);
    },
  );

  slowTest('during the call to Lånekassen: the next look-up is answered', async () => {
    const token = await login(person(3));
    await frontEnd.giveConsent(token);
    const before = world.lanekassen.control.calls().length;
    world.lanekassen.control.failNext(1, { delayMs: 3000 });
    lost(frontEnd.call('GET', '/saldo', token));
    await expect.poll(() => sessionStates(world)).toContain('leased');
    await killAndStartAgain();
    expect((await frontEnd.call('GET', '/saldo', token)).status).toBe(200);
    // The first call may have been sent or not; there is never a third.
    expect(world.lanekassen.control.calls().length - before).toBeLessThanOrEqual(2);
  });

  slowTest('between event page and position: no event is lost, and no event is acted on twice', async () => {
    const [withdraws, accepts] = [await login(person(4)), await login(person(5))];
    const withdrawn = await frontEnd.giveConsent(withdraws);
    expect((await frontEnd.call('GET', '/saldo', withdraws)).status).toBe(200);
    const pending = frontEnd.consentIdOf(await frontEnd.startConsent(accepts));
    world.altinn.control.revoke(withdrawn);
    world.altinn.control.approve(pending);
    world.altinn.control.advanceFeed(6 * 60_000);
    // The withdrawal comes first in the feed; the run is then stopped at the read for the second event.
    const held = holdNext(world.altinn, 'before', (_, path) => /consentrequests\/[\da-f-]{36}$/.test(path));
    await beginSync(host);
    await held.reached;
    await killAndStartAgain();
    expect([await consentState(world, withdrawn), await consentState(world, pending)]).toEqual(['revoked', 'pending']);
    await frontEnd.giveConsent(withdraws);
    expect((await frontEnd.call('GET', '/saldo', withdraws)).status).toBe(200);
    const heldNow = await sessionStates(world);
    // The dead run keeps the feed's lease for ten seconds more.
    await expect.poll(() => runSync(host), { timeout: 20_000, interval: 500 }).toBe('complete');
    expect(await consentState(world, pending)).toBe('accepted');
    expect(await sessionStates(world)).toEqual(heldNow);
    expect((await frontEnd.call('GET', '/saldo', withdraws)).status).toBe(200);
  });
});
