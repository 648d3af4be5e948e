import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingSchemas } from '../../shared/settings/schemas.ts';
import { readSettings } from '../../shared/settings.ts';
import { checkSettings } from '../../tools/azd-hook/check-settings.ts';
import { Refusal, type Shell } from '../../tools/azd-hook/shell.ts';
import { exampleEnvironment } from '../../tools/infra/example-environment.ts';
import { evaluate, noBicep } from './bicep.ts';
import { one } from './rules/rule.ts';

/** A shell whose doctor is the schema itself, applied to the environment that doctor would get. */
function shellWith(environment: Readonly<Record<string, string>>): Shell & { said: string[]; ran: string[] } {
  const said: string[] = [];
  const ran: string[] = [];
  return {
    said,
    ran,
    value: (name) => environment[name] ?? '',
    keep: () => undefined,
    run(program, args, extra = {}) {
      ran.push([program, ...args].join(' '));
      const result = readSettings({ ...environment, ...extra });
      return { code: result.ok ? 0 : 1, stdout: result.ok ? '' : result.faults.join('\n'), stderr: '' };
    },
    say: (line) => void said.push(line),
    today: () => new Date(0),
    wait: async () => {},
  };
}

test('placeholders replace what provisioning itself creates, and the other settings are checked', () => {
  // A value that the bank has set itself is not replaced.
  const sound = shellWith({ ...exampleEnvironment, MASKINPORTEN_KID: 'own-kid' });
  let placeholders: Readonly<Record<string, string>> = {};
  checkSettings(
    {
      ...sound,
      run: (program, args, extra = {}) => {
        placeholders = extra;
        return sound.run(program, args, extra);
      },
    },
    { doctor: 'x' },
  );
  expect(Object.keys(placeholders)).toEqual(
    expect.arrayContaining(['PUBLIC_BASE_URL', 'MASKINPORTEN_KEY_ID', 'PERSON_KEY_SECRET', 'STATE_TABLE_ENDPOINT']),
  );
  expect(Object.keys(placeholders).filter((name) => name in exampleEnvironment || name === 'MASKINPORTEN_KID')).toEqual(
    [],
  );
  expect(sound.ran).toEqual(['npm run --silent doctor -- --settings']);
  const unsound = shellWith({
    ...exampleEnvironment,
    BANKS: exampleEnvironment.BANKS?.replace('https://login.bank.example/jwks', 'http://login.bank.example/jwks') ?? '',
  });
  expect(() => checkSettings(unsound, { doctor: 'x' })).toThrow(Refusal);
  expect(() => checkSettings(unsound, { doctor: 'x' })).toThrow(
    /BANKS\[0\]\.identityProvider\.jwksUri: must be an https URL/,
  );
});

test('without a doctor the hook reports it', () => {
  const shell = shellWith({});
  checkSettings(shell, {});
  expect(shell.ran).toEqual([]);
  expect(shell.said.join()).toContain('not checked before the provision');
});

/** The values that docs/deploy.md sets before the first provision, for the example bank. */
function setBeforeTheFirst(): Record<string, string> {
  const [block = ''] = /```sh azure\nazd auth login\n[\s\S]*?```/.exec(readFileSync('docs/deploy.md', 'utf8')) ?? [];
  const names = [...block.matchAll(/^azd env set (\w+)/gm)].map(([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, exampleEnvironment[name] ?? 'test']));
}

test('the values that docs/deploy.md sets before the first provision are enough, and none can be left out', () => {
  const values = setBeforeTheFirst();
  const shell = shellWith(values);
  checkSettings(shell, { doctor: 'x' });
  expect(shell.said.join()).toContain('Other parties must still provide');
  const required = Object.keys(values).filter((name) => name in settingSchemas);
  expect(required).toContain('BANKS');
  for (const name of required) {
    const { [name]: _left, ...rest } = values;
    expect(() => checkSettings(shellWith(rest), { doctor: 'x' }), name).toThrow(`${name}: is missing`);
  }
});

test.skipIf(noBicep !== undefined)(
  'the templates accept these values at the first provision',
  async () => {
    const given = setBeforeTheFirst();
    const unset = Object.keys(exampleEnvironment).filter((name) => !(name in given));
    const resources = await evaluate('environments/test', {
      ...Object.fromEntries(unset.map((name) => [name, undefined])),
      AZURE_ENV_NAME: 'bank-test',
      FIRST_PROVISION: 'true',
      MASKINPORTEN_KEY_EXPIRES_ON: '2027-11-01',
    });
    const settings = one(resources, 'Microsoft.Web/sites/config').properties;
    expect(settings.MASKINPORTEN_KEY_ID).toContain('keyUriWithVersion');
    expect([settings.MASKINPORTEN_CLIENT_ID, settings.ALTINN_CONSENT_RESOURCE_ID]).toEqual(['', '']);
  },
  120_000,
);
