import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../local/simulators/kit/simulator.ts';
import { startLanekassen } from '../../local/simulators/lanekassen/simulator.ts';
import { wireFaultsOf } from '../wire-faults.ts';
import { organisation, type StubIssuer, startStubIssuer } from './altinn-stub-issuer.ts';

const bank = '310000019';
const otherBank = '999888777';
const haugnes = '04125300311';
const unknownCustomer = '15858510055';
const scope = 'lanekassen:lan/v1/saldoopplysninger';
const resourceId = 'slk_5498_1';

let nowMs = Date.parse('2026-11-23T08:00:00Z');
let issuer: StubIssuer;
let lanekassen: Simulator<typeof startLanekassen>;
let plainToken: string;

type Headers = Record<string, string | undefined>;

function consent(changes: Record<string, unknown> = {}) {
  return {
    type: 'urn:altinn:consent',
    id: '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a10',
    from: `urn:altinn:person:identifier-no:${haugnes}`,
    to: organisation(bank),
    consented: '2026-11-23T08:00:00.000001+00:00',
    validTo: new Date(nowMs + 86_400_000).toISOString().replace('Z', '+00:00'),
    consentRights: [
      {
        action: ['consent'],
        resource: [{ type: 'urn:altinn:resource', value: resourceId }],
        metadata: { navn: 'Eksempelbanken ASA' },
      },
    ],
    ...changes,
  };
}

function token(claims: Record<string, unknown> = {}): Promise<string> {
  return issuer.sign({ consumer: organisation(bank), scope, ...claims });
}

const consentToken = (changes: Record<string, unknown> = {}, claims: Record<string, unknown> = {}) =>
  token({ authorization_details: [consent(changes)], ...claims });

async function call(changes: Headers = {}, init: { url?: string; method?: string; body?: string } = {}) {
  const headers: Headers = {
    ApiKey: 'bank-key',
    Authorization: plainToken,
    PSU_ID: haugnes,
    'X-Request-Id': crypto.randomUUID(),
    ...changes,
  };
  const sent = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { url = '/saldo/v1/Accounts', ...rest } = init;
  return fetch(`${lanekassen.url}${url}`, { headers: sent, ...rest });
}

beforeAll(async () => {
  issuer = await startStubIssuer(() => nowMs);
  lanekassen = await startLanekassen({
    clock: () => nowMs,
    maskinportenUrl: issuer.url,
    apiKeys: { 'bank-key': bank, 'other-key': otherBank },
    resourceId,
  });
});
afterAll(async () => {
  await lanekassen.close();
  await issuer.close();
});
beforeEach(async () => {
  plainToken = await token();
  lanekassen.control.forget(haugnes);
});

describe('Lånekassen refuses', () => {
  const cases: [string, number, () => Headers | Promise<Headers>][] = [
    ['no ApiKey', 401, () => ({ ApiKey: undefined })],
    ['an unknown ApiKey', 401, () => ({ ApiKey: 'toString' })],
    ["another bank's ApiKey", 403, () => ({ ApiKey: 'other-key' })],
    ['no Authorization', 401, () => ({ Authorization: undefined })],
    ['a Bearer prefix', 401, () => ({ Authorization: `Bearer ${plainToken}` })],
    [
      'a token of another scope',
      401,
      async () => ({ Authorization: await token({ scope: 'altinn:consentrequests.write' }) }),
    ],
    [
      'a token of another issuer',
      401,
      async () => ({ Authorization: await token({ iss: 'https://maskinporten.no/' }) }),
    ],
    ['an expired token', 401, async () => ({ Authorization: await token({ exp: Math.floor(nowMs / 1000) - 1 }) })],
    [
      'a forged token',
      401,
      async () => ({ Authorization: await issuer.forge({ consumer: organisation(bank), scope }) }),
    ],
    ['no PSU_ID', 400, () => ({ PSU_ID: undefined })],
    ['a PSU_ID with a wrong control digit', 400, () => ({ PSU_ID: '04125300312' })],
    ['no X-Request-Id', 400, () => ({ 'X-Request-Id': undefined })],
    ['no consent token the first time', 403, () => ({ 'Consent-ID': undefined })],
    ['a consent token in quotes', 403, async () => ({ 'Consent-ID': `"${await consentToken()}"` })],
    ['a plain token as consent token', 403, () => ({ 'Consent-ID': plainToken })],
    [
      "another person's consent",
      403,
      async () => ({ 'Consent-ID': await consentToken({ from: 'urn:altinn:person:identifier-no:02075700329' }) }),
    ],
    [
      "another bank's consent",
      403,
      async () => ({ 'Consent-ID': await consentToken({ to: organisation(otherBank) }) }),
    ],
    [
      'a consent token of another consumer',
      403,
      async () => ({ 'Consent-ID': await consentToken({}, { consumer: organisation(otherBank) }) }),
    ],
    [
      'a consent to another resource',
      403,
      async () => ({
        'Consent-ID': await consentToken({
          consentRights: [{ action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: 'x' }] }],
        }),
      }),
    ],
    [
      'an expired consent',
      403,
      async () => ({ 'Consent-ID': await consentToken({ validTo: '2026-11-23T07:59:59+00:00' }) }),
    ],
    [
      'an expired consent token',
      403,
      async () => ({ 'Consent-ID': await consentToken({}, { exp: Math.floor(nowMs / 1000) - 1 }) }),
    ],
    [
      'two consents in one token',
      403,
      async () => ({ 'Consent-ID': await token({ authorization_details: [consent(), consent()] }) }),
    ],
  ];
  it.each(cases)('%s (%i)', async (_what, status, changes) => {
    const answer = await call({ 'Consent-ID': await consentToken(), ...(await changes()) });
    expect(answer.status).toBe(status);
    expect((await answer.text()).length).toBeGreaterThan(0);
  });

  it('a query, a body and other routes', async () => {
    const withConsent = { 'Consent-ID': await consentToken() };
    expect((await call(withConsent, { url: '/saldo/v1/Accounts?x=1' })).status).toBe(400);
    expect((await call(withConsent, { method: 'POST', body: 'x' })).status).toBe(404);
    expect((await call(withConsent, { url: '/saldo/v1/accounts' })).status).toBe(404);
  });

  it('a request id that was used before, also by a failed call', async () => {
    const used = { 'X-Request-Id': crypto.randomUUID(), 'Consent-ID': await consentToken() };
    lanekassen.control.failNext(1, { status: 503 });
    expect((await call(used)).status).toBe(503);
    expect((await call(used)).status).toBe(400);
  });
});

describe('Lånekassen answers', () => {
  it('in the documented casing, with amounts as written in the text', async () => {
    const answer = await call({ 'Consent-ID': await consentToken() });
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).toContain('"amount":590.0}');
    expect(text).toContain('"TotalAmount":280743.56');
    const body = JSON.parse(text);
    expect(body.Accounts.map((account: { Name: string }) => account.Name)).toEqual([
      'Lån',
      'Renter',
      'Gebyr',
      'Omkostninger',
    ]);
    expect(body.Accounts[0]).toEqual({
      Balances: [
        {
          BalanceType: 'closingBooked',
          BalanceAmount: { currency: 'NOK', amount: 276405.19 },
          LastChangeDateTime: '2026-10-15T21:02:11.307Z',
        },
      ],
      Name: 'Lån',
      Bban: haugnes,
      Assert: '',
    });
  });

  it('without a consent token after a first 200, until the consent runs out', async () => {
    const start = nowMs;
    expect((await call({ 'Consent-ID': await consentToken() })).status).toBe(200);
    expect((await call()).status).toBe(200);
    nowMs += 86_400_000;
    expect((await call({ Authorization: await token() })).status).toBe(403);
    nowMs = start;
    lanekassen.control.forget(haugnes);
    expect((await call()).status).toBe(403);
  });

  it('separately for each bank: what one bank may see, another may not', async () => {
    expect((await call({ 'Consent-ID': await consentToken() })).status).toBe(200);
    const theirs = { ApiKey: 'other-key', Authorization: await token({ consumer: organisation(otherBank) }) };
    expect((await call(theirs)).status).toBe(403);
  });

  it('404 for an unknown person, after the check of the consent and without remembering it', async () => {
    const person = { PSU_ID: unknownCustomer };
    const from = `urn:altinn:person:identifier-no:${unknownCustomer}`;
    expect((await call(person)).status).toBe(403);
    expect((await call({ ...person, 'Consent-ID': await consentToken({ from }) })).status).toBe(404);
    expect((await call(person)).status).toBe(403);
  });

  it('with the accounts and total that a test sets', async () => {
    lanekassen.control.setAccounts(haugnes, [
      { name: 'Lån', amount: '-1.005', lastChangeDateTime: '2026-11-01T00:00:00Z' },
    ]);
    lanekassen.control.setTotalAmount(haugnes, '0');
    const text = await (await call({ 'Consent-ID': await consentToken() })).text();
    expect(text).toContain('"amount":-1.005}');
    expect(text).toContain('"TotalAmount":0}');
    lanekassen.control.setTotalAmount(haugnes, undefined);
    expect(await (await call()).text()).toContain('"TotalAmount":-1.005}');
    lanekassen.control.setAccounts(haugnes, undefined);
    expect((await call()).status).toBe(404);
  });

  it('to a token signed with a rotated key', async () => {
    await issuer.rotate();
    expect((await call({ Authorization: await token(), 'Consent-ID': await consentToken() })).status).not.toBe(401);
  });
});

describe('Lånekassen fails as planned', () => {
  it('with status, headers, body and delay, and records every call', async () => {
    const before = lanekassen.control.calls().length;
    const requestId = crypto.randomUUID();
    lanekassen.control.failNext(1, { status: 429, headers: { 'Retry-After': '3' }, bodyText: 'busy', delayMs: 60 });
    const started = performance.now();
    const answer = await call({ 'X-Request-Id': requestId });
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([429, '3', 'busy']);
    expect(performance.now() - started).toBeGreaterThan(50);
    expect(lanekassen.control.calls().slice(before)).toEqual([
      { at: nowMs, requestId, withConsentToken: false, status: 429 },
    ]);
  });

  it('by a reset before the answer, inside the body, and after the work', async () => {
    lanekassen.control.setAccounts(haugnes, []);
    wireFaultsOf(lanekassen).set({ kind: 'reset' }, { times: 1 });
    await expect(call()).rejects.toThrow();
    wireFaultsOf(lanekassen).set({ kind: 'reset-inside' }, { times: 1 });
    const answer = await call({ 'Consent-ID': await consentToken() });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
    wireFaultsOf(lanekassen).set({ kind: 'lost' }, { times: 1 });
    await expect(call({ 'Consent-ID': await consentToken() })).rejects.toThrow();
    // The work was done: the consent is remembered although the answer was lost.
    expect((await call()).status).toBe(200);
  });
});

it('Lånekassen can take the consent from Authorization, with a prefix, for tests of those settings', async () => {
  const variant = await startLanekassen({
    clock: () => nowMs,
    maskinportenUrl: issuer.url,
    apiKeys: { 'bank-key': bank },
    resourceId,
  });
  variant.control.answerAs({ authorizationPrefix: 'Bearer ', consentTransport: 'authorization-only' });
  const ask = async (authorization: string) =>
    fetch(`${variant.url}/saldo/v1/Accounts`, {
      headers: {
        ApiKey: 'bank-key',
        Authorization: authorization,
        PSU_ID: haugnes,
        'X-Request-Id': crypto.randomUUID(),
      },
    });
  expect((await ask(await consentToken())).status).toBe(401);
  expect((await ask(`Bearer ${await token()}`)).status).toBe(403);
  expect((await ask(`Bearer ${await consentToken()}`)).status).toBe(200);
  await variant.close();
});
