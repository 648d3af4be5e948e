// A vault that was deleted with an earlier environment holds its name for 90 days, 7 in dev (docs/deploy.md).
import { expect, test } from 'vitest';
import { systemShell } from '../../tools/azd-hook/shell.ts';
import { settleDeletedVault, vaultsOf } from '../../tools/azd-hook/vaults.ts';
import { fakeShell } from './fake-shell.ts';
import { fakeTools } from './fake-tools.ts';

const deleted = (name: string, environment: string, location: string) => ({
  name,
  properties: { location, scheduledPurgeDate: '2027-02-27T00:00:00+00:00', tags: { 'azd-env-name': environment } },
});
const start = (values: Readonly<Record<string, string>>, there: string, gone: readonly object[] | undefined) =>
  fakeShell({ AZURE_ENV_NAME: 'bank', AZURE_LOCATION: 'norwayeast', ...values }, (command) => {
    if (command.includes('resource list')) return there;
    return gone === undefined ? { code: 1, stdout: '', stderr: 'no' } : JSON.stringify(gone);
  });
const settle = (shell: ReturnType<typeof start>) => settleDeletedVault(shell, vaultsOf(shell));
const ours = deleted('kv-ours', 'bank', 'norwayeast');

test('a checked-in file with the old key version does not hide a deleted vault', () => {
  const values = { MASKINPORTEN_KEY_VERSION: '0123456789abcdef0123456789abcdef', FIRST_PROVISION: 'false' };
  expect(() => settle(start(values, '', [ours]))).toThrow(/kv-ours.*2027-02-27.*RECOVER_VAULT true/s);
  const recovering = start({ ...values, RECOVER_VAULT: ' True' }, '', [ours]);
  settle(recovering);
  expect(recovering.value('RECOVER_VAULT')).toBe(' True');
});

test('another environment’s deleted vault, or one of another region, is not in the way', () => {
  settle(start({}, '', [deleted('kv-a', 'another', 'norwayeast'), deleted('kv-b', 'bank', 'northeurope')]));
  expect(() => settle(start({ AZURE_LOCATION: 'Norway East' }, '', [ours]))).toThrow('kv-ours');
});

test('a vault that is there needs no recovery: nothing is asked, and the flag is put back', () => {
  const shell = start({ RECOVER_VAULT: 'true' }, 'kv-ours\n', [ours]);
  settle(shell);
  expect(shell.ran.filter((command) => command.includes('list-deleted'))).toEqual([]);
  expect(shell.value('RECOVER_VAULT')).toBe('false');
});

test('az cannot list deleted vaults: that is said, and provisioning goes on', () => {
  const shell = start({}, '', undefined);
  settle(shell);
  expect(shell.said.join()).toContain('RECOVER_VAULT=true may be needed');
});

test('what a hook has kept it reads back in the same run, so that the first provision is known as one', async () => {
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
