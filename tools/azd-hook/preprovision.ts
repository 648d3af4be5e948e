import { checkSettings } from './check-settings.ts';
import { compareWithLast } from './last-values.ts';
import { isOn, kindOf, Refusal, type Resource, type Shell } from './shell.ts';
import { refuseOtherGroup, settleDeletedVault, vaultsOf } from './vaults.ts';

const kinds = ['dev', 'test', 'prod'];

/**
 * Runs before a provision. It refuses values that would fail later or remove something that exists. It finds out whether this is the very
 * first provision, and sets the day on which the first key version expires.
 */
export async function preprovision(shell: Shell): Promise<void> {
  if (!kinds.includes(kindOf(shell)))
    throw new Refusal('ENVIRONMENT_KIND must be dev, test or prod (azd env set ENVIRONMENT_KIND …).');
  const vaults = vaultsOf(shell);
  refuseOtherGroup(shell, vaults);
  const isFirst = isFirstProvision(shell, vaults);
  settleDeletedVault(shell, vaults);
  compareWithLast(shell);
  // Only now: a refused run must not leave behind that the next one is the first.
  if (isFirst) shell.keep('FIRST_PROVISION', 'true');
  if (shell.value('MASKINPORTEN_KEY_EXPIRES_ON') === '')
    shell.keep('MASKINPORTEN_KEY_EXPIRES_ON', aYearFrom(shell.today()));
  if (shell.value('MONTHLY_BUDGET') !== '' && shell.value('BUDGET_FROM') === '')
    shell.keep('BUDGET_FROM', `${shell.today().toISOString().slice(0, 7)}-01`);
  checkSettings(shell);
}

/**
 * Only the first provision may use the current key version without naming it. It is the first if Azure has no vault of this environment. If
 * az does not answer, a person must say so. False: the values say it already.
 */
function isFirstProvision(shell: Shell, vaults: readonly Resource[] | undefined): boolean {
  if (shell.value('MASKINPORTEN_KEY_VERSION') !== '' || isOn(shell, 'FIRST_PROVISION')) return false;
  if (vaults === undefined)
    throw new Refusal(
      'MASKINPORTEN_KEY_VERSION is not set, and az did not answer whether this environment exists already. If it does, set ' +
        'MASKINPORTEN_KEY_VERSION to the version that Digdir knows; if this is the very first provision, set FIRST_PROVISION to true.',
    );
  if (vaults.length > 0)
    throw new Refusal(
      `MASKINPORTEN_KEY_VERSION is not set, but this environment has a vault already (${vaults.map(({ name }) => name).join(', ')}). Set it ` +
        'to the version that the app signs with now (the last part of its setting MASKINPORTEN_KEY_ID). Digdir does not know any other ' +
        'version.',
    );
  return true;
}

/** A year from today, less a day, so that the key ends before its registration at Digdir, which is valid for a year. YYYY-MM-DD. */
function aYearFrom(today: Date): string {
  return new Date(Date.UTC(today.getUTCFullYear() + 1, today.getUTCMonth(), today.getUTCDate() - 1))
    .toISOString()
    .slice(0, 10);
}
