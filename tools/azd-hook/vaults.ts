import { isOn, Refusal, type Shell, subscriptionOption } from './shell.ts';

/** Names of this environment's vaults, as Azure lists them now; `undefined`: az did not answer. */
export function vaultsOf(shell: Shell): string[] | undefined {
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
  if (found?.code !== 0) return undefined;
  return found.stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}

type Deleted = {
  name: string;
  properties?: { location?: string; scheduledPurgeDate?: string; tags?: Record<string, string> };
};
const plain = (location: string) => location.toLowerCase().replaceAll(' ', '');

/**
 * Refuses a provision if the environment's vault is deleted but can be recovered: its name is taken until then, and it cannot be purged
 * earlier. Azure itself refuses only late, and does not say what to do. The check runs whenever the environment has no vault, whatever its
 * values are, because a checked-in file still has the key version of the deleted vault. If there is a vault, `RECOVER_VAULT` is reset.
 */
export function settleDeletedVault(shell: Shell, vaults: readonly string[] | undefined): void {
  const recover = isOn(shell, 'RECOVER_VAULT');
  if (vaults !== undefined && vaults.length > 0) {
    if (recover) shell.keep('RECOVER_VAULT', 'false');
    return;
  }
  if (recover) return;
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
      'az could not list deleted vaults. If this environment was deleted before, RECOVER_VAULT=true may be needed.',
    );
    return;
  }
  // The vault's name follows from subscription, environment and region, so a deleted vault of another region has another name.
  const region = plain(shell.value('AZURE_LOCATION') || 'norwayeast');
  const vault = (JSON.parse(asked.stdout) as Deleted[]).find(
    ({ properties }) =>
      properties?.tags?.['azd-env-name'] === shell.value('AZURE_ENV_NAME') &&
      plain(properties.location ?? region) === region,
  );
  if (vault !== undefined)
    throw new Refusal(
      `The vault ${vault.name} of an earlier environment with this name is deleted. Its name is taken until ` +
        `${vault.properties?.scheduledPurgeDate ?? 'it is purged'}. To recover it, with its keys and secrets: azd env set ` +
        'RECOVER_VAULT true. To begin with a new vault: set another AZURE_ENV_NAME.',
    );
}
