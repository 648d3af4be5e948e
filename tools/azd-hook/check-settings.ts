import { readFileSync } from 'node:fs';
import { Refusal, type Shell } from './shell.ts';

const scriptsOf = (path: string): Record<string, string | undefined> => JSON.parse(readFileSync(path, 'utf8')).scripts;

/** Values that others provide after the environment exists, often because it does: the key is registered, then there is a client. */
const fromOthers: Readonly<Record<string, string>> = {
  MASKINPORTEN_CLIENT_ID: 'digdir-gives-it',
  ALTINN_CONSENT_RESOURCE_ID: 'bits-gives-it',
};

/**
 * Stand-ins for values that provisioning makes or that others provide later. The other settings are in the azd environment,
 * or in Bicep and tested.
 */
function stillToCome(shell: Shell): Record<string, string> {
  const random = (fill: string) => Buffer.from(fill.repeat(32)).toString('base64');
  const standIns: Record<string, string> = {
    PUBLIC_BASE_URL: 'https://provisioning-makes-it.invalid',
    MASKINPORTEN_ISSUER: 'https://test.maskinporten.no',
    MASKINPORTEN_KEY_ID: 'https://provisioning-makes-it.invalid/keys/maskinporten/0',
    MASKINPORTEN_KID: 'provisioning-makes-it',
    ALTINN_BASE_URL: 'https://platform.tt02.altinn.no',
    LANEKASSEN_BASE_URL: 'https://ekstern01.api.test.lanekassen.no',
    LANEKASSEN_API_KEY: 'a-reference-to-the-vault',
    PERSON_KEY_SECRET: random('p'),
    SESSION_KEY_SECRET: random('s'),
    STATE_TABLE_ENDPOINT: 'https://provisioning-makes-it.invalid',
    // API keys of banks' own.
    ...Object.fromEntries(
      [...shell.value('BANKS').matchAll(/"(LANEKASSEN_API_KEY_[A-Z0-9_]+)"/g)].map(([, name = '']) => [
        name,
        'a-reference-to-the-vault',
      ]),
    ),
    ...fromOthers,
  };
  return Object.fromEntries(Object.entries(standIns).filter(([name]) => shell.value(name) === ''));
}

/**
 * Pre-flight: `npm run doctor -- --settings` over the azd environment, so that a misspelt address is found before Azure is
 * asked for anything. Where the project has no doctor, says so and goes on.
 */
export function checkSettings(shell: Shell, scripts = scriptsOf('package.json')): void {
  if (scripts.doctor === undefined) {
    shell.say(
      'Settings are not checked beforehand: this project has no "doctor" script. The app lists its faults when it starts.',
    );
    return;
  }
  const checked = shell.run('npm', ['run', '--silent', 'doctor', '--', '--settings'], stillToCome(shell));
  if (checked === undefined) throw new Refusal('npm could not be started, so the settings are not checked.');
  if (checked.code !== 0)
    throw new Refusal(
      `The settings are not sound; fix them with azd env set.\n${checked.stdout}${checked.stderr}`.trimEnd(),
    );
  const missing = Object.keys(fromOthers).filter((name) => shell.value(name) === '');
  shell.say(
    missing.length === 0
      ? 'Settings: sound.'
      : `Settings: sound as far as they are given. Still to come from others (docs/onboarding.md): ${missing.join(', ')}.`,
  );
}
