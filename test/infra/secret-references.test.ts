// After a provision: can the app read its secrets? The platform itself tries again once a day.
import { expect, test } from 'vitest';
import { waitForReferences } from '../../tools/azd-hook/secret-references.ts';
import { Refusal } from '../../tools/azd-hook/shell.ts';
import { fakeShell } from './fake-shell.ts';

const environment = {
  AZURE_ENV_NAME: 'bank-test',
  AZURE_SUBSCRIPTION_ID: '00000000-0000-0000-0000-000000000001',
  AZURE_RESOURCE_GROUP: 'rg-bank-test',
  SERVICE_API_NAME: 'func-example',
};
const answerWith = (statuses: Readonly<Record<string, string>>) =>
  JSON.stringify({
    value: Object.entries(statuses).map(([setting, status]) => ({
      id: `/subscriptions/x/config/configreferences/appsettings/${setting}`,
      properties: { status, secretName: setting.toLowerCase() },
    })),
  });

test('references that resolve at once: one query, and no refresh', async () => {
  const shell = fakeShell(environment, () =>
    answerWith({ PERSON_KEY_SECRET: 'Resolved', SESSION_KEY_SECRET: 'Resolved' }),
  );
  expect(await waitForReferences(shell)).toBe(2);
  expect(shell.ran).toHaveLength(1);
  expect(shell.ran[0]).toContain(
    '/resourceGroups/rg-bank-test/providers/Microsoft.Web/sites/func-example/config/configreferences/appsettings?',
  );
});

test('a role that takes effect after eight minutes: the platform is refreshed until it does', async () => {
  const shell = fakeShell(environment, (command, waited) =>
    command.includes('/refresh?')
      ? ''
      : answerWith({ PERSON_KEY_SECRET: waited < 8 * 60_000 ? 'AccessToKeyVaultDenied' : 'Resolved' }),
  );
  expect(await waitForReferences(shell)).toBe(1);
  expect(shell.waitedMs()).toBe(8 * 60_000);
  expect(shell.ran.filter((command) => command.includes('--method post'))).toHaveLength(16);
});

test('after a quarter of an hour it fails, and names each setting with the reason', async () => {
  const shell = fakeShell(environment, (command) =>
    command.includes('/refresh?')
      ? ''
      : answerWith({ LANEKASSEN_API_KEY: 'SecretNotFound', SESSION_KEY_SECRET: 'Resolved' }),
  );
  const failure = await waitForReferences(shell).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Refusal);
  expect(String(failure)).toContain('LANEKASSEN_API_KEY: SecretNotFound (secret lanekassen_api_key)');
  expect(String(failure)).not.toContain('SESSION_KEY_SECRET:');
  expect(shell.waitedMs()).toBe(15 * 60_000);
});

test('without az the result is undefined', async () => {
  expect(await waitForReferences(fakeShell(environment, () => undefined))).toBeUndefined();
});
