// One call for each login session (duty C-4), with four real host processes on one table.

import { setTimeout as sleep } from 'node:timers/promises';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SpawnedHost } from '../../local/host/spawn.ts';
import { testBank } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { bankSecrets } from '../../shared/bank/bank-secrets.ts';
import { NationalId } from '../../shared/person/national-id.ts';
import { Secret } from '../../shared/person/secret.ts';
import { createHeldSaldo } from '../../shared/saldo/held-saldo.ts';
import { policyApp, policyChanges } from '../fixtures/policy-app/policy-app.ts';
import { documentsOf, rowsOf, sessionStates } from '../integration/feed.ts';
import { FrontEnd, type Reply } from '../integration/front-end.ts';
import { anyKey } from '../unit/support/any-key.ts';
import { wireFaultsOf } from '../wire-faults.ts';

const person = '04125300311';
let world: World;
let hosts: SpawnedHost[];
let token: string;

const at = (host: SpawnedHost) => new FrontEnd({ ...world, apiUrl: `${host.url}/api` });
/** Since the test began. */
const lanekassenCalls = () => world.lanekassen.control.calls().length - callsBefore;
let callsBefore = 0;
/** Ignores an error when the host dies. */
const ask = (host: SpawnedHost): Promise<Reply | undefined> =>
  at(host)
    .call('GET', '/saldo', token)
    .catch(() => undefined);
const isAlive = (host: SpawnedHost) =>
  fetch(`${host.url}/api/health/live`).then(
    ({ ok }) => ok,
    () => false,
  );
/** The rows of earlier tests, so each test counts its own. */
async function eraseSessions(): Promise<void> {
  const { connectionString } = world.azurite;
  const table = TableClient.fromConnectionString(connectionString, 'sessions', { allowInsecureConnection: true });
  for await (const { partitionKey = '', rowKey = '' } of table.listEntities())
    await table.deleteEntity(partitionKey, rowKey);
}
const rowsInState = async (state: string) => (await sessionStates(world)).filter((one) => one === state).length;
/** Every text in a stored value, including those inside a document. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
  if (typeof value !== 'string') return [];
  return [value, ...(value.startsWith('{') ? textsIn(JSON.parse(value)) : [])];
}

beforeAll(async () => {
  // Time enough for a busy machine with two cores that starts four hosts. The test counts who calls whom, not how fast.
  world = await startTestWorld({
    settings: {
      REQUEST_DEADLINE_MS: '40000',
      ...policyChanges({
        tables: { tryMs: 10_000, totalMs: 20_000 },
        personTokenIssuer: { tryMs: 20_000, totalMs: 20_000 },
      }),
    },
    root: await policyApp(),
  });
  hosts = [world.host];
  for (let index = 0; index < 3; index++) hosts.push(await world.anotherHost());
  await at(world.host).giveConsent(await world.bankLogin.control.login(person));
}, 120_000);
beforeEach(async () => {
  for (const [index, host] of hosts.entries()) if (!(await isAlive(host))) hosts[index] = await world.anotherHost();
  await eraseSessions();
  world.lanekassen.control.setDelay(0);
  world.lanekassen.control.noFaults();
  wireFaultsOf(world.lanekassen).clear();
  wireFaultsOf(world.lanekassen).forget();
  callsBefore = world.lanekassen.control.calls().length;
  token = await world.bankLogin.control.login(person);
}, 60_000);
afterAll(() => world?.close());

describe('four hosts on one table', () => {
  it('200 first look-ups of one session at once make one call to Lånekassen', async () => {
    world.lanekassen.control.setDelay(1500);
    const replies = await Promise.all(Array.from({ length: 200 }, (_, index) => ask(hosts[index % 4] as SpawnedHost)));
    const statuses = replies.map((reply) => reply?.status);
    // On a machine this busy a caller may run out of time. No caller may be refused, and none may call Lånekassen too.
    for (const reply of replies) expect([200, 503]).toContain(reply?.status);
    for (const reply of replies) if (reply?.status === 503) expect(reply.body.code).toBe('saldo-not-ready');
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0);
    const again = await Promise.all(hosts.map(ask));
    expect(again.map((reply) => reply?.status)).toEqual([200, 200, 200, 200]);
    expect(lanekassenCalls()).toBe(1);
    const fetchedAt = new Set(
      [...replies, ...again].flatMap((reply) => (reply?.status === 200 ? [reply.body.fetchedAt] : [])),
    );
    expect(fetchedAt.size).toBe(1);
  });

  it('the host with the lease is killed during its call: one more call is made, and all other callers are answered', async () => {
    // The first call hangs; the next one is answered.
    const faults = wireFaultsOf(world.lanekassen);
    faults.set({ kind: 'late', ms: 60_000 }, { times: 1 });
    const holder = hosts[1] as SpawnedHost;
    const first = ask(holder);
    while (faults.requests().length === 0) await sleep(20);
    const survivors = hosts.filter((host) => host !== holder);
    const waiting = Promise.all(Array.from({ length: 60 }, (_, index) => ask(survivors[index % 3] as SpawnedHost)));
    await sleep(300);
    await holder.kill();
    expect(await first).toBeUndefined();
    const replies = await waiting;
    for (const reply of replies) expect([200, 503]).toContain(reply?.status);
    for (const reply of replies) if (reply?.status === 503) expect(reply.body.code).toBe('saldo-not-ready');
    // A lease of two seconds and a call fit into the eight seconds of every caller.
    expect(replies.filter((reply) => reply?.status === 200).length).toBeGreaterThan(0);
    expect((await ask(survivors[0] as SpawnedHost))?.status).toBe(200);
    expect(faults.requests().length).toBe(2);
  });

  it('a logout during the call: nothing is held, and no caller gets the saldo', async () => {
    world.lanekassen.control.setDelay(1500);
    const waiting = Promise.all(hosts.map(ask));
    const faults = wireFaultsOf(world.lanekassen);
    while (faults.requests().length === 0) await sleep(20);
    const left = await at(hosts[3] as SpawnedHost).call('DELETE', '/session', token);
    expect(left.status).toBe(204);
    for (const reply of await waiting) expect(reply).toMatchObject({ status: 401, body: { code: 'session-ended' } });
    await sleep(500);
    expect(await rowsInState('held')).toBe(0);
    expect(await rowsInState('leased')).toBe(0);
    expect(await rowsInState('ended')).toBe(1);
    expect(faults.requests().length).toBe(1);
  });

  it('a process is stopped while a fetch continues after its answer: the result is held', async () => {
    world.lanekassen.control.setDelay(1500);
    const holder = hosts[2] as SpawnedHost;
    const answer = await at(holder).call('GET', '/saldo', token, { headers: { prefer: 'wait=1' } });
    expect(answer).toMatchObject({ status: 503, body: { code: 'saldo-not-ready' } });
    expect(await holder.stop()).toBe(0);
    expect(await rowsInState('held')).toBe(1);
    expect((await ask(hosts[0] as SpawnedHost))?.status).toBe(200);
    expect(lanekassenCalls()).toBe(1);
  });

  it('all waiting callers get the outage: one look-up makes attempts, and they make none', async () => {
    world.lanekassen.control.failNext(100, { status: 500, delayMs: 700 });
    const replies = await Promise.all(Array.from({ length: 40 }, (_, index) => ask(hosts[index % 4] as SpawnedHost)));
    for (const reply of replies) expect(reply).toMatchObject({ status: 503, body: { code: 'upstream-unavailable' } });
    expect(lanekassenCalls()).toBe(2);
  });

  it('what is held cannot be opened with every table and every setting', async () => {
    const { sid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string };
    expect((await ask(hosts[0] as SpawnedHost))?.status).toBe(200);
    const rows = (await Promise.all((['sessions', 'consents'] as const).map((name) => rowsOf(world, name)))).flat();
    const held = (await documentsOf(world, 'sessions')).find(({ state }) => state === 'held');
    const known = [...rows.flatMap(textsIn), ...Object.values(world.environment)];
    expect(known.length).toBeGreaterThan(60);
    const sealed = held?.sealed as { salt: string; nonce: string; box: string };
    const owner = String(held?.owner);
    const secrets = {
      personKey: [new Secret(world.environment.PERSON_KEY_SECRET ?? '')],
      sessionKey: [new Secret(world.environment.SESSION_KEY_SECRET ?? '')],
    } as const;
    const { sealing } = bankSecrets(secrets, testBank.organisationNumber);
    const openedWith = (sessionId: string) =>
      createHeldSaldo(sealing).open(
        sealed,
        {
          nationalId: NationalId.parse(person) as NationalId,
          issuer: world.bankLogin.url,
          sessionId,
          subject: undefined,
          issuedAt: undefined,
        },
        anyKey(owner),
      );
    for (const guess of known) expect(openedWith(guess)).toBeUndefined();
    // With the session id from the customer's token it opens, so only that was missing.
    expect(openedWith(sid)?.accounts).toBeDefined();
  });

  it('all waiting callers get the result, without another call', async () => {
    world.lanekassen.control.failNext(10, { status: 404, delayMs: 800 });
    const replies = await Promise.all(Array.from({ length: 40 }, (_, index) => ask(hosts[index % 4] as SpawnedHost)));
    for (const reply of replies) expect(reply).toMatchObject({ status: 404, body: { code: 'not-a-customer' } });
    expect(lanekassenCalls()).toBe(1);
  });
});
