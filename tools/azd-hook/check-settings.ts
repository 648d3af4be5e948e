import { readFileSync } from 'node:fs';
import { settingSchemas } from '../../shared/settings/schemas.ts';
import { metaOf } from '../../shared/settings/setting.ts';
import { ownApiKeys, secretSettings, standInFor } from '../infra/secret-settings.ts';
import { Refusal, type Shell } from './shell.ts';

const scriptsOf = (path: string): Record<string, string | undefined> => JSON.parse(readFileSync(path, 'utf8')).scripts;

/** Values that other parties provide after the environment exists. A Maskinporten client, for instance, needs the public key first. */
const fromOthers = ['MASKINPORTEN_CLIENT_ID', 'ALTINN_CONSENT_RESOURCE_ID'];

/**
 * Stand-ins for values that provisioning makes or that others provide later: of secrets, values of that shape; of the others, the
 * examples of their declarations. The other settings are in the azd environment, or in Bicep and tested.
 */
function stillToCome(shell: Shell): Record<string, string> {
  const declared = Object.entries(settingSchemas).map(([name, schema]) => ({ name, ...metaOf(schema) }));
  const comesLater = ({ name, source }: (typeof declared)[number]) =>
    fromOthers.includes(name) || source === 'party' || (source === 'template' && name !== 'BANKS');
  const secrets = [
    ...secretSettings.filter(({ standard }) => standard !== '').map(({ name }) => name),
    ...ownApiKeys(shell.value('BANKS')).map(({ setting }) => setting),
  ];
  const standIns = [
    ...declared.filter(comesLater).map(({ name, example = '' }) => [name, example] as const),
    ...secrets.map((name) => [name, standInFor(name)] as const),
    // Its example is the other way to reach the tables: a connection string.
    ['STATE_TABLE_ENDPOINT', 'https://provisioning-makes-it.invalid'] as const,
  ];
  return Object.fromEntries(standIns.filter(([name]) => shell.value(name) === ''));
}

/**
 * Runs `npm run doctor -- --settings` over the azd environment, so that a misspelt address is found before the first call to Azure. A project
 * without the script doctor gets a message, and the provision continues.
 */
export function checkSettings(shell: Shell, scripts = scriptsOf('package.json')): void {
  if (scripts.doctor === undefined) {
    shell.say(
      'Settings are not checked before the provision: this project has no "doctor" script. The app lists its faults when it starts.',
    );
    return;
  }
  const checked = shell.run('npm', ['run', '--silent', 'doctor', '--', '--settings'], stillToCome(shell));
  if (checked === undefined) throw new Refusal('npm could not be started, so the settings are not checked.');
  if (checked.code !== 0)
    throw new Refusal(
      `The settings have faults. Fix them with azd env set.\n${checked.stdout}${checked.stderr}`.trimEnd(),
    );
  const missing = fromOthers.filter((name) => shell.value(name) === '');
  shell.say(
    missing.length === 0
      ? 'Settings: no faults.'
      : `Settings: no faults. Other parties must still provide (docs/onboarding.md): ${missing.join(', ')}.`,
  );
}
