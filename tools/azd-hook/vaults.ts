import { plain } from './last-values.ts';
import { askAz, groupOf, isOn, Refusal, type Resource, resourcesOf, type Shell } from './shell.ts';

/** This environment's vaults, as Azure lists them now; `undefined`: az did not answer. */
export function vaultsOf(shell: Shell): Resource[] | undefined {
  return resourcesOf(shell)?.filter(({ type }) => type.toLowerCase() === 'microsoft.keyvault/vaults');
}

/**
 * Refuses a provision into another resource group than the one that has the environment's vault: names would clash, and the record of the
 * last provision would not be found there.
 */
export function refuseOtherGroup(shell: Shell, vaults: readonly Resource[] | undefined): void {
  const elsewhere = vaults?.find(({ resourceGroup }) => resourceGroup.toLowerCase() !== groupOf(shell).toLowerCase());
  if (elsewhere !== undefined)
    throw new Refusal(
      `The vault ${elsewhere.name} of this environment is in the resource group ${elsewhere.resourceGroup}, but this would provision ` +
        `${groupOf(shell)}. Set RESOURCE_GROUP_NAME, or, for a new environment, another AZURE_ENV_NAME.`,
    );
}

type Deleted = {
  name: string;
  properties?: { location?: string; scheduledPurgeDate?: string; tags?: Record<string, string> };
};

/**
 * Refuses a provision if the environment's vault is deleted but can be recovered: its name is taken until then, and it cannot be purged
 * earlier. Azure itself refuses only late, and does not say what to do. The check runs whenever the environment has no vault, whatever its
 * values are, because a checked-in file still has the key version of the deleted vault. If there is a vault, `RECOVER_VAULT` is reset.
 */
export function settleDeletedVault(shell: Shell, vaults: readonly Resource[] | undefined): void {
  const recover = isOn(shell, 'RECOVER_VAULT');
  if (vaults !== undefined && vaults.length > 0) {
    if (recover) shell.keep('RECOVER_VAULT', 'false');
    return;
  }
  if (recover) return;
  const asked = askAz(shell, ['keyvault', 'list-deleted', '--resource-type', 'vault']);
  if (!('json' in asked) || !Array.isArray(asked.json)) {
    shell.say(
      'az could not list deleted vaults. If this environment was deleted before, RECOVER_VAULT=true may be needed.',
    );
    return;
  }
  // The vault's name follows from subscription, environment and region, so a deleted vault of another region has another name.
  const region = plain(shell.value('AZURE_LOCATION') || 'norwayeast');
  const vault = (asked.json as Deleted[]).find(
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
