import { groupOf, isOn, kindOf, Refusal, type Shell, subscriptionOption } from './shell.ts';

/**
 * Runs before `azd down`, which deletes the whole resource group. It refuses a group that existed before this environment. It also refuses
 * production unless ALLOW_DOWN names it, so that a command in the wrong window does not delete it. The locks and the vault's purge
 * protection remain.
 */
export async function predown(shell: Shell): Promise<void> {
  const name = shell.value('AZURE_ENV_NAME');
  if (isOn(shell, 'USE_EXISTING_RESOURCE_GROUP')) throw new Refusal(notOurGroup(shell, name));
  if (kindOf(shell) !== 'prod' || (name !== '' && shell.value('ALLOW_DOWN') === name)) return;
  throw new Refusal(
    `${name || 'This environment'} is production: azd down would end every consent. To do it anyway, set ALLOW_DOWN to the ` +
      'environment’s name and remove the locks "keep" (vault, state, exports, identities).',
  );
}

/** The resources of this environment, which people must remove by hand. They are found by the tag that each of them has. */
function notOurGroup(shell: Shell, name: string): string {
  const args = ['resource', 'list', '--tag', `azd-env-name=${name}`, '--query', '[].id', '--output', 'tsv'];
  const found = shell.run('az', [...args, ...subscriptionOption(shell)]);
  const command = `az ${[...args, ...subscriptionOption(shell)].join(' ')}`;
  const ids = found?.code === 0 ? found.stdout.split('\n').filter((line) => line.trim() !== '') : [];
  return [
    `azd down deletes a whole resource group, and ${groupOf(shell)} was there before this environment (USE_EXISTING_RESOURCE_GROUP): ` +
      'everything else in it would be deleted too. Remove these resources by hand, the last one first:',
    ...(ids.length === 0 ? [`  (they could not be listed from here: ${command})`] : ids.map((id) => `  ${id.trim()}`)),
    'Then remove the role assignments of the app’s identity, and the subscription’s alert rules with the same tag.',
  ].join('\n');
}
