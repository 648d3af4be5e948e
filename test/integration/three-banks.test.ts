// One app with three banks: a full round for each, the same person in two banks, and refusals of everything that crosses a border, with
// nothing fetched.
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SpawnedHost } from '../../local/host/spawn.ts';
import { type StubRequest, serveStub } from '../stub-server.ts';
import { runSync } from './feed.ts';
import { type BankName, numbers, startThreeBanks, type ThreeBanks } from './three-banks.ts';

const [steinar, other] = ['01085301957', '01097601522'] as const;
let world: ThreeBanks;
/** A second process, whose tokens are its own. */
let byFeed: SpawnedHost;
beforeAll(async () => {
  world = await startThreeBanks();
}, 120_000);
afterAll(() => world?.close());

/** Requests a consent, accepts it in Altinn and returns. Returns the consent id and the address of the browser. */
async function giveConsent(name: BankName, token: string) {
  const frontEnd = world.frontEnd();
  const asked = await frontEnd.startConsent(token, world.pageOf(name));
  expect(asked, JSON.stringify(asked.body)).toMatchObject({ status: 201 });
  const id = frontEnd.consentIdOf(asked);
  world.altinn.control.approve(id);
  return { id, back: await frontEnd.comeBack(id) };
}
const saldo = (token: string) => world.frontEnd().call('GET', '/saldo', token);
const rowsOf = async (table: 'consents' | 'sessions') => {
  const client = TableClient.fromConnectionString(world.azurite.connectionString, table, {
    allowInsecureConnection: true,
  });
  const rows: Record<string, unknown>[] = [];
  for await (const row of client.listEntities()) rows.push(row);
  return { client, rows };
};

describe('three banks', { timeout: 90_000 }, () => {
  test.each(['own', 'one', 'two'] as const)(
    '%s: a full round, with its own receiver, consumer and key',
    async (name) => {
      const token = await world.login(name, steinar);
      const calls = world.lanekassen.control.calls().length;
      const { id, back } = await giveConsent(name, token);
      expect(back).toBe(`${world.pageOf(name)}?studielan=accepted`);
      expect((await saldo(token)).status).toBe(200);
      expect(world.lanekassen.control.calls().length).toBeGreaterThan(calls);
      expect(world.altinn.control.requests().find((request) => request.id === id)).toMatchObject({
        to: `urn:altinn:organization:identifier-no:${numbers[name]}`,
      });
      expect((await world.frontEnd().call('DELETE', '/session', token)).status).toBe(204);
      expect((await saldo(token)).body.code).toBe('session-ended');
    },
  );

  test('rows name their bank, and one person has different keys in two banks', async () => {
    const { rows } = await rowsOf('consents');
    const persons = rows.filter(({ rowKey }) => rowKey === 'person');
    expect(persons.map(({ bank }) => bank).sort()).toEqual(Object.values(numbers).sort());
    expect(new Set(persons.map(({ partitionKey }) => partitionKey)).size).toBe(3);
  });

  test("withdrawing the consent of one bank leaves the same person's consent at another", async () => {
    const [one, two] = [await world.login('one', steinar), await world.login('two', steinar)];
    const stored = await rowsOf('consents');
    const idIn = (bank: string) =>
      (
        JSON.parse(String(stored.rows.find((row) => row.rowKey === 'person' && row.bank === bank)?.doc)) as {
          consents: { id: string; state: string }[];
        }
      ).consents.find(({ state }) => state === 'accepted')?.id ?? '';
    world.altinn.control.revoke(idIn(numbers.one));
    expect(await runSync(world.host)).toBe('complete');
    expect((await saldo(one)).body.code).toBe('consent-revoked');
    expect((await saldo(two)).status).toBe(200);
  });
});

describe('everything that crosses a border between banks is refused, and nothing is fetched', {
  timeout: 90_000,
}, () => {
  const nothingFetched = async (work: () => Promise<void>) => {
    const before = world.lanekassen.control.calls().length;
    await work();
    expect(world.lanekassen.control.calls().length).toBe(before);
  };

  test("a token of one bank with another's sid does not show that bank's saldo; a token with another's claim belongs to no bank", async () => {
    const two = await world.login('two', steinar, 'sid-of-two');
    expect((await saldo(two)).status).toBe(200);
    await nothingFetched(async () => {
      // The bank's own consent was withdrawn, and the other bank's held saldo under that sid is not shown.
      expect((await saldo(await world.login('one', steinar, 'sid-of-two'))).body.code).toBe('consent-revoked');
    });
    for (const claims of [{}, { bank: 'three' }, { bank: ['one', 'two'] }]) {
      const token = await world.logins.shared.control.login(steinar, { claims });
      expect((await saldo(token)).body.code).toBe('person-token-invalid');
    }
  });

  test("the state of one bank's callback, opened in another bank's browser, leads to its own bank and changes nothing of the other", async () => {
    const token = await world.login('one', other);
    const theirs = await world.login('two', other);
    const frontEnd = world.frontEnd();
    const asked = await frontEnd.startConsent(theirs, world.pageOf('two'));
    const id = frontEnd.consentIdOf(asked);
    world.altinn.control.approve(id);
    await nothingFetched(async () => {
      expect(await frontEnd.comeBack(id)).toBe(`${world.pageOf('two')}?studielan=accepted`);
      expect((await saldo(token)).body.code).toBe('consent-required');
    });
    expect(await frontEnd.open(`${world.host.url}/api/consents/callback?state=${'x'.repeat(43)}`)).toBe('status 404');
  });

  test('a logout token with the claim ends the session of its bank alone; without it, of every bank that shares the provider', async () => {
    const sid = 'sid-shared';
    const [one, two] = [await world.login('one', steinar, sid), await world.login('two', steinar, sid)];
    const states = async () => [(await saldo(one)).body.code, (await saldo(two)).body.code];
    const notify = async (claims: Record<string, unknown>, login = world.logins.shared) =>
      (
        await fetch(`${world.host.url}/api/session/backchannel-logout`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: new URLSearchParams({ logout_token: await login.control.logoutToken({ sid, claims }) }).toString(),
        })
      ).status;
    expect(await notify({}, world.logins.own)).toBe(200);
    expect(await states()).not.toContain('session-ended');
    expect(await notify({ bank: 'two' })).toBe(200);
    expect(await states()).toEqual(['consent-revoked', 'session-ended']);
    expect(await notify({})).toBe(200);
    expect(await states()).toEqual(['session-ended', 'session-ended']);
  });

  test("a token of another consumer is refused in place of the bank's own", async () => {
    const foreign = { authority: 'iso6523-actorid-upis', ID: `0192:${numbers.two}` };
    world.maskinporten.control.tamper((claims) => ({ ...claims, consumer: foreign }));
    byFeed = await world.anotherHost({ CONSENT_CHECK: 'by-feed' });
    await nothingFetched(async () => {
      const frontEnd = world.frontEnd(byFeed.url);
      const asked = await frontEnd.startConsent(await world.login('one', other), world.pageOf('one'));
      expect(asked.body.code).toBe('consent-person-mismatch');
    });
    world.maskinporten.control.tamper(undefined);
    await expect.poll(() => byFeed.output()).toContain('consent-mismatch');
  });

  test("an event in one bank's feed about another bank's consent changes nothing", async () => {
    const persons = async () =>
      (await rowsOf('consents')).rows
        .filter(({ rowKey }) => rowKey === 'person')
        .map(({ partitionKey, doc }) => [partitionKey, doc]);
    const theirs = (await rowsOf('consents')).rows.find(
      (row) => row.rowKey === 'person' && row.bank === numbers.two && String(row.doc).includes('"accepted"'),
    );
    const { consents } = JSON.parse(String(theirs?.doc)) as { consents: { id: string; state: string }[] };
    const id = consents.find(({ state }) => state === 'accepted')?.id;
    const asked: string[] = [];
    // An Altinn that mixes up the banks.
    const mixedUp = await serveStub('altinn', 0, ({ path, headers }: StubRequest) => {
      const [, claims = ''] = headers.authorization?.split('.') ?? [];
      const { consumer } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { consumer: { ID: string } };
      asked.push(`${consumer.ID} ${path.replace(/.*\//, '')}`);
      if (!path.endsWith('/events')) return { status: 404 };
      const event = { consentRequestId: id, eventType: 'Revoked', changedDate: '2026-11-01T08:00:00.000001+00:00' };
      const isOnes = consumer.ID === `0192:${numbers.one}`;
      return { status: 200, body: { links: { next: null }, data: isOnes ? [event] : [] } };
    });
    const before = await persons();
    const host = await world.anotherHost({ ALTINN_BASE_URL: mixedUp.url });
    expect(await runSync(host)).toBe('complete');
    await expect
      .poll(() => asked.toSorted())
      .toEqual(
        Object.values(numbers)
          .map((number) => `0192:${number} events`)
          .toSorted(),
      );
    expect(await persons()).toEqual(before);
    expect((await saldo(await world.login('two', steinar))).status).toBe(200);
    await mixedUp.close();
  });

  test("rows of one bank copied under another's names are refused", async () => {
    const { client, rows } = await rowsOf('consents');
    const person = (bank: string, state: string) =>
      rows.find((row) => row.rowKey === 'person' && row.bank === bank && String(row.doc).includes(`"${state}"`));
    const [from, to] = [person(numbers.two, 'accepted'), person(numbers.one, 'revoked')];
    await client.upsertEntity(
      { partitionKey: String(to?.partitionKey), rowKey: 'person', bank: numbers.two, doc: String(from?.doc) },
      'Replace',
    );
    await nothingFetched(async () => {
      for (const { url } of [world.host, byFeed]) {
        const reply = await world.frontEnd(url).call('GET', '/saldo', await world.login('one', steinar));
        expect(reply.body.code).toBe('consent-person-mismatch');
      }
    });
    await client.upsertEntity(
      { partitionKey: String(to?.partitionKey), rowKey: 'person', bank: numbers.one, doc: String(to?.doc) },
      'Replace',
    );
  });

  test('a bank that is paused or off the list is not served; the others are', async () => {
    const [, one, two] = world.entries;
    const host = await world.anotherHost({ BANKS: JSON.stringify([{ ...one, isPaused: true }, two]) });
    const frontEnd = world.frontEnd(host.url);
    const codeOf = async (token: string) => (await frontEnd.call('GET', '/saldo', token)).body.code;
    await nothingFetched(async () => {
      const token = await world.login('one', steinar);
      expect(await codeOf(token)).toBe('upstream-unavailable');
      expect(await codeOf(await world.login('own', steinar))).toBe('person-token-invalid');
      expect((await frontEnd.call('DELETE', '/consents/current', token)).status).toBe(200);
    });
    expect((await frontEnd.call('GET', '/saldo', await world.login('two', steinar))).status).toBe(200);
  });
});
