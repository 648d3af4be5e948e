import { askAz, groupOf, Refusal, type Shell } from './shell.ts';

/** How long the hook waits for a new role to take effect before it reports that the app cannot read its secrets. */
const longestWaitMs = 15 * 60_000;
const pauseMs = 30_000;

type Reference = { id: string; properties: { status?: string; secretName?: string; details?: string } };

const apiVersion = 'api-version=2024-04-01';

/**
 * Waits until every reference to the vault is resolved. The platform tries by itself only once a day, so the hook makes it try again while it
 * waits. Returns the number of references; `undefined`: az did not answer. Throws a `Refusal` with each reference that is not resolved after a
 * quarter of an hour.
 */
export async function waitForReferences(shell: Shell): Promise<number | undefined> {
  const path =
    `/subscriptions/${shell.value('AZURE_SUBSCRIPTION_ID')}/resourceGroups/${groupOf(shell)}` +
    `/providers/Microsoft.Web/sites/${shell.value('SERVICE_API_NAME')}/config/configreferences/appsettings`;
  const url = `https://management.azure.com${path}`;
  for (let waited = 0; ; waited += pauseMs) {
    const asked = askAz(shell, ['rest', '--method', 'get', '--url', `${url}?${apiVersion}`]);
    const references = 'json' in asked ? (asked.json as { value?: Reference[] } | undefined)?.value : undefined;
    if (references === undefined) return undefined;
    const open = references.filter(({ properties }) => properties.status !== 'Resolved');
    if (open.length === 0) return references.length;
    if (waited >= longestWaitMs)
      throw new Refusal(
        [
          'The app cannot read its secrets, fifteen minutes after it got its roles on them:',
          ...open.map(
            ({ id, properties }) =>
              `  ${id.split('/').at(-1)}: ${properties.status ?? 'no status'} (secret ${properties.secretName ?? 'unknown'})`,
          ),
          'SecretNotFound: npm run secrets -- create. AccessToKeyVaultDenied: the role, or the vault’s firewall. Then',
          'azd provision --no-state.',
        ].join('\n'),
      );
    shell.say(`The app cannot read ${open.length} of ${references.length} secrets yet. The next check is in 30 s.`);
    askAz(shell, ['rest', '--method', 'post', '--url', `${url}/refresh?${apiVersion}`]);
    await shell.wait(pauseMs);
  }
}
