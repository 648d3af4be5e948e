import { checkSettings } from './check-settings.ts';
import { compareWithLast } from './last-values.ts';
import { isOn, kindOf, Refusal, type Shell, subscriptionOption } from './shell.ts';

const kinds = ['dev', 'test', 'prod'];

/**
 * Before `azd provision`: refuses what would go wrong later or take away what is there, finds out whether this is the very
 * first provision, and fixes the day on which the first key version expires.
 */
export async function preprovision(shell: Shell): Promise<void> {
  if (!kinds.includes(kindOf(shell)))
    throw new Refusal('ENVIRONMENT_KIND must be dev, test or prod (azd env set ENVIRONMENT_KIND …).');
  settleKeyVersion(shell);
  if (shell.value('FIRST_PROVISION') === 'true') refuseDeletedVault(shell);
  compareWithLast(shell);
  if (shell.value('MASKINPORTEN_KEY_EXPIRES_ON') === '')
    shell.keep('MASKINPORTEN_KEY_EXPIRES_ON', aYearFrom(shell.today()));
  if (shell.value('MONTHLY_BUDGET') !== '' && shell.value('BUDGET_FROM') === '')
    shell.keep('BUDGET_FROM', `${shell.today().toISOString().slice(0, 7)}-01`);
  checkSettings(shell);
}

/**
 * The current key version may be taken on the first provision only. Whether it is the first, Azure knows: is there a vault
 * of this environment? Where az cannot be asked, a human says so.
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
    ...subscriptionOption(shell),
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

/**
 * A deleted vault holds its name for as long as it can be recovered, and nothing purges it before. Azure's own refusal comes
 * late and does not say what to do.
 */
function refuseDeletedVault(shell: Shell): void {
  if (isOn(shell, 'RECOVER_VAULT')) return;
  const asked = shell.run('az', [
    'keyvault',
    'list-deleted',
    '--resource-type',
    'vault',
    '--output',
    'json',
    ...subscriptionOption(shell),
  ]);
  if (asked?.code !== 0 || asked.stdout.trim() === '') {
    shell.say(
      'az could not list deleted vaults: if this environment was taken down before, RECOVER_VAULT=true may be needed.',
    );
    return;
  }
  type Deleted = { name: string; properties?: { scheduledPurgeDate?: string; tags?: Record<string, string> } };
  const vault = (JSON.parse(asked.stdout) as Deleted[]).find(
    ({ properties }) => properties?.tags?.['azd-env-name'] === shell.value('AZURE_ENV_NAME'),
  );
  if (vault !== undefined)
    throw new Refusal(
      `The vault ${vault.name} of an earlier environment of this name is deleted, and holds the name until ` +
        `${vault.properties?.scheduledPurgeDate ?? 'it is purged'}. To take it up again, with its keys and secrets: azd env set ` +
        'RECOVER_VAULT true. To begin again: another AZURE_ENV_NAME.',
    );
}

/** A registration at Digdir lives a year; a day less leaves no doubt which ends first. YYYY-MM-DD. */
function aYearFrom(today: Date): string {
  return new Date(Date.UTC(today.getUTCFullYear() + 1, today.getUTCMonth(), today.getUTCDate() - 1))
    .toISOString()
    .slice(0, 10);
}
