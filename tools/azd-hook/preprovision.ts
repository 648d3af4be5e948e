import { checkSettings } from './check-settings.ts';
import { compareWithLast } from './last-values.ts';
import { kindOf, Refusal, type Shell } from './shell.ts';
import { settleDeletedVault, vaultsOf } from './vaults.ts';

const kinds = ['dev', 'test', 'prod'];

/**
 * Before a provision: refuses what would go wrong later or take away what is there, finds out whether this is the very
 * first provision, and fixes the day on which the first key version expires.
 */
export async function preprovision(shell: Shell): Promise<void> {
  if (!kinds.includes(kindOf(shell)))
    throw new Refusal('ENVIRONMENT_KIND must be dev, test or prod (azd env set ENVIRONMENT_KIND …).');
  const vaults = vaultsOf(shell);
  settleKeyVersion(shell, vaults);
  settleDeletedVault(shell, vaults);
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
function settleKeyVersion(shell: Shell, vaults: readonly string[] | undefined): void {
  if (shell.value('MASKINPORTEN_KEY_VERSION') !== '' || shell.value('FIRST_PROVISION') === 'true') return;
  if (vaults === undefined)
    throw new Refusal(
      'MASKINPORTEN_KEY_VERSION is not set, and az could not be asked whether this environment exists already. If it does, set ' +
        'MASKINPORTEN_KEY_VERSION to the version that Digdir knows; if this is the very first provision, set FIRST_PROVISION to true.',
    );
  if (vaults.length > 0)
    throw new Refusal(
      `MASKINPORTEN_KEY_VERSION is not set, but this environment has a vault already (${vaults.join(', ')}). Set it to the version ` +
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
