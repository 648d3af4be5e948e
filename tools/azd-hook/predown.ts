import { groupOf, isOn, kindOf, Refusal, resourcesOf, type Shell } from './shell.ts';

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

/** The resources of this environment, which people must remove by hand. */
function notOurGroup(shell: Shell, name: string): string {
  const found = resourcesOf(shell);
  return [
    `azd down deletes a whole resource group, and ${groupOf(shell)} was there before this environment (USE_EXISTING_RESOURCE_GROUP): ` +
      'everything else in it would be deleted too. Remove these resources by hand, the last one first:',
    ...(found?.map(({ id }) => `  ${id}`) ?? [
      `  (they could not be listed from here: az resource list --tag azd-env-name=${name})`,
    ]),
    'Then remove the role assignments of the app’s identity, and the subscription’s alert rules with the same tag.',
  ].join('\n');
}
