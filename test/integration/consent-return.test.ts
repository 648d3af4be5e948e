// The way back from Altinn and the consent token, row by row (docs/contracts/altinn-consent.md §8 and §9), against the running app.

import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dsopCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { changedBank } from '../fixtures/changed-banks.ts';
import { holdNext } from '../wire-faults.ts';
import { consentState, documentsOf, isPersonOf, rowsOf } from './feed.ts';
import { FrontEnd, type Reply } from './front-end.ts';

const people = dsopCustomers.map(({ nationalId }) => nationalId);
const lanekassenScope = 'lanekassen:lan/v1/saldoopplysninger';
const appUrl = 'mybank://nettbank/studielan';
const outcome = ({ status, body }: Reply) => (body.code === undefined ? String(status) : `${status} ${body.code}`);
let world: World;
let frontEnd: FrontEnd;
let next = 0;
let bank = '';
beforeAll(async () => {
  world = await startTestWorld();
  bank = world.bankUrl;
  const host = await world.anotherHost(changedBank(world.environment, { allowedReturnUrls: [`${bank}/`, appUrl] }));
  frontEnd = new FrontEnd({ ...world, apiUrl: `${host.url}/api` });
});
afterAll(() => world?.close());

/** A customer without a consent, logged in. */
const customer = async () => {
  const nationalId = people[next++ % people.length] ?? '';
  const token = await world.bankLogin.control.login(nationalId);
  await frontEnd.call('DELETE', '/consents/current', token);
  return { nationalId, token, loginAgain: () => world.bankLogin.control.login(nationalId) };
};
const saldo = async (token: string) => outcome(await frontEnd.call('GET', '/saldo', token));
const current = async (token: string) => (await frontEnd.call('GET', '/consents/current', token)).body.state;
const requestOf = (id: string) => world.altinn.control.requests().find((request) => request.id === id);
/** `POST /consents` with a return page. Returns the consent id. */
const ask = async (token: string, returnUrl = `${bank}/`) =>
  frontEnd.consentIdOf(await frontEnd.startConsent(token, returnUrl));
/** Calls our host, whatever the callback's own address: the first host does not allow the app scheme. */
const open = async (callback: string) => {
  const { pathname, search } = new URL(callback);
  return frontEnd.open(`${new URL(frontEnd.world.apiUrl).origin}${pathname}${search}`);
};
/** Logs in at Altinn as another person than the one who is asked, and sends the form with a yes. Returns the page that is shown. */
const answerAsAnother = async (page: string) => {
  const shown = await fetch(page);
  const html = await shown.text();
  const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(html) ?? [];
  const [, person = ''] = /<option value="([^"]+)"/.exec(html) ?? [];
  const cookie = shown.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const send = async (path: string, fields: Record<string, string>) =>
    fetch(new URL(path, page), {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie },
      body: new URLSearchParams({ csrf, ...fields }),
    });
  const { pathname, searchParams } = new URL(page);
  await send('/accessmanagement/ui/login', { person, returnTo: page });
  return (await send(pathname, { id: searchParams.get('id') ?? '', answer: 'approve' })).text();
};

describe('§8, the parameters that Altinn appends', () => {
  test.each([
    ['approve', 'Status=OK', 'accepted'],
    ['reject', 'Status=Failed&ErrorMessage=User+did+not+give+consent', 'rejected'],
    ['nothing', '', 'pending'],
  ] as const)('after %s Altinn appends `%s`, and the page gets %s', async (action, appended, word) => {
    const { token } = await customer();
    const id = await ask(token);
    if (action !== 'nothing') world.altinn.control[action](id);
    const back = world.altinn.control.redirectFor(id);
    // Our callback's address has a query of its own and no fragment, so the server sees everything that is appended.
    expect(back).toBe(`${requestOf(id)?.redirectUrl}&${appended}`);
    expect(new URL(back).hash).toBe('');
    expect(await open(back)).toBe(`${bank}/?studielan=${word}`);
    expect(await current(token)).toBe(word);
  });

  test.each([
    ['a query', '/?side=l%C3%A5n&studielan=old&a=1', '/?side=l%C3%A5n&a=1&studielan=accepted'],
    ['a plain fragment', '/nettbank#kort', '/nettbank?studielan=accepted#kort'],
    ['a hash route', '/#/studielan', '/?studielan=accepted#/studielan'],
    ['a hash route with a query of its own', '/#/studielan?fane=2', '/?studielan=accepted#/studielan?fane=2'],
  ])("the bank's own return page is kept: %s", async (_what, page, expected) => {
    const { token } = await customer();
    const id = await ask(token, `${bank}${page}`);
    world.altinn.control.approve(id);
    expect(await open(world.altinn.control.redirectFor(id))).toBe(`${bank}${expected}`);
  });

  test("a return URL with an app's own scheme is accepted; similar URLs are refused", async () => {
    const { token } = await customer();
    const id = await ask(token, `${appUrl}?fane=2`);
    world.altinn.control.approve(id);
    expect(await open(world.altinn.control.redirectFor(id))).toBe(`${appUrl}?fane=2&studielan=accepted`);
    for (const beside of ['mybank://nettbank/studielan2', 'mybank://nettbank', 'otherbank://nettbank/studielan'])
      expect(outcome(await frontEnd.startConsent(token, beside))).toBe('400 return-url-not-allowed');
  });
});

describe('§8, consequences', () => {
  test.each([
    ['Status=OK', 'pending'],
    ['status=ok&STATUS=OK&Status=OK', 'pending'],
    ['Status=Failed&Status=OK', 'pending'],
    ['Status=Failed&ErrorMessage=%3Cscript%3Ealert(1)%3C/script%3E%0d%0aSet-Cookie:%20a=b', 'pending'],
    [`ErrorMessage=${'x'.repeat(300)}`, 'pending'],
  ])('2, 5: a status of `%s` in the browser is neither believed nor quoted', async (brought, word) => {
    const { token } = await customer();
    const id = await ask(token);
    const reply = await fetch(`${requestOf(id)?.redirectUrl}&${brought}`, { redirect: 'manual' });
    expect([reply.status, reply.headers.get('location')]).toEqual([303, `${bank}/?studielan=${word}`]);
    expect([reply.headers.get('set-cookie'), await reply.text()]).toEqual([null, '']);
    expect(await consentState(world, id)).toBe('pending');
    expect(world.hostOutput()).not.toMatch(/<script>|%3Cscript|xxxxxxxx/i);
  });

  test('3: Status=OK stays OK in Altinn after a withdrawal; when the page is opened again it gets revoked, and no saldo is shown', async () => {
    const { token } = await customer();
    const id = await ask(token);
    world.altinn.control.approve(id);
    const link = world.altinn.control.redirectFor(id);
    expect(await open(link)).toBe(`${bank}/?studielan=accepted`);
    world.altinn.control.revoke(id);
    expect(world.altinn.control.redirectFor(id)).toBe(link);
    expect(await open(link)).toBe(`${bank}/?studielan=revoked`);
    expect(await saldo(token)).toBe('403 consent-revoked');
  });

  test.each([
    ['GET /saldo', async (token: string) => saldo(token), '200'],
    ['GET /consents/current', current, 'accepted'],
    ['POST /consents', async (token: string) => (await frontEnd.startConsent(token)).body.state, 'accepted'],
  ] as const)(
    '4: the answer of a customer who never returns (tab closed, only logged out, opened from the portal) is found by %s at the next login',
    async (_route, call, expected) => {
      const { token, loginAgain } = await customer();
      const id = await ask(token);
      world.altinn.control.approve(id);
      expect(await consentState(world, id)).toBe('pending');
      expect(await call(await loginAgain())).toBe(expected);
      expect(await consentState(world, id)).toBe('accepted');
    },
  );

  test('4: another person logs in at Altinn and cannot answer: still pending, and the same page is offered', async () => {
    const { token, loginAgain } = await customer();
    const asked = await frontEnd.startConsent(token);
    const page = String(asked.body.consentUrl);
    expect(await answerAsAnother(page)).toContain('Feil person');
    expect(requestOf(frontEnd.consentIdOf(asked))?.status).toBe('Created');
    const again = await frontEnd.startConsent(await loginAgain());
    expect([again.status, again.body]).toEqual([200, asked.body]);
    expect(await saldo(token)).toBe('403 consent-pending');
  });

  test('4: the customer already refused in another tab: the next login shows it, and a new request may be made', async () => {
    const { token, loginAgain } = await customer();
    const id = await ask(token);
    world.altinn.control.reject(id);
    const later = await loginAgain();
    expect(await saldo(later)).toBe('403 consent-rejected');
    expect((await frontEnd.startConsent(later)).status).toBe(201);
  });

  test('4: the page was opened after the request had expired: Altinn accepts no answer, and the page gets expired', async () => {
    const { token } = await customer();
    const id = await ask(token);
    world.altinn.control.override(id, { validTo: new Date(Date.now() - 1000).toISOString() });
    expect(await open(world.altinn.control.redirectFor(id))).toBe(`${bank}/?studielan=expired`);
    expect([await consentState(world, id), await current(token)]).toEqual(['expired', 'expired']);
    world.altinn.control.override(id, {});
    expect((await frontEnd.startConsent(token)).status).toBe(201);
  });

  test('1: a state is valid for CONSENT_REQUEST_TTL_MINUTES; after that the browser goes to the default return URL', async () => {
    const { token } = await customer();
    const id = await ask(token, `${bank}/kort`);
    const link = world.altinn.control.redirectFor(id);
    expect(await open(link)).toBe(`${bank}/kort?studielan=pending`);
    const rows = await rowsOf(world, 'consents');
    const states = rows.filter((row) => row.rowKey === 'state' && row.consentId === id);
    // Only the hash of the state is stored.
    expect(states).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(new URL(link).searchParams.get('state') ?? 'no state');
    const client = TableClient.fromConnectionString(world.azurite.connectionString, 'consents', {
      allowInsecureConnection: true,
    });
    const [partitionKey, rowKey] = [String(states[0]?.partitionKey), 'state'];
    await client.updateEntity({ partitionKey, rowKey, purgeAt: '2026-01-01T00:00:00.000Z' }, 'Merge');
    expect(await open(link)).toBe(`${bank}/?studielan=unknown`);
  });
});

describe('§9, the consent token', () => {
  const grants = () => world.maskinporten.control.grants().filter(({ withConsent }) => withConsent);
  const lookups = () => world.altinn.control.calls().filter(({ route }) => route.endsWith('/lookup'));
  const fetches = () => world.lanekassen.control.calls().length;

  test("has Lånekassen's scope and nothing else, costs one look-up in Altinn of the customer's own consent, and is not fetched after the first 200", async () => {
    const [one, other] = [await customer(), await customer()];
    const [granted, looked] = [grants().length, lookups().length];
    for (const { token } of [one, other]) {
      await frontEnd.giveConsent(token);
      expect(await saldo(token)).toBe('200');
    }
    expect(grants().slice(granted)).toMatchObject([
      { scope: lanekassenScope, status: 200 },
      { scope: lanekassenScope, status: 200 },
    ]);
    // Altinn refuses a look-up of a consent that another person has given (AM-00012).
    expect(lookups().slice(looked)).toMatchObject([{ status: 200 }, { status: 200 }]);
    // The first 200 has made it unnecessary: a new login session needs none.
    expect(await saldo(await one.loginAgain())).toBe('200');
    expect([grants().length - granted, lookups().length - looked]).toEqual([2, 2]);
  });

  test.each([
    ['unknown or of another receiver', 404, 'AM-00001'],
    ['another giver', 400, 'AM-00012'],
    ['run out', 400, 'AM-00013'],
    ['not accepted', 400, 'AM-00014'],
    ['withdrawn', 400, 'AM-00011'],
  ])(
    'the look-up in Altinn says %s (%i %s) though a read says accepted: a doubt, no call, no loop, an alert, and a saldo at the next login',
    async (_what, status, code) => {
      const { token, loginAgain } = await customer();
      await frontEnd.giveConsent(token);
      const [granted, sent] = [grants().length, fetches()];
      world.altinn.control.failNext(1, { route: 'lookup', status, body: { code, status } });
      expect(await saldo(token)).toBe('403 consent-refused');
      expect([grants().length - granted, fetches() - sent]).toEqual([1, 0]);
      expect(world.hostOutput()).toContain('"event":"consent-token-refused"');
      expect(await saldo(await loginAgain())).toBe('200');
    },
  );

  test('the consent is withdrawn between the read and the grant: Altinn is read again, and the customer gets revoked', async () => {
    const { token } = await customer();
    const id = await frontEnd.giveConsent(token);
    const sent = fetches();
    const held = holdNext(world.altinn, 'before', (_, path) => path.endsWith('/lookup'));
    const asked = frontEnd.call('GET', '/saldo', token);
    await held.reached;
    world.altinn.control.revoke(id);
    held.release();
    expect(outcome(await asked)).toBe('403 consent-revoked');
    expect([await consentState(world, id), fetches() - sent]).toEqual(['revoked', 0]);
  });

  test('a consent both withdrawn and expired is a 500 of Altinn (STD-00001) and so of Maskinporten: Altinn is read again', async () => {
    const { token } = await customer();
    const id = await frontEnd.giveConsent(token);
    const sent = fetches();
    const held = holdNext(world.altinn, 'before', (_, path) => path.endsWith('/lookup'));
    // Every attempt of the grant that the policy allows.
    world.altinn.control.failNext(5, { route: 'lookup', status: 500, body: { code: 'STD-00001', status: 500 } });
    const asked = frontEnd.call('GET', '/saldo', token);
    await held.reached;
    world.altinn.control.revoke(id);
    held.release();
    expect(outcome(await asked)).toBe('403 consent-revoked');
    world.altinn.control.noFaults();
    expect(fetches() - sent).toBe(0);
  });

  test.each([
    ['metaData', { metaData: { Navn: 'Eksempelbanken ASA' }, metadata: undefined }],
    ['metadata in lower case', { metadata: { navn: 'EKSEMPELBANKEN ASA' } }],
    ['no metadata', { metadata: undefined }],
  ])('the spelling %s is accepted', async (_what, right) => {
    const { token } = await customer();
    await frontEnd.giveConsent(token);
    world.maskinporten.control.tamper((claims) => altered(claims, (details) => rights(details, right)));
    const answer = await saldo(token);
    world.maskinporten.control.tamper(undefined);
    expect(answer).toBe('200');
  });

  test('a token in quotation marks is unwrapped', async () => {
    const { token } = await customer();
    await frontEnd.giveConsent(token);
    world.maskinporten.control.tamper((claims) => claims, 'quoted');
    const answer = await saldo(token);
    world.maskinporten.control.tamper(undefined);
    expect(answer).toBe('200');
  });

  test.each([
    ['another giver', { from: 'urn:altinn:person:identifier-no:21818297804' }, '403 consent-person-mismatch'],
    [
      'another receiver',
      { to: { authority: 'iso6523-actorid-upis', ID: '0192:310000027' } },
      '403 consent-person-mismatch',
    ],
    ['the receiver as a URN', { to: 'urn:altinn:organization:identifier-no:310000019' }, '502 upstream-invalid-reply'],
    [
      'another resource',
      { consentRights: [{ action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: 'x' }] }] },
      '403 consent-person-mismatch',
    ],
    ['another consent', { id: '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a10' }, '502 upstream-invalid-reply'],
    ['another type', { type: 'urn:altinn:systemuser' }, '502 upstream-invalid-reply'],
    ['a validTo that has passed', { validTo: '2020-01-01T00:00:00+00:00' }, '502 upstream-invalid-reply'],
  ])('a token about %s is not used: %j', async (_what, fields, expected) => {
    const { token } = await customer();
    await frontEnd.giveConsent(token);
    const sent = fetches();
    world.maskinporten.control.tamper((claims) => altered(claims, (details) => ({ ...details, ...fields })));
    const answer = await saldo(token);
    world.maskinporten.control.tamper(undefined);
    expect([answer, fetches() - sent]).toEqual([expected, 0]);
  });
});

describe('a log of more than a hundred entries', () => {
  test("`before` leads through all of it, also entries of one millisecond, and through no other customer's", async () => {
    const { token } = await customer();
    const id = await frontEnd.giveConsent(token);
    const rows = await rowsOf(world, 'consents');
    const partitionKey = String((await documentsOf(world, 'consents')).find(isPersonOf(id))?.partitionKey);
    const own = rows.filter((row) => row.partitionKey === partitionKey && String(row.rowKey).startsWith('log-')).length;
    const { bank } = rows.find((row) => row.partitionKey === partitionKey) as { bank: string };
    // A year of logins. The 101st entry and its neighbours have the same millisecond.
    const start = Date.now() - 86_400_000;
    const seeded = Array.from({ length: 250 }, (_, index) => {
      const at = start - (index > 94 && index < 103 ? 95 : index) * 1000;
      const rowKey = `log-${String(9_999_999_999_999 - at).padStart(13, '0')}-9${String(index).padStart(8, '0')}`;
      const instant = new Date(at).toISOString();
      return { partitionKey, rowKey, bank, at: instant, event: 'saldo-fetched', purgeAt: '2099-01-01T00:00:00.000Z' };
    });
    const client = TableClient.fromConnectionString(world.azurite.connectionString, 'consents', {
      allowInsecureConnection: true,
    });
    for (let from = 0; from < seeded.length; from += 100)
      await client.submitTransaction(seeded.slice(from, from + 100).map((row) => ['create', row]));
    const pages: { at: string }[][] = [];
    let before = '';
    do {
      const { status, body } = await frontEnd.call('GET', `/consents/log${before}`, token);
      expect(status).toBe(200);
      pages.push(body.entries as { at: string }[]);
      before = `?before=${encodeURIComponent(pages.at(-1)?.at(-1)?.at ?? '')}`;
    } while ((pages.at(-1)?.length ?? 0) > 0);
    const all = pages.flat();
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(100);
    expect(all).toHaveLength(250 + own);
    expect(all.map(({ at }) => at)).toEqual(
      all
        .map(({ at }) => at)
        .toSorted()
        .reverse(),
    );
    const other = await customer();
    const theirs = await frontEnd.call(
      'GET',
      `/consents/log?before=${new Date(start - 1000).toISOString()}`,
      other.token,
    );
    expect(theirs.body.entries).toEqual([]);
    expect((await frontEnd.call('GET', '/consents/log?before=yesterday', token)).body.code).toBe('request-invalid');
  });
});

type Details = Record<string, unknown>;

/** Claims with the one element of `authorization_details` changed. The claims of a shared token stay as they are. */
function altered<C extends object>(claims: C, change: (details: Details) => Details): C {
  const { authorization_details: details } = claims as { authorization_details?: Details[] };
  return details === undefined ? claims : { ...claims, authorization_details: details.map(change) };
}

function rights(details: Details, changes: Details): Details {
  return { ...details, consentRights: (details.consentRights as Details[]).map((right) => ({ ...right, ...changes })) };
}
