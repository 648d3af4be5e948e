// Figures of the panels in scenarios, compared with figures worked out by hand from the description of a scenario
// (tools/monitoring/scenarios): how many of its rounds are in a window, and how many customers are in a round.
import { afterEach, describe, expect, test } from 'vitest';
import { type Played, play } from '../../tools/monitoring/scenarios/run.ts';

const open: Played[] = [];
const ask = async (scenario: string, panel: string, minutes: number) => {
  const played = await play(scenario);
  open.push(played);
  return played.ask(panel, minutes);
};
afterEach(() => {
  for (const played of open.splice(0)) played.close();
});

describe('figures, worked out by hand', { timeout: 60_000 }, () => {
  // 13 rounds of 18 customers whose look-up failed (25, 23, … 1 minutes ago). Before them, with ten customers each, 12 rounds within the
  // hour (60, 57, … 27) and two rounds within half an hour (30, 27); and two customers of a round of consents, 55 minutes ago.
  test('burn: rates by window, shortest first; each customer counts once', async () => {
    const rows = await ask('lanekassen-down', 'burn', 420);
    expect(
      rows.map(({ window, customers, answeredOurs, answeredUpstreams }) => ({
        window,
        customers,
        answeredOurs,
        answeredUpstreams,
      })),
    ).toEqual([
      { window: '10 min', customers: 90, answeredOurs: 0, answeredUpstreams: 100 },
      { window: '30 min', customers: 254, answeredOurs: 0, answeredUpstreams: 92.1 },
      { window: '1 h', customers: 356, answeredOurs: 0, answeredUpstreams: 65.7 },
      { window: '6 h', customers: expect.any(Number), answeredOurs: 0, answeredUpstreams: expect.any(Number) },
    ]);
  });

  // 75 rounds of ten customers of one bank, and five rounds of consents with two each; 15 rounds of another bank; one round in which all
  // customers of a third bank fail.
  test('banks: each has its own customers; a chosen bank is shown alone', async () => {
    const rows = await ask('one-bank-fails', 'banks', 76);
    expect(rows.map(({ bank, failedOurs, answeredPercent }) => [bank, failedOurs, answeredPercent])).toEqual([
      ['310000019', 0, 100],
      ['310000027', 0, 100],
      ['310000035', 0, 0],
    ]);
    expect(rows.map(({ customers }) => customers)).toEqual([760, 150, expect.any(Number)]);
    expect(rows[2]?.customers).toBe(rows[2]?.failedTheirs);
    const played = await play('one-bank-fails');
    open.push(played);
    const chosen = { onlyBank: "'310000035'" };
    expect(await played.ask('banks', 76, chosen)).toEqual([rows[2]]);
    const causes = await played.ask('whose-fault', 76, chosen);
    expect(causes.reduce((sum, { lookups }) => sum + Number(lookups), 0)).toBe(rows[2]?.customers);
    expect(await played.ask('whose-fault', 76, { onlyBank: "'310000019'" })).toEqual([]);
    const [consents] = await played.ask('bank-consents', 76);
    expect(consents).toMatchObject({ bank: '310000019' });
    expect(consents?.asked).toBeGreaterThan(0);
    expect(consents?.given).toBeGreaterThan(0);
  });

  test('objectives: the achieved share and the remaining budget count the same customers', async () => {
    const [ours, upstreams] = await ask('lanekassen-down', 'objectives', 61);
    expect(ours).toMatchObject({ promised: 99.9, kept: 100, budgetLeft: 100, counted: 356 });
    // 234 of 356 failed; one in a hundred may fail.
    expect(upstreams).toMatchObject({ promised: 99, kept: 34.27, budgetLeft: -6473, counted: 356 });
  });

  test('whose fault: the party and kind of the failure, not where the time went', async () => {
    const rows = await ask('lanekassen-down', 'whose-fault', 61);
    expect(rows.every(({ cause }) => String(cause).startsWith('upstreams: lanekassen '))).toBe(true);
    expect(rows.reduce((sum, { lookups }) => sum + Number(lookups), 0)).toBe(234);
  });

  test("upstreams: the state table's error share counts its successes; calls that were not sent do not lower a share", async () => {
    const [tables] = (await ask('tables-hiccup', 'upstreams', 60)).filter(({ upstream }) => upstream === 'tables');
    expect(tables?.errorPercent).toBeGreaterThan(0);
    expect(tables?.errorPercent).toBeLessThan(8);
    expect(tables?.attemptsPerCall).toBeLessThan(1.1);
    const rows = await ask('lanekassen-down', 'upstreams', 20);
    const lanekassen = rows.find(({ upstream }) => upstream === 'lanekassen');
    // The call that warmed the instance may still be counted in a round. With the calls that were not sent the share would be half.
    expect(lanekassen?.errorPercent).toBeGreaterThan(95);
    expect(lanekassen?.closedOffOn).toBe(2);
    expect(lanekassen?.notSent).toBeGreaterThan(0);
    expect(rows.map(({ upstream }) => upstream)).toEqual(rows.map(({ upstream }) => upstream).toSorted());
  });

  // 31 sweeps in four hours (240, 210, … 90, and 75, 72, … 3 minutes ago), of which the last eight failed.
  test('functions: the failed runs of a timer count as failed', async () => {
    const rows = await ask('tables-down', 'functions', 240);
    expect(rows.find((row) => row.function === 'purge-expired')).toMatchObject({
      calls: 31,
      failed: 8,
      okPercent: 74.19,
    });
    const sampled = await ask('sampled', 'functions', 240);
    const whole = await ask('healthy-day', 'functions', 240);
    const calls = (list: typeof rows) => list.reduce((sum, row) => sum + Number(row.calls), 0);
    // Each fifth row counts for five, so the sum differs by a few at the edges of the window.
    expect(Math.abs(calls(sampled) - calls(whole))).toBeLessThan(10);
  });

  test('deployments: one row each, newest first', async () => {
    const rows = await ask('deployment', 'deployments', 672 * 60);
    expect(rows.map(({ package: name }) => name)).toEqual(Array(3).fill('released-package.zip'));
    expect(rows.map(({ deployed }) => deployed)).toEqual(
      rows
        .map(({ deployed }) => deployed)
        .toSorted()
        .reverse(),
    );
  });

  // Two of three customers in a round accept and see their saldo.
  test('consent funnel: no step is above 100 % of the requests, wherever the window begins', async () => {
    const played = await play('healthy-day');
    open.push(played);
    expect((await played.ask('consent-funnel', 240)).map(({ step }) => step)).toEqual([
      'requested (100 %)',
      'returned (100 %)',
      'accepted (67 %)',
      'first-saldo (67 %)',
    ]);
    for (let minutes = 54.9; minutes < 55.05; minutes += 0.005)
      for (const { step } of await played.ask('consent-funnel', minutes))
        expect(Number(/\((\d+) %\)/.exec(String(step))?.[1]), `${minutes}: ${step}`).toBeLessThanOrEqual(100);
  });

  test('duties: a second attempt is not a second call', async () => {
    // Each login took two attempts. The edges of the window cut a round.
    const [duties] = await ask('lanekassen-throttles-once', 'duties', 24);
    expect(duties?.callsPerLogin).toBeGreaterThan(0.9);
    expect(duties?.callsPerLogin).toBeLessThan(1.1);
  });

  test('now: each figure on an ordinary morning', async () => {
    // 5 rounds in the last quarter of an hour (15, 12, … 3), the first of which begins just then; each saldo is seen twice.
    const rows = await ask('healthy-day', 'now', 60);
    expect(rows.map(({ figure, value, verdict }) => [figure, value, verdict])).toEqual([
      ['Customers get an answer', '100 %', 'good'],
      ['Failed, our fault', '0', 'good'],
      ['Failed, an upstream’s', '0', 'good'],
      ['Host answered 500', '0', 'good'],
      ['Look-ups', expect.stringMatching(/^(80|9\d|10\d)$/), 'good'],
      ['With a saldo', expect.stringMatching(/^(80|9\d|10\d)$/), 'good'],
      ['95 of 100 within', expect.stringMatching(/ s$/), 'good'],
    ]);
  });

  test('key days: of the key in use, not of the previous one', async () => {
    expect(await ask('key-rotated', 'key-days', 240)).toMatchObject([{ inVaultDays: 365 }]);
  });

  test('vault callers: Event Grid is named, and is not an unknown caller', async () => {
    const callers = (await ask('vault-notices', 'vault-callers', 240)).map(({ caller }) => caller);
    expect([...new Set(callers)].toSorted()).toEqual(['Event Grid', 'appprincipal']);
  });
});
