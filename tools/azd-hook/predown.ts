import { groupOf, isOn, kindOf, Refusal, type Shell, subscriptionOption } from './shell.ts';

/**
 * Before `azd down`: azd deletes the whole resource group, so a group that was there before us is never given to it; and
 * production is not deleted by a command in the wrong window. The locks on vault and state account remain, and so does the
 * vault's purge protection.
 */
export async function predown(shell: Shell): Promise<void> {
  const name = shell.value('AZURE_ENV_NAME');
  if (isOn(shell, 'USE_EXISTING_RESOURCE_GROUP')) throw new Refusal(notOurGroup(shell, name));
  if (kindOf(shell) !== 'prod' || (name !== '' && shell.value('ALLOW_DOWN') === name)) return;
  throw new Refusal(
    `${name || 'This environment'} is production: azd down would end every consent. To do it all the same, set ALLOW_DOWN to the ` +
      'environment’s name and remove the locks "keep" (vault, state, exports, identities).',
  );
}

/** What belongs to this environment, for people to remove by hand: by tag, which every resource of ours carries. */
function notOurGroup(shell: Shell, name: string): string {
  const args = ['resource', 'list', '--tag', `azd-env-name=${name}`, '--query', '[].id', '--output', 'tsv'];
  const found = shell.run('az', [...args, ...subscriptionOption(shell)]);
  const command = `az ${[...args, ...subscriptionOption(shell)].join(' ')}`;
  const ids = found?.code === 0 ? found.stdout.split('\n').filter((line) => line.trim() !== '') : [];
  return [
    `azd down deletes a whole resource group, and ${groupOf(shell)} was there before this environment (USE_EXISTING_RESOURCE_GROUP): ` +
      'what else is in it would be deleted too. Remove what is ours by hand, the last first:',
    ...(ids.length === 0 ? [`  (it could not be listed from here: ${command})`] : ids.map((id) => `  ${id.trim()}`)),
    'Then remove the role assignments of the app’s identity, and the subscription’s alert rules with the same tag.',
  ].join('\n');
}
