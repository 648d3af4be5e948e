import { describe, expect, test } from 'vitest';
import { parseLanekassenReply } from '../../../shared/lanekassen/reply.ts';
import { ahmad, person, steinar } from '../support/people.ts';
import { faultOf, problemOf } from '../support/problems.ts';

const me = steinar.reveal();

function account(name: string, amount: string, changes: Record<string, string> = {}): string {
  const parts: Record<string, string> = {
    type: '"closingBooked"',
    currency: '"NOK"',
    at: '"2026-10-15T21:02:11.307Z"',
    bban: `"${me}"`,
    ...changes,
  };
  const balance = `{"BalanceType":${parts.type},"BalanceAmount":{"currency":${parts.currency},"amount":${amount}},"LastChangeDateTime":${parts.at}}`;
  return `{"Balances":[${parts.balances ?? balance}],"Name":${JSON.stringify(name)},"Bban":${parts.bban},"Assert":""}`;
}
const body = (accounts: string[], total = '0') => `{"Accounts":[${accounts.join(',')}],"TotalAmount":${total}}`;
const read = (text: string, type = 'application/json; charset=utf-8', who = steinar) =>
  parseLanekassenReply({ status: 200, headers: { 'content-type': type }, text }, who);

describe("Lånekassen's 200", () => {
  test("DSOP's own sample is read: amounts to the øre; its TotalAmount of 0 is counted as a mismatch and not used", () => {
    const bban = { bban: '"08027202285"' };
    const text = body([
      account('Lån', '12684.79', bban),
      account('Renter', '90.44', { ...bban, at: '"2020-11-02T12:10:01.87Z"' }),
      account('Gebyr', '280.0', bban),
    ]);
    const reply = read(text, 'application/json', person('08027202285'));
    expect(reply.accounts.map(({ type, balanceOre }) => [type, balanceOre])).toEqual([
      ['lan', 1268479],
      ['renter', 9044],
      ['gebyr', 28000],
    ]);
    expect(reply.accounts[1]?.lastChangedAt).toBe(Date.UTC(2020, 10, 2, 12, 10, 1, 870));
    expect(reply).toMatchObject({ totalMismatch: true, unknownAccounts: 0 });
  });

  test('the sum is compared as decimal text, not as binary numbers', () => {
    expect(read(body([account('Lån', '0.1'), account('Renter', '0.2')], '0.3')).totalMismatch).toBe(false);
    expect(read(body([account('Lån', '1.005')], '1.01')).totalMismatch).toBe(false);
    expect(read(body([account('Lån', '1.005')], '1.00')).totalMismatch).toBe(true);
  });

  test('a TotalAmount that is left out or null is no mismatch', () => {
    expect(read(`{"Accounts":[${account('Lån', '5')}]}`).totalMismatch).toBe(false);
    expect(read(body([account('Lån', '5')], 'null')).totalMismatch).toBe(false);
  });

  test('an answer without accounts is valid', () => {
    expect(read(body([]))).toEqual({ accounts: [], totalMismatch: false, unknownAccounts: 0 });
  });

  test('negative amounts, zero and more than four accounts are accepted; an unknown name is kept and counted', () => {
    const names = ['Lån', 'Renter', 'Gebyr', 'Omkostninger', 'Purregebyr'];
    const reply = read(
      body(names.map((name, index) => account(name, ['-1250.75', '0', '0.00', '-0.0', '7'][index] ?? '0'))),
    );
    expect(reply.accounts.map(({ balanceOre }) => balanceOre)).toEqual([-125075, 0, 0, 0, 700]);
    expect(reply.accounts.map(({ type }) => type)).toEqual(['lan', 'renter', 'gebyr', 'omkostninger', 'annet']);
    expect(reply.unknownAccounts).toBe(1);
  });

  test('an å made of two code points is the same name; another casing is another name', () => {
    expect(read(body([account('La\u030An', '1')])).accounts[0]?.type).toBe('lan');
    expect(read(body([account('lån', '1')])).accounts[0]?.type).toBe('annet');
    expect(read(body([account('annet', '1')])).unknownAccounts).toBe(1);
  });

  test.each([
    ['"2026-11-01T00:12:33Z"', Date.UTC(2026, 10, 1, 0, 12, 33)],
    ['"2026-11-01T00:12:33.5Z"', Date.UTC(2026, 10, 1, 0, 12, 33, 500)],
    ['"2026-11-01T00:12:33.1234567Z"', Date.UTC(2026, 10, 1, 0, 12, 33, 123)],
    ['"2026-11-01T00:12:33.1"', Date.UTC(2026, 10, 1, 0, 12, 33, 100)],
    ['"2026-11-01T02:12:33+02:00"', Date.UTC(2026, 10, 1, 0, 12, 33)],
  ])('LastChangeDateTime %s is read as UTC', (at, expected) => {
    expect(read(body([account('Lån', '1', { at })])).accounts[0]?.lastChangedAt).toBe(expected);
  });

  test('balances other than the booked one are ignored', () => {
    const one = (type: string, amount: number) =>
      `{"BalanceType":"${type}","BalanceAmount":{"currency":"NOK","amount":${amount}},"LastChangeDateTime":"2026-11-01T00:00:00Z"}`;
    const text = body([account('Lån', '0', { balances: `${one('expected', 9)},${one('closingBooked', 4)}` })]);
    expect(read(text).accounts[0]?.balanceOre).toBe(400);
    const two = body([account('Lån', '0', { balances: `${one('closingBooked', 9)},${one('closingBooked', 4)}` })]);
    expect(() => read(two)).toThrow('lanekassen-balances');
  });

  test.each([
    ['another person', body([account('Lån', '1', { bban: `"${ahmad.reveal()}"` })]), 'lanekassen-bban'],
    [
      'another person in the second account only',
      body([account('Lån', '1'), account('Renter', '1', { bban: `"${ahmad.reveal()}"` })]),
      'lanekassen-bban',
    ],
    ['a Bban with wrong control digits', body([account('Lån', '1', { bban: '"01085301958"' })]), 'lanekassen-bban'],
    [
      'a Bban that is a number',
      body([account('Lån', '1', { bban: '1085301957' })]),
      'lanekassen-schema-Accounts.0.Bban',
    ],
    ['an empty Bban', body([account('Lån', '1', { bban: '""' })]), 'lanekassen-bban'],
    ['no booked balance', body([account('Lån', '1', { type: '"interimAvailable"' })]), 'lanekassen-balances'],
    ['no balance at all', body([account('Lån', '1', { balances: '' })]), 'lanekassen-balances'],
    ['another currency', body([account('Lån', '1', { currency: '"SEK"' })]), 'lanekassen-currency'],
    [
      'an amount as text',
      body([account('Lån', '"1.00"')]),
      'lanekassen-schema-Accounts.0.Balances.0.BalanceAmount.amount',
    ],
    ['no amount', body([account('Lån', 'null')]), 'lanekassen-schema-Accounts.0.Balances.0.BalanceAmount.amount'],
    [
      'an absurd amount',
      body([account('Lån', '1e300')]),
      'lanekassen-schema-Accounts.0.Balances.0.BalanceAmount.amount',
    ],
    ['no Accounts', '{"TotalAmount":0}', 'lanekassen-schema-Accounts'],
    ['Accounts null', '{"Accounts":null}', 'lanekassen-schema-Accounts'],
    ['camelCase', '{"accounts":[]}', 'lanekassen-schema-Accounts'],
    ['a flood of accounts', body(Array.from({ length: 51 }, () => account('Lån', '1'))), 'lanekassen-schema-Accounts'],
    ['an array', '[]', 'lanekassen-schema-'],
    ['null', 'null', 'lanekassen-schema-'],
    ['nothing', '', 'lanekassen-not-json'],
    ['a truncated body', body([account('Lån', '1')]).slice(0, -20), 'lanekassen-not-json'],
    ['two bodies', '{"Accounts":[]}{"Accounts":[]}', 'lanekassen-not-json'],
    ['a bottomless one', '['.repeat(100_000), 'lanekassen-not-json'],
  ])('%s is an invalid reply', async (_what, text, fault) => {
    expect(await faultOf(() => read(text))).toBe(`upstream-invalid-reply ${fault}`);
  });

  test.each([
    '"2026-02-29T00:00:00Z"',
    '"2026-13-01T00:00:00Z"',
    '"2026-11-31T00:00:00"',
    '"2026-11-01T24:00:01Z"',
    '"2026-11-01T00:00:00+25:00"',
    '"Nov 1, 2026"',
    '""',
    'null',
    '20261101',
    '"0001-01-01T00:00:00"',
    '"9999-12-31T23:59:59.9999999-01:00"',
  ])('LastChangeDateTime %s is no date: it is left out, and the saldo is shown', (at) => {
    const [first] = read(body([account('Lån', '1', { at })], '1')).accounts;
    expect(first).toEqual({ type: 'lan', balanceOre: 100 });
  });

  test.each(['"1.00"', '1e20', 'true', '{}', '[1]', '"mange"'])(
    'TotalAmount %s is a mismatch, and no fault',
    (total) => {
      expect(read(body([account('Lån', '1')], total))).toMatchObject({
        totalMismatch: true,
        accounts: [{ balanceOre: 100 }],
      });
    },
  );

  test('the content decides, not the content type; HTML with status 200 is an invalid reply', async () => {
    for (const type of ['text/json', 'text/plain', '', 'application/octet-stream'])
      expect(read(body([account('Lån', '1')], '1'), type).accounts).toHaveLength(1);
    for (const type of ['text/html', 'application/json'])
      expect(await faultOf(() => read('<html>', type))).toBe('upstream-invalid-reply lanekassen-not-json');
  });

  test('the error contains no part of the reply', async () => {
    const problem = await problemOf(() => read(body([account('Lån', '77123.45', { bban: `"${ahmad.reveal()}"` })])));
    const schema = await problemOf(() => read(body([account('Lån', '"77123.45"')])));
    const json = await problemOf(() => read(`${body([account('Lån', '77123.45')])}x`));
    for (const { message, stack, cause, detail } of [problem, schema, json])
      expect(`${message} ${stack} ${String(cause)} ${detail}`).not.toMatch(/77123|01097601522|01085301957/);
  });
});
