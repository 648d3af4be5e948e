import { expect, test } from 'vitest';
import { demoBanks } from '../../../local/demo-banks.ts';
import { developerPages } from '../../../local/developer-pages.ts';
import { testCustomers } from '../../../local/simulators/test-customers.ts';

test('origins and return URLs may be given several times; an origin without a return URL gets its root', () => {
  const both = ['--origin', 'http://127.0.0.1:8410', '--return-url', 'http://127.0.0.1:8410/lan'];
  expect(developerPages(both)).toEqual({
    origins: ['http://127.0.0.1:8410'],
    returnUrls: ['http://127.0.0.1:8410/lan'],
  });
  expect(developerPages(['--origin=http://localhost:5173', '--origin=https://bank.localhost'])).toEqual({
    origins: ['http://localhost:5173', 'https://bank.localhost'],
    returnUrls: ['http://localhost:5173/', 'https://bank.localhost/'],
  });
  expect(developerPages([])).toEqual({ origins: [], returnUrls: [] });
});

test.each([
  [['--origin', 'http://127.0.0.1:8410/'], '--origin must be an origin'],
  [['--origin', '*'], '--origin must be an origin'],
  [['--return-url', '/lan'], '--return-url must be a whole address'],
  [['--orgin', 'x'], 'known: --origin'],
  [['x'], 'known: --origin'],
])('%j is refused with the reason', (args, words) => {
  expect(() => developerPages(args)).toThrow(words);
});

test('--banks starts up to three demo banks', () => {
  expect(developerPages(['--banks', '3'])).toEqual({ origins: [], returnUrls: [], banks: 3 });
  for (const banks of ['0', '4', '1.5', 'x']) expect(() => developerPages(['--banks', banks])).toThrow('from 1 to 3');
});

test('each demo bank has a number, login, cookie and ports of its own; one person is a customer of two of them', () => {
  const banks = demoBanks(3, { bank: 3000, bankLogin: 7105 });
  for (const member of ['organisationNumber', 'clientId', 'cookieName', 'brand', 'port', 'loginPort'] as const)
    expect(new Set(banks.map((bank) => bank[member])).size).toBe(3);
  const names = banks.map(({ customers }) => customers.map(({ name }) => name));
  expect(names.map((list) => list.includes('HAUK HAUGNES'))).toEqual([true, true, false]);
  expect(names.flat().length).toBe(new Set(names.flat()).size + 1);
  expect(demoBanks(1, { bank: 3000, bankLogin: 7105 }).map(({ customers }) => customers)).toEqual([testCustomers]);
});
