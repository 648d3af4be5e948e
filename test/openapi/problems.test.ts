// Every problem of the catalogue: a real request against the local world causes each code, with the catalogue's status, title, delay and
// consent state, and its `type` leads to a page of the app.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ownCustomers, testCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { type ProblemCode, type ProblemDefinition, problems } from '../../shared/problem-catalogue.ts';
import { FrontEnd, type Reply } from '../integration/front-end.ts';
import { problemContract } from '../unit/support/problem-contract.ts';

const codes = Object.keys(problems) as ProblemCode[];

let world: World;
let frontEnd: FrontEnd;
beforeAll(async () => {
  world = await startTestWorld();
  frontEnd = new FrontEnd(world);
});
afterAll(() => world?.close());
beforeEach(() => {
  world.lanekassen.control.noFaults();
  world.lanekassen.control.setDelay(0);
  world.altinn.control.noFaults();
});

let next = 0;
/** A customer without a consent request. */
const strangers = testCustomers.filter(({ accounts }) => accounts !== undefined);
const stranger = () => strangers[next++]?.nationalId ?? 'no stranger left';
const login = (nationalId = stranger()) => world.bankLogin.control.login(nationalId);
const saldo = (token: string, headers: Record<string, string> = {}) =>
  frontEnd.call('GET', '/saldo', token, { headers });
/** Requests a consent. Returns the token and the consent id. */
async function asked(): Promise<{ token: string; id: string }> {
  const token = await login();
  return { token, id: frontEnd.consentIdOf(await frontEnd.startConsent(token)) };
}
/** A new login session of a customer who has consented. */
async function consented(): Promise<string> {
  const token = await login();
  await frontEnd.giveConsent(token);
  return token;
}
async function whenLanekassen(fault: Parameters<World['lanekassen']['control']['failNext']>[1]): Promise<Reply> {
  const token = await consented();
  world.lanekassen.control.failNext(5, fault);
  return saldo(token);
}

/** How each problem is caused. A code without a line here does not compile. */
const reached: Record<Exclude<ProblemCode, 'internal'>, () => Promise<Reply>> = {
  'request-invalid': async () => frontEnd.call('POST', '/consents', await login(), { body: {} }),
  'length-required': async () => {
    const body = new Blob(['{"returnUrl":"https://bank.example"}']).stream();
    const reply = await fetch(`${world.apiUrl}/consents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await login()}`, 'content-type': 'application/json' },
      body,
      duplex: 'half',
    } as RequestInit);
    return { status: reply.status, headers: reply.headers, body: (await reply.json()) as Reply['body'] };
  },
  'return-url-not-allowed': async () => frontEnd.startConsent(await login(), 'https://elsewhere.example/'),
  'person-token-missing': () => frontEnd.call('GET', '/saldo'),
  'person-token-invalid': () => saldo('not-a.real.token'),
  'session-ended': async () => {
    const token = await login();
    await frontEnd.call('DELETE', '/session', token);
    return saldo(token);
  },
  'consent-required': async () => saldo(await login()),
  'consent-pending': async () => saldo((await asked()).token),
  'consent-rejected': async () => {
    const { token, id } = await asked();
    world.altinn.control.reject(id);
    return saldo(token);
  },
  'consent-revoked': async () => {
    const { token, id } = await asked();
    world.altinn.control.approve(id);
    world.altinn.control.revoke(id);
    return saldo(token);
  },
  'consent-expired': async () => {
    const { token, id } = await asked();
    world.altinn.control.approve(id);
    world.altinn.control.override(id, { validTo: new Date(Date.now() - 1000).toISOString() });
    return saldo(token);
  },
  'consent-refused': () => whenLanekassen({ status: 403 }),
  'consent-person-mismatch': async () => {
    const { token, id } = await asked();
    world.altinn.control.override(id, { from: 'urn:altinn:person:identifier-no:01097601522' });
    return saldo(token);
  },
  'too-many-requests': async () => {
    const token = await login();
    for (let request = 0; request < 5; request++) {
      await frontEnd.startConsent(token);
      await frontEnd.call('DELETE', '/consents/current', token);
    }
    return frontEnd.startConsent(token);
  },
  'not-a-customer': async () => {
    const token = await login(ownCustomers.find(({ accounts }) => accounts === undefined)?.nationalId);
    await frontEnd.giveConsent(token);
    return saldo(token);
  },
  'not-found': () => frontEnd.call('GET', '/problems/no-such-code'),
  'saldo-not-ready': async () => {
    const token = await consented();
    world.lanekassen.control.setDelay(2500);
    return saldo(token, { prefer: 'wait=1' });
  },
  'upstream-invalid-reply': () => whenLanekassen({ bodyText: '{}', headers: { 'content-type': 'text/html' } }),
  'upstream-unavailable': () => whenLanekassen({ status: 500 }),
  'consent-unverifiable': async () => {
    const token = await consented();
    world.altinn.control.failNext(10, { route: 'read', status: 503 });
    return saldo(token);
  },
  configuration: () => whenLanekassen({ status: 400 }),
  // Last, because it opens the breaker.
  'upstream-busy': () => whenLanekassen({ status: 429 }),
};

describe('every problem can be caused', () => {
  test.each(Object.keys(reached) as (keyof typeof reached)[])('%s', async (code) => {
    const { status, title, retryAfterSeconds, consentState }: ProblemDefinition = problems[code];
    const reply = await reached[code]();
    expect(reply.body).toMatchObject({
      code,
      status,
      title,
      ...(consentState && { consent: { state: consentState } }),
    });
    expect(reply.status).toBe(status);
    expect(reply.headers.has('retry-after')).toBe(retryAfterSeconds !== undefined);
    const seconds = Number(reply.headers.get('retry-after'));
    if (retryAfterSeconds) {
      expect(seconds).toBeGreaterThanOrEqual(retryAfterSeconds.least);
      expect(seconds).toBeLessThanOrEqual(retryAfterSeconds.most);
    }
    const page = await fetch(String(reply.body.type));
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('cache-control')).toBe('public, max-age=3600');
    expect(await page.text()).toContain(`<h1><code>${code}</code></h1>`);
  });

  test("except internal, which no request may cause: the wrapper's unit test and the random requests cover it", () => {
    expect(codes.filter((code) => !(code in reached))).toEqual(['internal']);
    const wrapper = readFileSync('test/unit/http/endpoint.test.ts', 'utf8');
    expect(wrapper).toContain("'internal'");
  });
});

test('titles and pages are unique, every remedy has a text, and a delay is given if a retry helps', () => {
  const entries: ProblemDefinition[] = Object.values(problems);
  for (const member of ['title', 'when', 'remedy'] as const)
    expect(new Set(entries.map((entry) => entry[member])).size).toBe(entries.length);
  for (const { retryAfterSeconds, status } of entries) {
    if (retryAfterSeconds !== undefined) expect([503, 429]).toContain(status);
  }
});

test('the catalogue is the table of the interface, code by code', () => {
  expect(Object.fromEntries(codes.map((code) => [code, problems[code].status]))).toEqual(problemContract);
});
