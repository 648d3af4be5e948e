import { expect, test } from 'vitest';
import { readSettings } from '../../shared/settings.ts';

const faultsOf = (environment: Record<string, string>) => {
  const result = readSettings(environment);
  return result.ok ? [] : result.faults;
};

test.each([
  ['a line break', 'a\nbc'],
  ['a blank', 'a bc'],
  ['nothing but blanks', '   '],
  ['a character no header takes', 'nøkkel✓'],
  [
    'a reference that the platform has not resolved',
    '@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.net/secrets/x)',
  ],
])('an API key with %s is a fault at start, and its value is not shown', (_what, value) => {
  const faults = faultsOf({ LANEKASSEN_API_KEY: value });
  expect(faults.filter((fault) => fault.startsWith('LANEKASSEN_API_KEY: '))).not.toEqual([]);
  if (value.trim() !== '') expect(faults.join('\n')).not.toContain(value.trim());
});

test('a prefix with a line break is a fault at start', () => {
  expect(faultsOf({ LANEKASSEN_AUTH_PREFIX: 'Bear\ner' })).toContainEqual(
    expect.stringMatching(/^LANEKASSEN_AUTH_PREFIX: /),
  );
});

test('a valid API key is no fault', () => {
  expect(
    faultsOf({ LANEKASSEN_API_KEY: 'k3y-Of.bank~' }).filter((fault) => fault.startsWith('LANEKASSEN_API_KEY')),
  ).toEqual([]);
});
