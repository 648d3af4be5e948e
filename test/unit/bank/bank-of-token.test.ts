import { UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import type { Bank } from '../../../shared/bank/bank.ts';
import { createBankFinder } from '../../../shared/bank/bank-of-token.ts';
import { entry, fourBanks, numbers, settingsWith } from './example-banks.ts';

const { banks } = settingsWith(
  fourBanks.map((one) => ({ ...one, identityProvider: { ...one.identityProvider, logoutAudience: 'web' } })),
);
const finder = createBankFinder(banks);
const token = (claims: Record<string, unknown>) => new UnsecuredJWT(claims).encode();
const numberOf = (found: Bank | 'none' | 'ambiguous') => (typeof found === 'string' ? found : found.organisationNumber);
const person = (claims: Record<string, unknown>) => numberOf(finder.person(token(claims)));
const logout = (claims: Record<string, unknown>) => finder.logout(token(claims)).map(numberOf);
const [first, , third, fourth] = numbers;
const issuer = `https://login.bank-${first}.example`;
const shared = { iss: 'https://login.shared.example', aud: 'studielan-api' };

describe('the bank of a person token', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['issuer and audience', { iss: issuer, aud: 'studielan-api' }, first],
    ['its audience among others', { iss: issuer, aud: ['x', 'studielan-api'] }, first],
    ['another audience', { iss: issuer, aud: 'x' }, 'none'],
    ['another issuer', { iss: 'https://evil.example', aud: 'studielan-api' }, 'none'],
    ['the issuer with a slash', { iss: `${issuer}/`, aud: 'studielan-api' }, 'none'],
    ['no claims at all', {}, 'none'],
    ['the claim of one', { ...shared, bank: 'three' }, third],
    ['the claim of another', { ...shared, bank: 'four' }, fourth],
    ['no claim', shared, 'none'],
    ["a claim of no bank's", { ...shared, bank: 'five' }, 'none'],
    ['both claims in one', { ...shared, bank: ['three', 'four'] }, 'none'],
    ['a claim that looks the same as text', { ...shared, bank: { toString: 'three' } }, 'none'],
  ])('%s', (_what, claims, expected) => {
    expect(person(claims)).toBe(expected);
  });

  test('a token that matches two banks through two audiences of one issuer is ambiguous', () => {
    const two = createBankFinder(
      settingsWith([
        entry(first, {}, { issuer: shared.iss, audience: 'a' }),
        entry(third, { isSupplierCustomer: true }, { issuer: shared.iss, audience: 'b' }),
      ]).banks,
    );
    expect(numberOf(two.person(token({ iss: shared.iss, aud: ['a', 'b'] })))).toBe('ambiguous');
    expect(numberOf(two.person(token({ iss: shared.iss, aud: ['b', 'c'] })))).toBe(third);
  });

  test('a text that is not a token belongs to no bank; when the list has one bank, the token is not read', () => {
    expect(numberOf(finder.person('a.b.c'))).toBe('none');
    const only = createBankFinder(settingsWith([entry(first)]).banks);
    expect(numberOf(only.person('a.b.c'))).toBe(first);
  });
});

test('a logout token goes to the bank that its claim names; without the claim, to every bank with its issuer and audience', () => {
  const both = { iss: shared.iss, aud: 'web' };
  expect(logout({ ...both, bank: 'four' })).toEqual([fourth]);
  expect(logout(both)).toEqual([third, fourth]);
  expect(logout({ ...both, bank: 'five' })).toEqual([]);
  expect(logout({ iss: issuer, aud: 'web' })).toEqual([first]);
  expect(logout({ iss: issuer, aud: 'studielan-api' })).toEqual([]);
});
