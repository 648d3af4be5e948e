// A key rotation while customers are served, by two hosts on the same table: first with the old key, then with the new one.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SpawnedHost } from '../../local/host/spawn.ts';
import { testCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { FrontEnd } from './front-end.ts';

const people = testCustomers.filter(({ accounts }) => accounts !== undefined).slice(0, 8);
let world: World;
let seenGrants = 0;
beforeAll(async () => {
  world = await startTestWorld();
  const frontEnd = new FrontEnd(world);
  for (const { nationalId } of people) {
    const token = await world.bankLogin.control.login(nationalId);
    await frontEnd.giveConsent(token);
    expect((await frontEnd.call('GET', '/saldo', token)).status).toBe(200);
  }
});
afterAll(() => world?.close());

const grants = () => world.maskinporten.control.grants().slice(seenGrants);
const login = (index: number) => world.bankLogin.control.login(people[index % people.length]?.nationalId ?? '');
const clientId = () => world.environment.MASKINPORTEN_CLIENT_ID ?? '';
const at = (host: SpawnedHost) => new FrontEnd({ ...world, apiUrl: `${host.url}/api` });

async function coldHost(changes: Record<string, string> = {}) {
  const host = await world.anotherHost(changes);
  return { host, frontEnd: at(host) };
}

test('a rotation under load loses no request: old and new key side by side, then the old one removed', async () => {
  const version = await world.keyVault.control.newVersion('maskinporten');
  const newSettings = {
    MASKINPORTEN_KEY_ID: world.keyVault.control.keyId('maskinporten', version),
    MASKINPORTEN_KID: 'rotated-1',
  };
  const old = await coldHost();
  world.maskinporten.control.registerKey(clientId(), {
    kid: 'rotated-1',
    jwk: world.keyVault.control.publicJwk('maskinporten', version),
  });
  let current = old.frontEnd;
  let over = false;
  const statuses: string[] = [];
  // Lånekassen forgets each consent first, so that every look-up fetches a consent token.
  const load = async (lane: number) => {
    for (let round = 0; !over; round++) {
      const index = lane * 4 + (round % 4);
      world.lanekassen.control.forget(people[index]?.nationalId ?? '');
      const { status, body } = await current.call('GET', '/saldo', await login(index));
      statuses.push(`${status} ${String(body.code ?? '')}`);
    }
  };
  const lanes = [load(0), load(1)];
  /** Each phase lasts until the given number of look-ups has been answered, on a machine of any speed. */
  const served = async (count: number) => {
    const from = statuses.length;
    await expect.poll(() => statuses.length - from, { timeout: 60_000 }).toBeGreaterThanOrEqual(count);
  };
  await served(8);
  const fresh = await coldHost(newSettings);
  current = fresh.frontEnd;
  await served(8);
  await old.host.stop();
  world.maskinporten.control.removeKey(clientId(), world.environment.MASKINPORTEN_KID ?? '');
  seenGrants = world.maskinporten.control.grants().length;
  await served(12);
  over = true;
  await Promise.all(lanes);
  expect(statuses.filter((status) => status !== '200 ')).toEqual([]);
  // The new key works alone after the old one has gone.
  expect(grants().filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  expect(grants().filter(({ status }) => status !== 200)).toEqual([]);
});
