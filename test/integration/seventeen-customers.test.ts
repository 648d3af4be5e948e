import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dsopCustomers, type TestCustomer } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { isFull } from '../part.ts';
import { FrontEnd } from './front-end.ts';
import { allRows, found, secretsOf } from './leaks.ts';

const names: Record<string, string> = { Lån: 'lan', Renter: 'renter', Gebyr: 'gebyr', Omkostninger: 'omkostninger' };
const decimal = (ore: number) =>
  `${ore < 0 ? '-' : ''}${Math.trunc(Math.abs(ore) / 100)}.${String(Math.abs(ore) % 100).padStart(2, '0')}`;
const oreOf = (amount: string) => Math.round(Number(amount) * 100);

/** `npm test` runs every fourth customer, `test:full` the others. */
const customers = dsopCustomers.filter((_, index) => (index % 4 === 0) !== isFull);

/** What the API must show for a customer, computed from the simulator's own amounts. */
function expectedOf(customer: TestCustomer) {
  const accounts = customer.accounts ?? [];
  return {
    total: { amount: decimal(accounts.reduce((sum, { amount }) => sum + oreOf(amount), 0)), currency: 'NOK' },
    accounts: accounts.map(({ name, amount, lastChangeDateTime }) => ({
      type: names[name],
      name,
      balance: { amount: decimal(oreOf(amount)), currency: 'NOK' },
      lastChangedAt: new Date(lastChangeDateTime).toISOString(),
    })),
    source: { name: 'Lånekassen', logoRequired: true },
  };
}

describe('the 17 DSOP customers, from login to logout', () => {
  let world: World;
  let frontEnd: FrontEnd;
  const personTokens: string[] = [];
  const sids: string[] = [];
  const consentIds: string[] = [];
  const states: string[] = [];

  beforeAll(async () => {
    world = await startTestWorld();
    frontEnd = new FrontEnd(world);
  });
  afterAll(() => world?.close());

  const login = async (customer: TestCustomer) => {
    const sid = `sid-${crypto.randomUUID()}`;
    const token = await world.bankLogin.control.login(customer.nationalId, { sid });
    sids.push(sid);
    personTokens.push(token);
    return token;
  };

  test.each(customers)('$name ($case)', async (customer) => {
    const callsBefore = world.lanekassen.control.calls().length;
    const consentTokensBefore = world.maskinporten.control.grants().filter((grant) => grant.withConsent).length;
    const token = await login(customer);
    expect((await frontEnd.call('GET', '/saldo', token)).body).toMatchObject({
      code: 'consent-required',
      consent: { state: 'none' },
    });

    const id = await frontEnd.giveConsent(token);
    consentIds.push(id);
    const request = world.altinn.control.requests().find((one) => one.id === id);
    states.push(new URL(request?.redirectUrl ?? '').searchParams.get('state') ?? '');

    const before = Date.now();
    const saldo = await frontEnd.call('GET', '/saldo', token);
    expect(saldo.status).toBe(200);
    expect(saldo.body).toMatchObject(expectedOf(customer));
    expect(Date.parse(String(saldo.body.fetchedAt))).toBeGreaterThanOrEqual(before);
    expect(saldo.headers.get('cache-control')).toBe('no-store');
    // A second look-up in the session has the same answer, and no party is called.
    expect((await frontEnd.call('GET', '/saldo', token)).body).toEqual(saldo.body);

    expect((await frontEnd.call('DELETE', '/session', token)).status).toBe(204);
    expect((await frontEnd.call('DELETE', '/session', token)).status).toBe(204);
    const late = await frontEnd.call('GET', '/saldo', token);
    expect([late.status, late.body.code]).toEqual([401, 'session-ended']);

    const calls = world.lanekassen.control.calls().slice(callsBefore);
    expect(calls.map(({ status, withConsentToken }) => ({ status, withConsentToken }))).toEqual([
      { status: 200, withConsentToken: true },
    ]);
    expect(world.maskinporten.control.grants().filter((grant) => grant.withConsent).length - consentTokensBefore).toBe(
      1,
    );
  });

  test('all of them together cost one grant for each shared token within its life (duty C-3)', () => {
    const shared = world.maskinporten.control.grants().filter((grant) => !grant.withConsent);
    expect(
      shared.map(({ scope, status }) => ({ scope, status })).sort((a, b) => a.scope.localeCompare(b.scope)),
    ).toEqual([
      { scope: 'altinn:consentrequests.write', status: 200 },
      { scope: 'lanekassen:lan/v1/saldoopplysninger', status: 200 },
    ]);
  });

  test('a second login fetches no consent token and sends no Consent-ID (duty C-2)', async () => {
    const [customer] = customers;
    if (customer === undefined) throw new Error('no customers');
    const grantsBefore = world.maskinporten.control.grants().length;
    const token = await login(customer);
    const saldo = await frontEnd.call('GET', '/saldo', token);
    expect(saldo.body).toMatchObject(expectedOf(customer));
    expect(world.lanekassen.control.calls().at(-1)).toMatchObject({ status: 200, withConsentToken: false });
    expect(world.maskinporten.control.grants().length).toBe(grantsBefore);
    await frontEnd.call('DELETE', '/session', token);
  });

  test('after logout no saldo is held, and no table has personal data in clear', async () => {
    const rows = await allRows(world.azurite.connectionString);
    expect([...rows.keys()].sort()).toEqual(['consents', 'sessions']);
    const sessions = rows.get('sessions') ?? [];
    expect(sessions.filter((row) => row.includes('ended'))).toHaveLength(customers.length + 1);
    expect(sessions.filter((row) => /held|leased|\bbox\b/.test(row))).toEqual([]);

    const secrets = secretsOf(world, {
      'person token': personTokens.map((token) => token.split('.')[2] ?? ''),
      sid: sids,
      state: states,
    });
    expect(states.every((state) => state.length === 43)).toBe(true);
    for (const [table, lines] of rows)
      expect({ table, found: found(lines.join('\n'), secrets) }).toEqual({ table, found: [] });
    // A consent id is in the consent table and nowhere else.
    expect(consentIds.every((id) => (rows.get('consents') ?? []).some((row) => row.includes(id)))).toBe(true);
    expect(consentIds.filter((id) => sessions.some((row) => row.includes(id)))).toEqual([]);
  });

  test('no log line of the host contains a national id, token, amount, sid, state or consent id', async () => {
    await world.host.stop();
    const output = world.hostOutput();
    // The log is really there, and the search finds what it searches for.
    expect(output).toContain('"operation":"get-saldo","status":200');
    const secrets = secretsOf(world, {
      'person token': personTokens.map((token) => token.split('.')[2] ?? ''),
      sid: sids,
      state: states,
      'consent id': consentIds,
    });
    expect(found(output, secrets)).toEqual([]);
    const planted = `${consentIds[3]} 276405.19 ${sids[2]} ${states[1]} ${dsopCustomers[0]?.nationalId}`;
    expect(
      found(`${output}\n${planted}`, secrets)
        .map((name) => name.replace(/ #\d+$/, ''))
        .sort(),
    ).toEqual(['amount of HAUK HAUGNES', 'consent id', 'national id of STEINAR BRUUN', 'sid', 'state']);
  });
});
