// Changes that customers make in Altinn without a login at the bank: the event feed, against the simulator over sockets.

import { afterAll, beforeAll, describe, expect } from 'vitest';
import { dsopCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { slowTest, quickTest as test } from '../part.ts';
import { holdNext } from '../wire-faults.ts';
import { beginSync, changeConsent, changeDocument, consentState, documentsOf, runSync, sessionStates } from './feed.ts';
import { FrontEnd } from './front-end.ts';

const people = dsopCustomers.map(({ nationalId }) => nationalId);
const person = (index: number) => people[index] ?? '';
const minutes = 60_000;

describe('the event feed', () => {
  let world: World;
  let frontEnd: FrontEnd;
  beforeAll(async () => {
    world = await startTestWorld({ eventsPageSize: 3 });
    frontEnd = new FrontEnd(world);
  });
  afterAll(() => world?.close());

  const login = (nationalId: string) => world.bankLogin.control.login(nationalId);
  const saldo = async (token: string) => {
    const reply = await frontEnd.call('GET', '/saldo', token);
    return reply.status === 200 ? '200' : `${reply.status} ${String(reply.body.code)}`;
  };
  const eventCalls = () => world.altinn.control.calls().filter(({ route }) => route.endsWith('/events')).length;
  const isFeed = ({ rowKey }: { rowKey: string }) => rowKey === 'feed';
  const feedRow = async () => (await documentsOf(world, 'consents')).find(isFeed);

  test('Cache-Control: no-cache reads Altinn at once, and finds a withdrawal without the feed, once in ten seconds a session', async () => {
    const nobodyElse = people[16] ?? '';
    const token = await login(nobodyElse);
    const id = await frontEnd.giveConsent(token);
    expect(await saldo(token)).toBe('200');
    const headers = { 'cache-control': 'no-cache' };
    const fresh = async (by: string, path = '/saldo') => {
      const { status, body } = await frontEnd.call('GET', path, by, { headers });
      return `${status} ${String(body.code ?? body.state ?? '')}`;
    };
    const altinnReads = () => world.altinn.control.calls().filter(({ method }) => method === 'GET').length;
    const lookUps = world.lanekassen.control.calls().length;

    // The consent is active: Altinn is read once, the answer is the same, and Lånekassen is not called. A repetition at once reads nothing.
    let before = altinnReads();
    expect(await fresh(token)).toBe('200 ');
    expect(altinnReads()).toBe(before + 1);
    expect(await fresh(token)).toBe('200 ');
    expect(altinnReads()).toBe(before + 1);

    world.altinn.control.revoke(id);
    // Without the header, and within the ten seconds, the feed decides as before.
    expect([await saldo(token), await fresh(token)]).toEqual(['200', '200 ']);

    // Another login of the same customer has ten seconds of its own.
    const other = await login(nobodyElse);
    before = altinnReads();
    expect(await fresh(other)).toBe('403 consent-revoked');
    expect(altinnReads()).toBeGreaterThan(before);
    // The withdrawal ends every session.
    expect([await saldo(token), await fresh(token, '/consents/current')]).toEqual([
      '403 consent-revoked',
      '200 revoked',
    ]);
    expect(await sessionStates(world)).toEqual([]);
    expect(world.lanekassen.control.calls()).toHaveLength(lookUps);
  });

  test("a withdrawal blocks the consent and erases held saldos in the first run after the event's five minutes, and only once", async () => {
    const token = await login(person(0));
    const id = await frontEnd.giveConsent(token);
    expect(await saldo(token)).toBe('200');
    world.altinn.control.revoke(id);
    world.altinn.control.advanceFeed(5 * minutes - 30_000);
    expect(await runSync(world.host)).toBe('complete');
    expect([await saldo(token), await sessionStates(world)]).toEqual(['200', ['held']]);

    world.altinn.control.advanceFeed(31_000);
    expect(await runSync(world.host)).toBe('complete');
    expect([await consentState(world, id), await sessionStates(world)]).toEqual(['revoked', []]);
    const reads = world.altinn.control.calls().length;
    expect(await saldo(token)).toBe('403 consent-revoked');
    // The answer comes from the app's own table, so no party is called.
    expect(world.altinn.control.calls().length).toBe(reads);

    // The event is still on the last page and is read again. A saldo held under a new consent stays.
    await frontEnd.giveConsent(token);
    expect(await saldo(token)).toBe('200');
    expect(await runSync(world.host)).toBe('complete');
    expect([await saldo(token), await sessionStates(world)]).toEqual(['200', ['held']]);
    const log = await frontEnd.call('GET', '/consents/log', token);
    const events = (log.body.entries as { event: string }[]).map(({ event }) => event);
    expect(events).toEqual([
      'saldo-fetched',
      'consent-accepted',
      'consent-requested',
      'consent-revoked',
      'saldo-fetched',
      'consent-accepted',
      'consent-requested',
    ]);
  });

  test('a new login session finds a withdrawal at once, without the timer, and the old session loses its held saldo', async () => {
    const token = await login(person(1));
    const id = await frontEnd.giveConsent(token);
    expect(await saldo(token)).toBe('200');
    const fetches = world.lanekassen.control.calls().length;
    world.altinn.control.revoke(id);
    expect(await saldo(await login(person(1)))).toBe('403 consent-revoked');
    expect(await saldo(token)).toBe('403 consent-revoked');
    expect(world.lanekassen.control.calls().length).toBe(fetches);
  });

  test('answers of customers who never returned are found: accepted, rejected, and an abandoned request', async () => {
    const [accepts, rejects] = [await login(person(2)), await login(person(3))];
    const acceptedId = frontEnd.consentIdOf(await frontEnd.startConsent(accepts));
    const rejectedId = frontEnd.consentIdOf(await frontEnd.startConsent(rejects));
    world.altinn.control.approve(acceptedId);
    world.altinn.control.reject(rejectedId);
    world.altinn.control.advanceFeed(6 * minutes);
    expect(await runSync(world.host)).toBe('complete');
    expect(await consentState(world, acceptedId)).toBe('accepted');
    expect(await consentState(world, rejectedId)).toBe('rejected');

    // The request was left open past CONSENT_REQUEST_TTL_MINUTES, replaced, and then accepted on the page that was still open.
    const late = await login(person(5));
    const first = await frontEnd.startConsent(late);
    await changeConsent(world, frontEnd.consentIdOf(first), { createdAt: Date.now() - 61 * minutes });
    const second = await frontEnd.startConsent(late);
    expect(second.status).toBe(201);
    const [givenUp, open] = [frontEnd.consentIdOf(first), frontEnd.consentIdOf(second)];
    expect(await consentState(world, givenUp)).toBe('abandoned');
    world.altinn.control.approve(givenUp);
    world.altinn.control.advanceFeed(6 * minutes);
    expect(await runSync(world.host)).toBe('complete');
    expect([await consentState(world, givenUp), await consentState(world, open)]).toEqual(['accepted', 'abandoned']);
    expect((await frontEnd.call('GET', '/consents/current', late)).body.state).toBe('accepted');
    expect((await frontEnd.startConsent(late)).body.state).toBe('accepted');
  });

  test('the pages are read to the end, only a token is stored as position, and the next run continues there', async () => {
    const full = await feedRow();
    expect(String(full?.position)).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    const before = eventCalls();
    expect(await runSync(world.host)).toBe('complete');
    expect(eventCalls() - before).toBeLessThanOrEqual(1);
    expect(Number((await feedRow())?.completeAt)).toBeGreaterThan(Number(full?.completeAt));
  });

  test('withdrawals at the same instant on several pages, and a full last page: no event is lost', async () => {
    const several = await Promise.all([10, 11, 12, 13, 14].map((index) => login(person(index))));
    const ids: string[] = [];
    for (const token of several) {
      ids.push(await frontEnd.giveConsent(token));
      expect(await saldo(token)).toBe('200');
    }
    // Enough events to fill whole pages of three, so the feed ends with an empty page.
    const requests = world.altinn.control.requests();
    const ofStatus = { Created: 0, Accepted: 1, Rejected: 1, Revoked: 2, Deleted: 2, Expired: 0 };
    const before = requests.reduce((sum, { status }) => sum + ofStatus[status as keyof typeof ofStatus], 0);
    const withdrawn = ids.slice(0, [3, 5, 4][before % 3]);
    world.altinn.control.stopStamps(true);
    for (const id of withdrawn) world.altinn.control.revoke(id);
    world.altinn.control.stopStamps(false);
    expect((before + withdrawn.length) % 3).toBe(0);
    world.altinn.control.advanceFeed(6 * minutes);
    expect(await runSync(world.host)).toBe('complete');
    const states = await Promise.all(ids.map((id) => consentState(world, id)));
    expect(states).toEqual(ids.map((id) => (withdrawn.includes(id) ? 'revoked' : 'accepted')));
    const answers = await Promise.all(several.map(saldo));
    expect(answers).toEqual(ids.map((id) => (withdrawn.includes(id) ? '403 consent-revoked' : '200')));
    // After a full last page the next run starts with nothing to read.
    const calls = eventCalls();
    expect(await runSync(world.host)).toBe('complete');
    expect(eventCalls() - calls).toBe(1);
  });

  test.each([
    ['of another origin and scheme', 'http://inner.example:8080/events?eventType=revoked&continuationToken='],
    ['of another path', '/somewhere?continuationToken='],
    ['without anything before the query', '?continuationToken='],
  ])(
    'only the token of a next link %s is used, and the call goes to the configured address of Altinn',
    async (_what, next) => {
      const position = (await feedRow())?.position;
      const behind = encodeURIComponent(String(position));
      const feed = (document: Record<string, unknown>) => ({ ...document, position: undefined });
      await changeDocument(world, 'consents', isFeed, feed);
      const body = { links: { next: `${next}${behind}` }, data: [] };
      world.altinn.control.failNext(1, { route: 'events', status: 200, body });
      const calls = eventCalls();
      expect(await runSync(world.host)).toBe('complete');
      expect([eventCalls() - calls, (await feedRow())?.position]).toEqual([2, position]);
    },
  );

  test('a next link without a token: the events of its page are acted on, then the run fails and stores no position', async () => {
    const token = await login(person(6));
    const id = await frontEnd.giveConsent(token);
    const before = await feedRow();
    const data = [{ consentRequestId: id, eventType: 'Revoked', changedDate: new Date().toISOString() }];
    const body = { links: { next: `${world.altinn.url}/events` }, data };
    world.altinn.control.failNext(1, { route: 'events', status: 200, body });
    expect(await runSync(world.host)).toBe('failed upstream-invalid-reply altinn-events-next-token');
    const after = await feedRow();
    expect([after?.position, after?.completeAt]).toEqual([before?.position, before?.completeAt]);
    expect(await consentState(world, id)).toBe('revoked');
    expect(await runSync(world.host)).toBe('complete');
  });

  test('a position that Altinn no longer knows: the feed is read from the beginning, with an alert, and no customer is affected', async () => {
    const held = await sessionStates(world);
    world.altinn.control.failNext(1, { route: 'events', status: 400, body: { code: 'STD-00000' } });
    expect(await runSync(world.host)).toBe('complete');
    expect(world.hostOutput()).toContain('feed-position-unknown');
    expect(await sessionStates(world)).toEqual(held);
  });

  test('one instance runs at a time; the other reports busy, and continues a run that was interrupted', async () => {
    const other = await world.anotherHost();
    const call = holdNext(world.altinn, 'before', (_, path) => path.endsWith('/events'));
    await beginSync(world.host);
    await call.reached;
    expect(await runSync(other)).toBe('busy');
    call.release();
    await expect.poll(() => runSync(other), { timeout: 10_000 }).toBe('complete');
  });

  slowTest(
    'by-feed reads nothing in Altinn while the feed is fresh; per look-up, a fresh feed replaces an Altinn that does not answer',
    async () => {
      const byFeed = await world.anotherHost({ CONSENT_CHECK: 'by-feed' });
      const stale = await world.anotherHost({ CONSENT_CHECK: 'per-look-up', CONSENT_FEED_FRESH_MINUTES: '1' });
      const token = await login(person(4));
      await frontEnd.giveConsent(token);
      await runSync(world.host);
      const readCalls = () => world.altinn.control.calls().filter(({ route }) => route.endsWith('/{id}')).length;
      const before = readCalls();
      const ask = async (url: string, sid: string) =>
        fetch(`${url}/api/saldo`, {
          headers: { authorization: `Bearer ${await world.bankLogin.control.login(person(4), { sid })}` },
        });
      expect((await ask(byFeed.url, 'feed-1')).status).toBe(200);
      expect(readCalls()).toBe(before);
      // Every read fails from here on; the feed was read to its end a moment ago.
      world.altinn.control.failNext(50, { route: 'read', status: 503 });
      expect((await ask(stale.url, 'feed-2')).status).toBe(200);
      // Without a fresh feed there is no evidence.
      const stale2026 = Date.parse('2026-01-01T00:00:00.000Z');
      await changeDocument(world, 'consents', isFeed, (feed) => ({ ...feed, completeAt: stale2026 }));
      for (const [url, sid] of [
        [stale.url, 'feed-3'],
        [byFeed.url, 'feed-4'],
      ] as const) {
        const reply = await ask(url, sid);
        expect([
          reply.status,
          reply.headers.get('retry-after'),
          ((await reply.json()) as { code: string }).code,
        ]).toEqual([503, '30', 'consent-unverifiable']);
      }
    },
  );

  test('the hosts have written no national id, consent id or person key', () => {
    const output = world.hostOutput();
    for (const id of [...people, ...world.altinn.control.requests().map((request) => request.id)])
      expect(output.includes(id)).toBe(false);
  });
});
