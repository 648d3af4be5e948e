import { describe, expect, test } from 'vitest';
import { dsopCustomers } from '../../../local/simulators/test-customers.ts';
import { dsopCases } from '../../../tools/dsop-cases/cases.ts';
import { judge } from '../../../tools/dsop-cases/duties.ts';
import type { CustomerEvidence, Evidence, LanekassenCall } from '../../../tools/dsop-cases/evidence.ts';
import { logoFinding } from '../../../tools/dsop-cases/logo.ts';
import { csvReport, markdownReport } from '../../../tools/dsop-cases/report.ts';
import { seenSaldo } from '../../../tools/dsop-cases/seen-saldo.ts';

const answered = (withConsentToken: boolean): LanekassenCall => ({
  requestId: '0f6f3b3a-6f0f-4c6e-9a55-3c1f2f0f3a11',
  withConsentToken,
  status: 200,
});

/** What a run without faults has seen. */
function sound(): Evidence {
  const customers = dsopCases.map(
    (one): CustomerEvidence => ({
      case: one.case,
      at: '2026-11-27T08:00:00.000Z',
      consentIsNew: true,
      calls: [],
      saldo: { accounts: [...one.accounts], total: one.total ?? 'under', addsUp: true, logoRequired: true },
      sameAgain: true,
      ended: true,
      firstView: [answered(true)],
      secondView: [],
      consentTokens: 1,
    }),
  );
  return {
    customers,
    second: {
      logins: 17,
      answered: 17,
      firstView: customers.map(() => answered(false)),
      secondView: [],
      consentTokens: 0,
      sharedTokens: 0,
      seconds: 2,
    },
    stretches: [{ logins: 34, sharedTokens: 1, seconds: 6 }],
    logo: { page: 'a page', widths: [{ px: 360, seen: 'a picture' }] },
    countedAt: 'here',
  };
}

const first = (evidence: Evidence): CustomerEvidence => {
  const [customer] = evidence.customers;
  if (customer === undefined) throw new Error('no customer');
  return customer;
};
const second = (evidence: Evidence) => {
  if (evidence.second === undefined) throw new Error('no second login');
  return evidence.second;
};
const results = (evidence: Evidence) =>
  Object.fromEntries(judge(dsopCases, 17, evidence).map(({ id, result }) => [id, result]));
const all = { 'C-2': 'pass', 'C-3': 'pass', 'C-4': 'pass', 'C-5': 'pass', 'C-6': 'pass' };

test("the cases are DSOP's 17, the same as in the simulators", () => {
  expect(dsopCases.map(({ nationalId, name }) => ({ nationalId, name }))).toEqual(
    dsopCustomers.map(({ nationalId, name }) => ({ nationalId, name })),
  );
  expect(dsopCases.map((one) => one.case)).toEqual(dsopCustomers.map((customer) => customer.case));
});

test('a run without faults passes every duty', () => {
  expect(results(sound())).toEqual(all);
});

const broken: [string, string, (evidence: Evidence) => void][] = [
  ['C-2', 'two consent tokens for one 200', (seen) => Object.assign(first(seen), { consentTokens: 2 })],
  ['C-2', 'a consent token at the second login', (seen) => Object.assign(second(seen), { consentTokens: 1 })],
  ['C-2', 'a Consent-ID at the second login', (seen) => second(seen).firstView.splice(0, 1, answered(true))],
  [
    'C-3',
    'a token more than its life allows',
    (seen) => seen.stretches.splice(0, 1, { logins: 34, sharedTokens: 2, seconds: 89 }),
  ],
  ['C-3', 'two tokens while all log in at once', (seen) => Object.assign(second(seen), { sharedTokens: 2 })],
  ['C-4', 'a call at the second view', (seen) => first(seen).secondView.push(answered(false))],
  ['C-4', 'a call at the second view of a later login', (seen) => second(seen).secondView.push(answered(false))],
  ['C-4', 'two answers for one view', (seen) => second(seen).firstView.push(answered(false))],
  ['C-5', 'a sub-account missing', (seen) => first(seen).saldo?.accounts.pop()],
  ['C-5', 'a sub-account too many', (seen) => first(seen).saldo?.accounts.push('annet')],
  ['C-5', 'the other side of the million', (seen) => Object.assign(first(seen).saldo ?? {}, { total: 'over' })],
  ['C-5', 'a total that is no sum', (seen) => Object.assign(first(seen).saldo ?? {}, { addsUp: false })],
  ['C-5', 'a session that outlives its logout', (seen) => Object.assign(first(seen), { ended: false })],
  ['C-5', 'another answer at the second view', (seen) => Object.assign(first(seen), { sameAgain: false })],
  ['C-5', 'a customer without a saldo', (seen) => delete first(seen).saldo],
  ['C-5', 'a customer left out', (seen) => seen.customers.splice(3, 1)],
  ['C-6', 'an answer that asks for no logo', (seen) => Object.assign(first(seen).saldo ?? {}, { logoRequired: false })],
  ['C-6', 'a page without it', (seen) => seen.logo.widths.push({ px: 1280, fault: 'empty' })],
];

test.each(broken)('%s fails: %s', (duty, _, spoil) => {
  const evidence = sound();
  spoil(evidence);
  expect(results(evidence)[duty]).toBe('fail');
});

const tooLittle: [string, string, (evidence: Evidence) => void][] = [
  ['C-2', 'no second login', (seen) => delete seen.second],
  [
    'C-2',
    'no new consent',
    (seen) =>
      Object.assign(seen, {
        customers: seen.customers.map((one) => ({ ...one, consentIsNew: false, consentTokens: 0 })),
      }),
  ],
  ['C-3', 'logins as slow as tokens', (seen) => Object.assign(second(seen), { seconds: 90 * 17 })],
  [
    'C-3',
    'no token counted at all',
    (seen) => seen.stretches.splice(0, 1, { logins: 34, sharedTokens: 0, seconds: 6 }),
  ],
  ['C-4', 'saldos for which no call was seen', (seen) => first(seen).firstView.pop()],
  [
    'C-6',
    'no browser could look',
    (seen) => Object.assign(seen, { logo: { page: '', widths: [], notSeen: 'no Chromium' } }),
  ],
];

test.each(tooLittle)('%s is not observed, and not passed: %s', (duty, _, spoil) => {
  const evidence = sound();
  spoil(evidence);
  expect(results(evidence)[duty]).toBe('not-shown');
});

test('a run of only some cases does not show C-5, even if they all pass', () => {
  expect(judge(dsopCases.slice(0, 3), 17, sound()).find(({ id }) => id === 'C-5')?.result).toBe('not-shown');
});

test('a call that Lånekassen throttled, and a second token for it, are allowed', () => {
  const evidence = sound();
  first(evidence).firstView.unshift({ requestId: 'r', withConsentToken: true, status: 429 });
  first(evidence).consentTokens = 2;
  expect(results(evidence)).toEqual(all);
});

describe('the parts of a saldo that are kept for the report', () => {
  const money = (amount: string) => ({ amount, currency: 'NOK' });
  const saldo = (total: string, ...accounts: [string, string][]) => ({
    total: money(total),
    accounts: accounts.map(([type, amount]) => ({ type, name: type, balance: money(amount) })),
    source: { name: 'Lånekassen', logoRequired: true },
  });

  test('are the kinds of accounts, above or below one million, and whether the sum is right; no amount', () => {
    const seen = seenSaldo(saldo('1000000.01', ['lan', '999999.99'], ['renter', '0.02']));
    expect(seen).toEqual({ accounts: ['lan', 'renter'], total: 'over', addsUp: true, logoRequired: true });
    expect(seenSaldo(saldo('1000000.00', ['lan', '1000000.00'])).total).toBe('under');
    expect(seenSaldo(saldo('2.00', ['lan', '1.00'])).addsUp).toBe(false);
  });

  test('leave out an account of zero; a negative one counts', () => {
    expect(seenSaldo(saldo('-5.50', ['lan', '-5.50'], ['gebyr', '0.00'])).accounts).toEqual(['lan']);
  });

  test('an answer that is not a saldo is reported', () => {
    expect(() => seenSaldo({ code: 'internal' })).toThrow(RangeError);
    expect(() => seenSaldo(saldo('12', ['lan', '12']))).toThrow(RangeError);
  });
});

test('the logo is checked: present, large enough, named, and near the figures', () => {
  const box = { x: 0, y: 0, width: 120, height: 40 };
  const balance = { x: 0, y: 60, width: 200, height: 30 };
  const seen = { logo: box, balance, name: 'Lånekassen', isPicture: true };
  expect(logoFinding(seen)).toEqual({ seen: 'a picture of 120 × 40 px, 20 px from the balance' });
  expect(logoFinding({ ...seen, logo: null })).toHaveProperty('fault');
  expect(logoFinding({ ...seen, logo: { ...box, width: 1 } })).toHaveProperty('fault');
  expect(logoFinding({ ...seen, name: '' })).toHaveProperty('fault');
  expect(logoFinding({ ...seen, balance: { ...balance, y: 500 } })).toHaveProperty('fault');
  expect(logoFinding({ ...seen, balance: null })).toHaveProperty('fault');
});

test('the reports have the findings, the line breaks of RFC 4180, and no formula', () => {
  const evidence = sound();
  Object.assign(first(evidence), { stoppedBy: '=HYPERLINK("x")' });
  const verdicts = judge(dsopCases, 17, evidence);
  const csv = csvReport(dsopCases, evidence, verdicts);
  const lines = csv.trimEnd().split('\r\n');
  expect(lines).toHaveLength(1 + 17 + 5);
  expect(lines[1]).toContain(`"'=HYPERLINK(""x"")"`);
  const head = { startedAt: 'then', endedAt: 'now', environment: [['Bank', 'a | b']] as [string, string][] };
  const text = markdownReport(head, dsopCases, evidence, verdicts);
  expect(text).toContain('16 of 17 customers passed');
  expect(text).toContain('| Bank | a \\| b |');
});
