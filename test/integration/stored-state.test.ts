// Faults that once occurred in the stored state, over real sockets and Azurite: rows that cannot be read, events that cannot be acted on,
// doubts, bounds, and ends that must erase what other sessions hold.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, beforeEach, describe, expect } from 'vitest';
import { dsopCustomers, testBank, testCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';

import { firstBank } from '../fixtures/changed-banks.ts';

import { quickTest, slowDescribe, slowTest } from '../part.ts';

import { changeConsent, changeDocument, consentState, documentsOf, isPersonOf, rowsOf, runSync } from './feed.ts';
import { FrontEnd, type Reply } from './front-end.ts';
import { migratedFor, startImport } from './migrated.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const outcome = ({ status, body }: Reply) => (body.code === undefined ? String(status) : `${status} ${body.code}`);

describe('stored state that no input can damage', () => {
  let world: World;
  let frontEnd: FrontEnd;
  let next = 0;
  beforeAll(async () => {
    world = await startTestWorld();
    frontEnd = new FrontEnd(world);
  });
  afterAll(() => world?.close());
  beforeEach(() => {
    world.altinn.control.noFaults();
    world.lanekassen.control.noFaults();
  });

  const known = testCustomers.filter(({ accounts }) => accounts !== undefined);
  const newcomer = () => known[next++]?.nationalId ?? 'no customer left';
  const login = (nationalId: string) => world.bankLogin.control.login(nationalId);
  const saldo = async (token: string, at = frontEnd) => outcome(await at.call('GET', '/saldo', token));
  const current = async (token: string) => (await frontEnd.call('GET', '/consents/current', token)).body;
  const fetches = () => world.lanekassen.control.calls().length;
  let other: { token: string } | undefined;
  /** A customer with a consent in force. */
  const customer = async () => {
    const nationalId = newcomer();
    const token = await login(nationalId);
    return { nationalId, token, id: await frontEnd.giveConsent(token) };
  };

  quickTest.each<[string, (consent: object) => object]>([
    ['an unknown state', (consent: object) => ({ ...consent, state: 'paused' })],
    ['an absurd date', (consent: object) => ({ ...consent, validTo: 1e300 })],
    ['a missing property', (consent: object) => ({ ...consent, createdAt: undefined })],
  ])(
    'a row with %s: 503 for that customer alone, no new request is opened, and DELETE replaces the row',
    async (_what, damage) => {
      const { token, nationalId, id } = await customer();
      other ??= await customer();
      expect(await saldo(token)).toBe('200');
      await changeDocument(world, 'consents', isPersonOf(id), (document) => ({
        ...document,
        consents: (document.consents as object[]).map((consent) => damage(consent)),
      }));
      const asked = world.altinn.control.requests().length;
      const later = await login(nationalId);
      expect(await saldo(later)).toBe('503 upstream-unavailable');
      expect(outcome(await frontEnd.startConsent(later))).toBe('503 upstream-unavailable');
      expect(outcome(await frontEnd.call('GET', '/consents/current', later))).toBe('503 upstream-unavailable');
      expect(world.altinn.control.requests().length).toBe(asked);
      expect(world.hostOutput()).toContain('"event":"row-unreadable"');
      expect(await saldo(other.token)).toBe('200');
      expect((await frontEnd.call('DELETE', '/consents/current', later)).status).toBe(200);
      // The sessions that the damaged row listed are erased as well.
      expect([await saldo(token), await saldo(later)]).toEqual(['403 consent-required', '403 consent-required']);
      expect((await frontEnd.startConsent(later)).status).toBe(201);
    },
  );

  quickTest('a row of a newer version stays unchanged until the customer ends the use', async () => {
    const { token, id } = await customer();
    await changeDocument(world, 'consents', isPersonOf(id), (document) => ({ ...document, v: 2, news: true }));
    expect(await saldo(token)).toBe('503 upstream-unavailable');
    expect((await documentsOf(world, 'consents')).find(isPersonOf(id))).toMatchObject({ v: 2, news: true });
    expect((await frontEnd.call('DELETE', '/session', token)).status).toBe(204);
  });

  quickTest('a return URL of `javascript:` in a row is never sent to a browser', async () => {
    const token = await login(newcomer());
    const id = frontEnd.consentIdOf(await frontEnd.startConsent(token));
    const client = TableClient.fromConnectionString(world.azurite.connectionString, 'consents', {
      allowInsecureConnection: true,
    });
    const state = (await rowsOf(world, 'consents')).find((row) => row.rowKey === 'state' && row.consentId === id);
    const { partitionKey, rowKey } = state as { partitionKey: string; rowKey: string };
    await client.updateEntity({ partitionKey, rowKey, returnUrl: 'javascript:alert(1)' }, 'Merge');
    expect(await frontEnd.comeBack(id)).toBe(`${firstBank(world.environment).defaultReturnUrl}?studielan=pending`);
  });

  quickTest('an event whose consent cannot be read in Altinn waits; the withdrawal after it is acted on', async () => {
    const waits = await login(newcomer());
    const waiting = frontEnd.consentIdOf(await frontEnd.startConsent(waits));
    world.altinn.control.approve(waiting);
    const { token, id } = await customer();
    expect(await saldo(token)).toBe('200');
    world.altinn.control.revoke(id);
    world.altinn.control.advanceFeed(6 * minute);
    world.altinn.control.failNext(3, { route: 'read', status: 503 });
    expect(await runSync(world.host)).toBe('complete');
    expect([await consentState(world, id), await consentState(world, waiting)]).toEqual(['revoked', 'pending']);
    expect(await saldo(token)).toBe('403 consent-revoked');
    const waitingRows = async () =>
      (await rowsOf(world, 'consents')).filter(({ rowKey }) => String(rowKey).startsWith(`waiting-${waiting}`));
    const [row] = await waitingRows();
    // The page is read again in each run, and the event on it keeps its own time.
    world.altinn.control.noFaults();
    expect([await runSync(world.host), await consentState(world, waiting)]).toEqual(['complete', 'pending']);
    // A minute later.
    const { partitionKey, rowKey } = row as { partitionKey: string; rowKey: string };
    const client = TableClient.fromConnectionString(world.azurite.connectionString, 'consents', {
      allowInsecureConnection: true,
    });
    await client.updateEntity({ partitionKey, rowKey, nextAt: new Date().toISOString() }, 'Merge');
    expect([await runSync(world.host), await consentState(world, waiting)]).toEqual(['complete', 'accepted']);
    expect(await waitingRows()).toEqual([]);
  });

  slowTest('the first run on an empty installation reads events from the start of its own day', async () => {
    const empty = await startTestWorld();
    try {
      const before = await new FrontEnd(empty).giveConsent(
        await empty.bankLogin.control.login(dsopCustomers[0]?.nationalId ?? ''),
      );
      expect(await runSync(empty.host)).toBe('complete');
      const feed = (await documentsOf(empty, 'consents')).find(({ rowKey }) => rowKey === 'feed');
      expect(Number(feed?.since) % day).toBe(0);
      expect(Date.now() - Number(feed?.since)).toBeLessThan(2 * day);
      expect(await consentState(empty, before)).toBe('accepted');
    } finally {
      await empty.close();
    }
  });

  const notFound = { type: 'urn:altinn:error:AM-00001', code: 'AM-00001', traceId: 't' };
  const right = (id: string) => [
    { action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: id }], metadata: { navn: 'x' } },
  ];
  quickTest.each([
    ['another resource id', (id: string) => world.altinn.control.override(id, { consentRights: right('other_1_1') })],
    ['a 404 with its code', () => world.altinn.control.failNext(1, { route: 'read', status: 404, body: notFound })],
    ['another status', (id: string) => world.altinn.control.override(id, { status: 'Created' })],
    [
      'a validTo over a year away',
      (id: string) => world.altinn.control.override(id, { validTo: new Date(Date.now() + 500 * day).toISOString() }),
    ],
  ])(
    'Altinn no longer confirms a consent (%s): in doubt, replaceable at once, and the doubt is removed by a good answer',
    async (_what, break_) => {
      const { token, nationalId, id } = await customer();
      expect(await saldo(token)).toBe('200');
      const before = fetches();
      break_(id);
      const second = await login(nationalId);
      const reply = await frontEnd.call('GET', '/saldo', second);
      expect([outcome(reply), reply.body.consent]).toEqual(['403 consent-refused', { state: 'accepted' }]);
      expect(fetches()).toBe(before);
      world.altinn.control.override(id, {});
      // The doubt has erased what the first session held. Its next look-up checks again, and succeeds.
      expect([await saldo(token), await saldo(second), fetches() - before]).toEqual(['200', '200', 2]);
      expect((await current(token)).state).toBe('accepted');
      // While in doubt, the customer may request a new consent.
      break_(id);
      expect(await saldo(await login(nationalId))).toBe('403 consent-refused');
      world.altinn.control.override(id, {});
      expect((await frontEnd.startConsent(token)).status).toBe(201);
    },
  );

  slowTest('Lånekassen refuses all customers for a while: it is an outage, and no customer is locked out', async () => {
    const three = [await customer(), await customer(), await customer()];
    world.lanekassen.control.failNext(20, { status: 403 });
    const answers = [];
    for (const { token } of three) answers.push(await saldo(token));
    expect(answers).toEqual(['403 consent-refused', '403 consent-refused', '503 upstream-unavailable']);
    expect(world.hostOutput()).toContain('"event":"consents-refused-for-all"');
    world.lanekassen.control.noFaults();
    // The same login sessions: the doubts of the first two came from the outage.
    const again = () => Promise.all(three.map(({ token }) => saldo(token)));
    // A failure is the answer of its session for two seconds.
    await expect.poll(again, { timeout: 10_000, interval: 500 }).toEqual(['200', '200', '200']);
  });

  quickTest('a consent that is replaced, or that ends earlier, is erased from the other sessions', async () => {
    const { token, nationalId, id } = await customer();
    expect(await saldo(token)).toBe('200');
    const nearer = new Date(Date.now() + 2 * minute).toISOString();
    world.altinn.control.override(id, { validTo: nearer });
    const second = await login(nationalId);
    // The look-up that meets the change gives up; the next one succeeds.
    await expect.poll(() => saldo(second), { timeout: 10_000, interval: 500 }).toBe('200');
    const held = (await documentsOf(world, 'sessions')).filter(({ state }) => state === 'held');
    const until = Date.parse(nearer);
    const own = (await documentsOf(world, 'consents')).find(isPersonOf(id))?.sessions as { session: string }[];
    expect(own).toHaveLength(1);
    expect(held.filter(({ partitionKey }) => own.some(({ session }) => session === partitionKey))).toEqual([
      expect.objectContaining({ expiresAt: until }),
    ]);
    // The end is near, so a new request is allowed. Once it is accepted, nothing is shown under the old consent.
    await frontEnd.giveConsent(second);
    const before = fetches();
    expect([await saldo(second), fetches() - before]).toEqual(['200', 1]);
    expect(await consentState(world, id)).toBe('superseded');
  });

  quickTest('five new requests an hour are allowed; opening the open request again does not count', async () => {
    const token = await login(newcomer());
    for (let request = 0; request < 5; request++) {
      expect((await frontEnd.startConsent(token)).status).toBe(201);
      expect((await frontEnd.startConsent(token)).status).toBe(200);
      await frontEnd.call('DELETE', '/consents/current', token);
    }
    const asked = world.altinn.control.requests().length;
    const refused = await frontEnd.startConsent(token);
    expect(outcome(refused)).toBe('429 too-many-requests');
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(3500);
    expect(wait).toBeLessThanOrEqual(3600);
    expect(world.altinn.control.requests().length).toBe(asked);
  });

  quickTest(
    'more sessions than the list has places: the oldest no longer hold a saldo, and every route still answers',
    async () => {
      const { nationalId, id } = await customer();
      const tokens: string[] = [];
      for (let session = 0; session < 23; session++) tokens.push(await login(nationalId));
      for (const token of tokens) expect(await saldo(token)).toBe('200');
      const person = (await documentsOf(world, 'consents')).find(isPersonOf(id));
      const listed = ((person?.sessions ?? []) as { session: string }[]).map(({ session }) => session);
      expect(listed).toHaveLength(20);
      const before = fetches();
      expect([await saldo(tokens.at(-1) ?? ''), await saldo(tokens[0] ?? ''), fetches() - before]).toEqual([
        '200',
        '200',
        1,
      ]);
      expect((await frontEnd.call('DELETE', '/consents/current', tokens[5])).status).toBe(200);
      const all = await Promise.all(tokens.map((token) => saldo(token)));
      expect(new Set(all)).toEqual(new Set(['403 consent-required']));
    },
    60_000,
  );

  quickTest('a log before 1970 is empty', async () => {
    const token = await login(dsopCustomers[0]?.nationalId ?? '');
    const reply = await frontEnd.call('GET', '/consents/log?before=1969-12-31T23:59:59.000Z', token);
    expect([reply.status, reply.body]).toEqual([200, { entries: [] }]);
  });

  quickTest('a consent page that is returned again lives as long as that page', async () => {
    const token = await login(newcomer());
    const id = frontEnd.consentIdOf(await frontEnd.startConsent(token));
    // 59 minutes later.
    await changeConsent(world, id, { createdAt: Date.now() - 59 * minute });
    const client = TableClient.fromConnectionString(world.azurite.connectionString, 'consents', {
      allowInsecureConnection: true,
    });
    const row = (await rowsOf(world, 'consents')).find((one) => one.rowKey === 'state' && one.consentId === id);
    const { partitionKey, rowKey } = row as { partitionKey: string; rowKey: string };
    await client.updateEntity({ partitionKey, rowKey, purgeAt: new Date(Date.now() + minute).toISOString() }, 'Merge');
    expect((await frontEnd.startConsent(token)).status).toBe(200);
    const again = (await rowsOf(world, 'consents')).find((one) => one.rowKey === 'state' && one.consentId === id);
    expect(Date.parse(String(again?.purgeAt)) - Date.now()).toBeGreaterThan(59 * minute);
  });

  slowTest(
    'imported consents that the settings do not accept can be ended, and stay ended when they are accepted again',
    async () => {
      const nationalId = newcomer();
      const [consent] = migratedFor([nationalId], testBank.organisationNumber);
      world.altinn.control.addMigrated(consent ? [consent] : []);
      const folder = mkdtempSync(join(tmpdir(), 'migrated-'));
      const csv = join(folder, 'one.csv');
      writeFileSync(csv, `nationalId,consentId\n${nationalId},${consent?.id}\n`);
      const accepting = { ACCEPT_MIGRATED_CONSENTS: 'true' };
      const tool = startImport(csv, { ...world.environment, ...accepting });
      expect([await tool.ended, tool.progress()]).toEqual([0, expect.stringContaining('1 of 1')]);
      const on = await world.anotherHost(accepting);
      const off = await world.anotherHost({ ACCEPT_MIGRATED_CONSENTS: 'false' });
      const at = (host: { url: string }) => new FrontEnd({ ...world, apiUrl: `${host.url}/api` });
      const [there, here] = [at(on), at(off)] as const;
      const token = await login(nationalId);
      expect([await saldo(token, there), await saldo(await login(nationalId), here)]).toEqual([
        '200',
        '403 consent-required',
      ]);
      expect((await here.call('DELETE', '/consents/current', token)).status).toBe(200);
      expect(await consentState(world, consent?.id ?? '')).toBe('ended');
      expect([await saldo(token, there), await saldo(await login(nationalId), there)]).toEqual([
        '403 consent-required',
        '403 consent-required',
      ]);
    },
    60_000,
  );
});

slowDescribe('a rotation of PERSON_KEY_SECRET', () => {
  slowTest(
    'of a customer whose row is full keeps the end of the consent',
    async () => {
      const world = await startTestWorld();
      try {
        const old = world.environment.PERSON_KEY_SECRET ?? '';
        const secret = Buffer.alloc(32, 7).toString('base64');
        const swapped = await world.anotherHost({ PERSON_KEY_SECRET: secret, PERSON_KEY_SECRET_SECONDARY: old });
        const after = await world.anotherHost({ PERSON_KEY_SECRET: secret });
        const at = (url: string) => new FrontEnd({ ...world, apiUrl: `${url}/api` });
        const frontEnd = new FrontEnd(world);
        const nationalId = dsopCustomers[0]?.nationalId ?? '';
        const token = await world.bankLogin.control.login(nationalId);
        const id = await frontEnd.giveConsent(token);
        // As many closed consents as are kept.
        await changeDocument(world, 'consents', isPersonOf(id), (document) => {
          const [consent] = document.consents as Record<string, unknown>[];
          const closed = Array.from({ length: 20 }, (_, index) => ({
            ...consent,
            id: `00000000-0000-4000-8000-0000000000${String(index).padStart(2, '0')}`,
            state: 'abandoned',
          }));
          return { ...document, consents: [consent, ...closed] };
        });
        expect((await frontEnd.call('GET', '/saldo', token)).status).toBe(200);
        expect((await at(swapped.url).call('DELETE', '/consents/current', token)).status).toBe(200);
        const later = await world.bankLogin.control.login(nationalId);
        for (const url of [swapped.url, after.url, swapped.url]) {
          const reply = await at(url).call('GET', '/saldo', later);
          expect(outcome(reply)).toBe('403 consent-required');
        }
        // The log is complete.
        const log = await at(after.url).call('GET', '/consents/log', later);
        expect((log.body.entries as { event: string }[]).map(({ event }) => event)).toEqual([
          'consent-ended',
          'saldo-fetched',
          'consent-accepted',
          'consent-requested',
        ]);
      } finally {
        await world.close();
      }
    },
    60_000,
  );
});
