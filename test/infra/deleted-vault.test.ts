// A vault that was deleted with an earlier environment keeps its name for 90 days, in dev for 7 (docs/deploy.md).
import { expect, test } from 'vitest';
import { systemShell } from '../../tools/azd-hook/shell.ts';
import { settleDeletedVault, vaultsOf } from '../../tools/azd-hook/vaults.ts';
import { fakeShell } from './fake-shell.ts';
import { fakeTools, vaultsIn } from './fake-tools.ts';

const deleted = (name: string, environment: string, location: string) => ({
  name,
  properties: { location, scheduledPurgeDate: '2027-02-27T00:00:00+00:00', tags: { 'azd-env-name': environment } },
});
const start = (
  values: Readonly<Record<string, string>>,
  there: readonly string[],
  gone: readonly object[] | undefined,
) =>
  fakeShell({ AZURE_ENV_NAME: 'bank', AZURE_LOCATION: 'norwayeast', ...values }, (command) => {
    if (command.includes('resource list')) return vaultsIn('rg-bank', ...there);
    return gone === undefined ? { code: 1, stdout: '', stderr: 'no' } : JSON.stringify(gone);
  });
const settle = (shell: ReturnType<typeof start>) => settleDeletedVault(shell, vaultsOf(shell));
const ours = deleted('kv-ours', 'bank', 'norwayeast');

test('a checked-in file with the old key version does not hide a deleted vault', () => {
  const values = { MASKINPORTEN_KEY_VERSION: '0123456789abcdef0123456789abcdef', FIRST_PROVISION: 'false' };
  expect(() => settle(start(values, [], [ours]))).toThrow(/kv-ours.*2027-02-27.*RECOVER_VAULT true/s);
  const recovering = start({ ...values, RECOVER_VAULT: ' True' }, [], [ours]);
  settle(recovering);
  expect(recovering.value('RECOVER_VAULT')).toBe('True');
});

test('a deleted vault of another environment or another region is ignored', () => {
  settle(start({}, [], [deleted('kv-a', 'another', 'norwayeast'), deleted('kv-b', 'bank', 'northeurope')]));
  expect(() => settle(start({ AZURE_LOCATION: 'Norway East' }, [], [ours]))).toThrow('kv-ours');
});

test('an existing vault needs no recovery: az is not asked for deleted vaults, and the flag is reset', () => {
  const shell = start({ RECOVER_VAULT: 'true' }, ['kv-ours'], [ours]);
  settle(shell);
  expect(shell.ran.filter((command) => command.includes('list-deleted'))).toEqual([]);
  expect(shell.value('RECOVER_VAULT')).toBe('false');
});

test('if az cannot list deleted vaults, the hook says so and provisioning goes on', () => {
  const shell = start({}, [], undefined);
  settle(shell);
  expect(shell.said.join()).toContain('RECOVER_VAULT=true may be needed');
});

test('a hook reads back a value that it has set in the same run, so the first provision is recognised', async () => {
  const tools = await fakeTools({}, undefined);
  try {
    const shell = systemShell({ PATH: tools.path });
    shell.keep('FIRST_PROVISION', 'true');
    expect(shell.value('FIRST_PROVISION')).toBe('true');
    expect(await tools.values()).toEqual({ FIRST_PROVISION: 'true' });
  } finally {
    await tools.drop();
  }
});
