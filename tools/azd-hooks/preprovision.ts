import { checkSettings } from './check-settings.ts';
import { Refusal, type Shell } from './shell.ts';

const kinds = ['dev', 'test', 'prod'];

/**
 * Before `azd provision`: refuses what would go wrong later, finds out whether this is the very first provision, and fixes
 * the day on which the first key version expires.
 */
export async function preprovision(shell: Shell): Promise<void> {
  const kind = shell.value('ENVIRONMENT_KIND') || 'dev';
  if (!kinds.includes(kind))
    throw new Refusal('ENVIRONMENT_KIND must be dev, test or prod (azd env set ENVIRONMENT_KIND …).');
  settleKeyVersion(shell);
  if (shell.value('MASKINPORTEN_KEY_EXPIRES_ON') === '')
    shell.keep('MASKINPORTEN_KEY_EXPIRES_ON', aYearFrom(shell.today()));
  checkSettings(shell);
}

/**
 * The current key version may be taken on the first provision only. Whether it is the first, Azure knows: is there a vault
 * of this environment? Where nobody can be asked, a human says so.
 */
function settleKeyVersion(shell: Shell): void {
  if (shell.value('MASKINPORTEN_KEY_VERSION') !== '' || shell.value('FIRST_PROVISION') === 'true') return;
  const found = shell.run('az', [
    'resource',
    'list',
    '--resource-type',
    'Microsoft.KeyVault/vaults',
    '--tag',
    `azd-env-name=${shell.value('AZURE_ENV_NAME')}`,
    ...(shell.value('AZURE_SUBSCRIPTION_ID') === '' ? [] : ['--subscription', shell.value('AZURE_SUBSCRIPTION_ID')]),
    '--query',
    '[].name',
    '--output',
    'tsv',
  ]);
  if (found?.code !== 0)
    throw new Refusal(
      'MASKINPORTEN_KEY_VERSION is not set, and az could not be asked whether this environment exists already. If it does, set ' +
        'MASKINPORTEN_KEY_VERSION to the version that Digdir knows; if this is the very first provision, set FIRST_PROVISION to true.',
    );
  if (found.stdout.trim() !== '')
    throw new Refusal(
      `MASKINPORTEN_KEY_VERSION is not set, but this environment has a vault already (${found.stdout.trim()}). Set it to the version ` +
        'that the app signs with now (last part of its setting MASKINPORTEN_KEY_ID): another one is unknown to Digdir.',
    );
  shell.keep('FIRST_PROVISION', 'true');
}

/** A registration at Digdir lives a year; a day less leaves no doubt which ends first. YYYY-MM-DD. */
function aYearFrom(today: Date): string {
  return new Date(Date.UTC(today.getUTCFullYear() + 1, today.getUTCMonth(), today.getUTCDate() - 1))
    .toISOString()
    .slice(0, 10);
}
