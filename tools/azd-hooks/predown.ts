import { Refusal, type Shell } from './shell.ts';

/**
 * Before `azd down`: production is not taken down by a command typed in the wrong window. The locks on vault and state
 * account hold besides, and the vault's purge protection whatever anybody does.
 */
export async function predown(shell: Shell): Promise<void> {
  const name = shell.value('AZURE_ENV_NAME');
  if ((shell.value('ENVIRONMENT_KIND') || 'dev') !== 'prod' || (name !== '' && shell.value('ALLOW_DOWN') === name))
    return;
  throw new Refusal(
    `${name || 'This environment'} is production: azd down would end every consent. Whoever means it sets ALLOW_DOWN to the ` +
      'environment’s name and removes the locks "keep" on the vault and the state account.',
  );
}
