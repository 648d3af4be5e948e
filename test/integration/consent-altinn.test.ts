// Each row of Altinn's contract (docs/contracts/altinn-consent.md §4, §5, §7), against the running app.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dsopCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { wireFaultsOf } from '../wire-faults.ts';
import { consentState } from './feed.ts';
import { FrontEnd, type Reply } from './front-end.ts';

const people = dsopCustomers.map(({ nationalId }) => nationalId);
const outcome = ({ status, body }: Reply) =>
  body.code === undefined ? `${status} ${body.state}` : `${status} ${body.code}`;

describe("Altinn's refusals", () => {
  let world: World;
  let frontEnd: FrontEnd;
  let next = 0;
  beforeAll(async () => {
    world = await startTestWorld();
    frontEnd = new FrontEnd(world);
  });
  afterAll(() => world?.close());

  /** A customer without a consent, or who has ended every consent. */
  const customer = async () => {
    const token = await world.bankLogin.control.login(people[next++ % people.length] ?? '');
    await frontEnd.call('DELETE', '/consents/current', token);
    return token;
  };
  const calls = (method: string) => world.altinn.control.calls().filter((call) => call.method === method).length;
  const problem = (code: string, extra: object = {}) => ({
    type: `urn:altinn:error:${code}`,
    code,
    traceId: 't',
    ...extra,
  });
  const alerts = () =>
    world.hostOutput().match(/"event":"altinn-[\w-]+","alert":true|"event":"altinn-[\w-]+"[^\n]*"alert":true/g)
      ?.length ?? 0;

  test.each([
    ['AM-00000', 403, '503 configuration'],
    ['AM-00003', 400, '503 configuration'],
    ['AM-00004', 400, '503 configuration'],
    ['AM-00005', 400, '503 configuration'],
    ['AM-00006', 400, '503 configuration'],
    ['AM-00007', 400, '503 configuration'],
    ['AM-00008', 400, '503 configuration'],
    ['AM-00009', 400, '503 configuration'],
    ['AM-00001', 404, '502 upstream-invalid-reply'],
    ['AM-00002', 400, '502 upstream-invalid-reply'],
    ['AM-00010', 400, '502 upstream-invalid-reply'],
    ['AM-00011', 400, '502 upstream-invalid-reply'],
    ['AM-00012', 400, '502 upstream-invalid-reply'],
    ['AM-00013', 400, '502 upstream-invalid-reply'],
    ['AM-00014', 400, '502 upstream-invalid-reply'],
    ['AM-00015', 400, '502 upstream-invalid-reply'],
    ['AM-00016', 400, '502 upstream-invalid-reply'],
    ['STD-00000', 400, '503 configuration'],
    ['STD-00001', 500, '503 configuration'],
  ])(
    'Altinn refuses a create with %s (%i): the answer is %s, one alert, one call, and the next POST succeeds',
    async (code, status, expected) => {
      const token = await customer();
      const [sent, alerted] = [calls('POST'), alerts()];
      const urn = 'urn:altinn:person:identifier-no:01085301957';
      world.altinn.control.failNext(1, { route: 'create', status, body: problem(code, { fnumber: urn, detail: urn }) });
      const reply = await frontEnd.startConsent(token);
      expect([outcome(reply), calls('POST') - sent, alerts() - alerted]).toEqual([expected, 1, 1]);
      expect(JSON.stringify(reply.body)).not.toMatch(/AM-|STD-|01085301957/);
      expect(outcome(await frontEnd.startConsent(token))).toMatch(/^20[01] pending$/);
    },
  );

  test('AM-00016: Altinn refuses the id for ever, so the next POST creates a request with another id', async () => {
    const token = await customer();
    const before = world.altinn.control.requests().length;
    world.altinn.control.failNext(1, { route: 'create', status: 400, body: problem('AM-00016') });
    await frontEnd.startConsent(token);
    const again = await frontEnd.startConsent(token);
    expect(again.status).toBe(201);
    expect(world.altinn.control.requests().length).toBe(before + 1);
  });

  test('a 403 without a body is reported as the access list; after a 401 without a body the call is repeated with a new token', async () => {
    const token = await customer();
    world.altinn.control.failNext(1, { route: 'create', status: 403 });
    expect(outcome(await frontEnd.startConsent(token))).toBe('503 configuration');
    expect(world.hostOutput()).toContain("The bank is not on the resource's access list");
    const sent = calls('POST');
    world.altinn.control.failNext(1, { route: 'create', status: 401 });
    expect(outcome(await frontEnd.startConsent(token))).toBe('200 pending');
    expect(calls('POST') - sent).toBe(2);
  });

  test('a create whose answer was lost is repeated with the same id: the 200 has another shape, so the stored request is read', async () => {
    const token = await customer();
    const [sent, read] = [calls('POST'), calls('GET')];
    const before = world.altinn.control.requests().length;
    wireFaultsOf(world.altinn).set({ kind: 'lost' }, { matches: (method) => method === 'POST', times: 1 });
    const reply = await frontEnd.startConsent(token);
    expect([reply.status, calls('POST') - sent, calls('GET') - read]).toEqual([201, 2, 1]);
    expect(world.altinn.control.requests().length).toBe(before + 1);
    const id = frontEnd.consentIdOf(reply);
    world.altinn.control.approve(id);
    expect(await frontEnd.comeBack(id)).toBe(`${world.bankUrl}/?studielan=accepted`);
  });

  test.each([
    ['another giver', { from: 'urn:altinn:person:identifier-no:01097601522' }, '403 consent-person-mismatch'],
    [
      'another delegator',
      { requiredDelegator: 'urn:altinn:person:identifier-no:01097601522' },
      '403 consent-person-mismatch',
    ],
    ['another receiver', { to: 'urn:altinn:organization:identifier-no:910194143' }, '403 consent-person-mismatch'],
    [
      'another resource',
      { consentRights: [{ action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: 'other' }] }] },
      '403 consent-person-mismatch',
    ],
    ['a link elsewhere', { viewUri: 'https://altinn.example/request' }, '502 upstream-invalid-reply'],
    ['an unknown status', { status: 'Postponed' }, '502 upstream-invalid-reply'],
  ])('the request that Altinn has stored is compared with ours: %s', async (_what, fields, expected) => {
    // Not a customer whose national id is in the overrides.
    next = Math.max(next, 2);
    const token = await customer();
    world.altinn.control.override('*', fields);
    const reply = await frontEnd.startConsent(token);
    world.altinn.control.override('*', {});
    expect(outcome(reply)).toBe(expected);
    expect(outcome(await frontEnd.call('GET', '/saldo', token))).toMatch(/^403 consent-(required|pending)$/);
  });

  test.each([
    ['Accepted', 'accepted', 'accepted'],
    ['ACCEPTED', 'accepted', 'accepted'],
    ['Rejected', 'rejected', 'rejected'],
    ['Revoked', 'revoked', 'revoked'],
    ['Deleted', 'revoked', 'revoked'],
    ['Expired', 'expired', 'expired'],
    ['Created', 'pending', 'pending'],
  ])('status %s is %s in the return URL and %s in the state table', async (status, word, state) => {
    const token = await customer();
    const id = frontEnd.consentIdOf(await frontEnd.startConsent(token));
    world.altinn.control.override(id, { status });
    expect(await frontEnd.comeBack(id)).toBe(`${world.bankUrl}/?studielan=${word}`);
    expect(await consentState(world, id)).toBe(state);
    expect((await frontEnd.call('GET', '/consents/current', token)).body.state).toBe(state);
    world.altinn.control.override(id, {});
  });

  test('an accepted consent with a validTo in the past is expired; with a validTo over a year ahead the callback says failed', async () => {
    const token = await customer();
    const id = frontEnd.consentIdOf(await frontEnd.startConsent(token));
    world.altinn.control.approve(id);
    world.altinn.control.override(id, { validTo: new Date(Date.now() + 400 * 86_400_000).toISOString() });
    expect(await frontEnd.comeBack(id)).toBe(`${world.bankUrl}/?studielan=failed`);
    expect(await consentState(world, id)).toBe('pending');
    world.altinn.control.override(id, { validTo: new Date(Date.now() - 1000).toISOString() });
    expect(await frontEnd.comeBack(id)).toBe(`${world.bankUrl}/?studielan=expired`);
    expect(await consentState(world, id)).toBe('expired');
    expect(outcome(await frontEnd.call('GET', '/saldo', token))).toBe('403 consent-expired');
  });
});
