// az fails, hangs, is not signed in, or prints something else than JSON: a hook refuses in a sentence, or says so and goes on.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareWithLast, lossesOf } from '../../tools/azd-hook/last-values.ts';
import { postprovision } from '../../tools/azd-hook/postprovision.ts';
import { predown } from '../../tools/azd-hook/predown.ts';
import { preprovision } from '../../tools/azd-hook/preprovision.ts';
import { waitForReferences } from '../../tools/azd-hook/secret-references.ts';
import { Refusal, systemShell } from '../../tools/azd-hook/shell.ts';
import { vaultsOf } from '../../tools/azd-hook/vaults.ts';
import { fakeShell } from './fake-shell.ts';
import { vaultsIn } from './fake-tools.ts';
import { ours } from './value-cases.ts';

const error = (stderr: string, code = 1) => ({ code, stdout: '', stderr });
const noAnswers = [
  ['no az', undefined],
  ['no sign-in', error("ERROR: Please run 'az login' to setup account.")],
  ['another tenant', error('ERROR: (SubscriptionNotFound) The subscription could not be found.')],
  ['no right', error('ERROR: (AuthorizationFailed) The client does not have authorization to perform action')],
  ['a page of HTML', '<html>proxy</html>'],
  ['a warning before the JSON', 'WARNING: this command is in preview\n[]'],
  ['half an answer', '[{"name":"kv-'],
] as const;

test.each(noAnswers)('%s: the first provision is not guessed, and nothing throws but a refusal', async (_, answer) => {
  const shell = fakeShell({ AZURE_ENV_NAME: 'bank', ENVIRONMENT_KIND: 'test' }, () => answer);
  expect(vaultsOf(shell)).toBeUndefined();
  await expect(preprovision(shell)).rejects.toThrow(/MASKINPORTEN_KEY_VERSION is not set, and az did not answer/);
  expect(() => compareWithLast(shell)).toThrow(Refusal);
  expect(await waitForReferences(shell)).toBeUndefined();
  const down = fakeShell({ AZURE_ENV_NAME: 'bank', USE_EXISTING_RESOURCE_GROUP: 'true' }, () => answer);
  await expect(predown(down)).rejects.toThrow('az resource list --tag azd-env-name=bank');
});

test('every command names the subscription of the azd environment, so another one that is signed in does not answer', async () => {
  const values = { ...ours, AZURE_ENV_NAME: 'bank', AZURE_SUBSCRIPTION_ID: '00000000-0000-0000-0000-000000000001' };
  const shell = fakeShell(values, (command) => {
    if (command.includes('resource list')) return vaultsIn('rg-landing-zone');
    if (command.includes('list-deleted')) return '[]';
    return command.startsWith('az deployment') ? '' : '{"value":[]}';
  });
  await preprovision(shell);
  await postprovision(shell);
  const commands = shell.ran.filter((command) => command.startsWith('az '));
  expect(commands.map((command) => command.split(' ').slice(1, 3).join(' '))).toEqual([
    'resource list',
    'keyvault list-deleted',
    'deployment group',
    'rest --method',
  ]);
  for (const command of commands) expect(command).toContain('--subscription 00000000-0000-0000-0000-000000000001');
});

test('a list that is empty because rights are missing does not make the next provision the first one', async () => {
  const shell = fakeShell({ AZURE_ENV_NAME: 'bank', ENVIRONMENT_KIND: 'test' }, (command) =>
    command.includes('deployment group') ? error('ERROR: (AuthorizationFailed)') : '[]',
  );
  await expect(preprovision(shell)).rejects.toThrow(/AuthorizationFailed/);
  expect(shell.value('FIRST_PROVISION')).toBe('');
});

test('a lost RESOURCE_GROUP_NAME is refused: the vault, and the record of the last provision, are in another group', async () => {
  const values = { ...ours, RESOURCE_GROUP_NAME: '', AZURE_ENV_NAME: 'bank' };
  const shell = fakeShell(values, () => vaultsIn('rg-landing-zone', 'kv-ours'));
  await expect(preprovision(shell)).rejects.toThrow(/kv-ours .*rg-landing-zone.*rg-bank.*RESOURCE_GROUP_NAME/);
});

test('a flag in capitals or with blanks counts in the hooks as in the templates', async () => {
  const shell = fakeShell(
    { FIRST_PROVISION: ' TRUE ', MASKINPORTEN_KEY_VERSION: '1', MASKINPORTEN_KEY_MODE: 'X5C' },
    () => '{"value":[]}',
  );
  await postprovision(shell);
  expect(shell.value('FIRST_PROVISION')).toBe('false');
  expect(shell.said.join()).toContain('no key to register');
});

test('another spelling of the same region moves nothing; another name of the environment does', () => {
  const moved = (last: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>) =>
    lossesOf(last, (name) => now[name] ?? '').map(({ name }) => name);
  expect(moved({ AZURE_LOCATION: 'norwayeast' }, { AZURE_LOCATION: 'Norway East' })).toEqual([]);
  expect(moved({ AZURE_LOCATION: 'norwayeast' }, { AZURE_LOCATION: 'westeurope' })).toEqual(['AZURE_LOCATION']);
  expect(moved({ AZURE_ENV_NAME: 'bank' }, { AZURE_ENV_NAME: 'Bank' })).toEqual(['AZURE_ENV_NAME']);
});

test('a program that hangs is ended, and counts as no answer; values have no blanks around them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hangs in a path with blanks-'));
  try {
    const program = join(folder, 'az');
    await writeFile(program, `#!${process.execPath}\nsetInterval(() => {}, 1000);\n`);
    await chmod(program, 0o755);
    const shell = systemShell({ PATH: folder, AZURE_ENV_NAME: ' bank\r' }, 300);
    expect(shell.run('az', ['login'])).toBeUndefined();
    expect(shell.value('AZURE_ENV_NAME')).toBe('bank');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
