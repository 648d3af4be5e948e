// `npm run secrets -- create`: creates in the vault the secrets that settings refer to, without showing them. It does not change existing
// secrets, so it may run any number of times.
// Vault: AZURE_KEY_VAULT_ENDPOINT (azd keeps it), or --vault <url>. Lånekassen's key, and those of banks with a key of their own (BANKS), are
// read from standard input, a line each.
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { withAzdValues } from '../infra/azd-values.ts';
import { ownApiKeys, secretSettings } from '../infra/secret-settings.ts';
import { openVault, type Vault, VaultFault } from '../infra/vault.ts';

const env = withAzdValues(process.env);
/** Names of secrets by the setting that refers to each; empty: the setting is off. */
const { LANEKASSEN_API_KEY: apiKey = '', ...randomSecrets } = Object.fromEntries(
  secretSettings.map(({ name, variable, standard }) => [name, env[variable] || standard]),
);

async function exists(vault: Vault, name: string): Promise<boolean> {
  const { value } = (await vault.get(`/secrets/${name}/versions`)) as { value: unknown[] };
  return value.length > 0;
}

/** Standard input. On a terminal it is not shown. */
const input = createInterface({
  input: process.stdin,
  output: new Writable({ write: (_chunk, _encoding, done) => done() }),
  terminal: process.stdin.isTTY,
});
const lines = input[Symbol.asyncIterator]();

/** Reads one line; empty at the end of the input. */
async function readHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const { value = '' } = await lines.next();
  process.stderr.write('\n');
  return value.trim();
}

async function create(vault: Vault): Promise<void> {
  for (const name of Object.values(randomSecrets).filter((name) => name !== '')) {
    if (await exists(vault, name)) console.log(`${name}: is there, left as it is`);
    else {
      await vault.put(`/secrets/${name}`, { value: randomBytes(32).toString('base64'), contentType: 'base64' });
      console.log(`${name}: made`);
    }
  }
  for (const name of [apiKey, ...ownApiKeys(env.BANKS ?? '').map(({ secret }) => secret)]) {
    if (await exists(vault, name)) console.log(`${name}: is there, left as it is`);
    else {
      const given = await readHidden(`Lånekassen’s API key for ${name} (onboarding C-1; not shown): `);
      if (given === '') throw new VaultFault(`${name}: still missing; run this again when Lånekassen has sent it.`);
      await vault.put(`/secrets/${name}`, { value: given, contentType: 'text/plain' });
      console.log(`${name}: made`);
    }
  }
}

try {
  const { values, positionals } = parseArgs({ options: { vault: { type: 'string' } }, allowPositionals: true });
  const url = values.vault ?? env.AZURE_KEY_VAULT_ENDPOINT ?? '';
  if (positionals.join() !== 'create' || url === '')
    throw new VaultFault('Usage: npm run secrets -- create --vault https://<name>.vault.azure.net');
  await create(openVault(url, env));
  console.log('All secrets are there. Next: azd env set SECRETS_CREATED true, and azd provision --no-state.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  input.close();
}
