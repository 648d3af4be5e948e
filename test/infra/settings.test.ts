import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readSettings } from '../../shared/settings.ts';
import { bicepParameters } from '../../tools/docs/write-azd-values.ts';
import { bicepSettings } from '../../tools/docs/write-bicep-settings.ts';
import { armValue } from './arm-expression.ts';
import { resourcesOf } from './bicep.ts';
import { one } from './rules/rule.ts';
import { numberFaults, settingFaults } from './setting-comparison.ts';

const appSettings = (environment: string): Record<string, string> =>
  one(
    resourcesOf(readFileSync(`infra/environments/${environment}.snapshot.json`, 'utf8')),
    'Microsoft.Web/sites/config',
  ).properties;

const references: Record<string, unknown> = {
  clientId: '00000000-0000-0000-0000-00000000000a',
  ConnectionString: 'InstrumentationKey=x;IngestionEndpoint=https://norwayeast.in.applicationinsights.azure.com/',
  defaultHostName: 'func-example.azurewebsites.net',
};

describe.each(['dev', 'test', 'prod'])('the app settings of %s', (environment) => {
  const settings = appSettings(environment);

  test('are every setting of the schema, and no unknown one', () => {
    expect(settingFaults(Object.keys(settings))).toEqual([]);
  });

  test('are enough for the app to start', () => {
    const written = Object.entries(settings).map(([name, value]) => {
      const text = armValue(value, { reference: () => references });
      // The platform replaces a reference to the vault by the secret: a different one for each.
      const secret = Buffer.from(name.padEnd(32, '.')).toString('base64');
      return [name, text.startsWith('@Microsoft.KeyVault(') ? secret : text];
    });
    const result = readSettings(Object.fromEntries(written));
    expect(result).toMatchObject({ ok: true });
    if (!result.ok) return;
    expect(result.settings.publicBaseUrl).toBe('https://func-example.azurewebsites.net');
    expect(result.settings.maskinporten.lanekassenKey).toMatchObject({
      keyId: expect.stringMatching(/^https:\/\/kv-\w+\.vault\.azure\.net\/keys\/maskinporten\/0123456789abcdef/),
      header: { kid: '974760673-saldo-studielan-0123456789abcdef0123456789abcdef' },
    });
    expect(result.settings.state.endpoint).toMatch(/^https:\/\/ststate\w+\.table\.core\.windows\.net$/);
  });
});

test('a missing, misspelt or unknown setting is found', () => {
  const names = Object.keys(appSettings('prod'));
  for (const name of names)
    expect(settingFaults(names.filter((each) => each !== name))).toEqual([`${name} is missing`]);
  expect(settingFaults([...names, 'BANK_NAEM', 'STATE_TABLE_CONNECTION_STRING'])).toEqual([
    'BANK_NAEM is unknown',
    'STATE_TABLE_CONNECTION_STRING is unknown',
  ]);
});

const numbers = readFileSync('infra/environments/settings.bicep', 'utf8');

test("Bicep's list of settings is what `npm run docs` would write now", () => {
  expect(numbers).toBe(bicepSettings());
});

test('main.bicepparam reads each variable of azdValues, and no other', () => {
  const present = readFileSync('infra/main.bicepparam', 'utf8');
  expect(present).toBe(bicepParameters(present));
  // A variable that is left out, or that nothing declares, is corrected.
  const spoilt = present.replace(/^ {2}BANKS: .*\n/m, "  BANKSS: readEnvironmentVariable('BANKSS', '')\n");
  expect(bicepParameters(spoilt)).toBe(present);
});

test('the bounds and defaults of the numbers in Bicep are those of the schema', () => {
  expect(numberFaults(numbers)).toEqual([]);
});

test.each([
  [
    'a bound',
    '@maxValue(60000)\n  REQUEST_DEADLINE_MS',
    '@maxValue(60001)\n  REQUEST_DEADLINE_MS',
    /REQUEST_DEADLINE_MS: other bounds/,
  ],
  [
    'a standard value',
    'ALTINN_MAX_CONCURRENCY: 8',
    'ALTINN_MAX_CONCURRENCY: 9',
    /ALTINN_MAX_CONCURRENCY: another standard/,
  ],
  [
    'a number without bounds',
    '@maxValue(168)\n  SESSION_ENDED_HOURS',
    'SESSION_ENDED_HOURS',
    /SESSION_ENDED_HOURS: not bounded/,
  ],
])("%s that differs from the schema's is found", (_, right, wrong, said) => {
  expect(numbers).toContain(right);
  expect(numberFaults(numbers.replace(right, wrong)).join()).toMatch(said);
});

test("prod calls the parties' production, the others their test environments", () => {
  const parties = (environment: string) => {
    const { MASKINPORTEN_ISSUER, ALTINN_BASE_URL, LANEKASSEN_BASE_URL } = appSettings(environment);
    return [MASKINPORTEN_ISSUER, ALTINN_BASE_URL, LANEKASSEN_BASE_URL];
  };
  expect(parties('prod').join()).not.toMatch(/test|tt02/);
  for (const environment of ['dev', 'test']) for (const url of parties(environment)) expect(url).toMatch(/test|tt02/);
});
