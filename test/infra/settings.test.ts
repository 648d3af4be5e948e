import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readSettings } from '../../shared/settings.ts';
import { settingSchemas } from '../../shared/settings-schema.ts';
import { armValue } from './arm-expression.ts';
import { resourcesOf } from './bicep.ts';
import { one } from './rules/rule.ts';

/** Settings of the schema that no app in Azure has, with the reason. */
const reasonedAway: Readonly<Record<string, string>> = {
  STATE_TABLE_CONNECTION_STRING: 'for the emulator alone: it holds a key, and the schema refuses it beyond loopback',
};

/** What the platform reads and the schema does not know. */
const platform = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'AzureWebJobsDisableHomepage',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
];

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
    const expected = Object.keys(settingSchemas).filter((name) => !(name in reasonedAway));
    expect(Object.keys(settings).sort()).toEqual([...expected, ...platform].sort());
  });

  test('are what the app starts with', () => {
    const written = Object.entries(settings).map(([name, value]) => {
      const text = armValue(value, { reference: () => references });
      // What the platform puts in place of a reference to the vault: a secret of its own for each.
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

test('the bounds of the numbers in Bicep are those of the schema, and its standard values the schema’s', () => {
  const files = ['policy-numbers', 'service-rules'].map((name) =>
    readFileSync(`infra/environments/${name}.bicep`, 'utf8'),
  );
  const typed = /@minValue\((\d+)\)\s+@maxValue\((\d+)\)\s+([A-Z_]+): int/g;
  const bounds = files.flatMap((text) => [...text.matchAll(typed)]);
  const values = Object.fromEntries(
    files.flatMap((text) => [...text.matchAll(/^ {2}([A-Z_]+): (\d+)$/gm)].map(([, name, value]) => [name, value])),
  );
  expect(bounds.length).toBeGreaterThan(30);
  for (const [, least = '', most = '', name = ''] of bounds) {
    const schema = settingSchemas[name as keyof typeof settingSchemas];
    const takes = (value: number) => schema.safeParse(String(value)).success;
    const edges = [Number(least) - 1, Number(least), Number(most), Number(most) + 1].map(takes);
    expect(edges, name).toEqual([false, true, true, false]);
    expect(Number(values[name]), `${name}: the standard value`).toBe(schema.parse(undefined));
  }
  // Every whole number of the schema is bounded in Bicep too.
  const whole = Object.entries(settingSchemas).filter(
    ([, schema]) => typeof schema.safeParse(undefined).data === 'number',
  );
  expect(bounds.map(([, , , name]) => name).sort()).toEqual(whole.map(([name]) => name).sort());
});

test('prod speaks with the parties’ production, the others with their test', () => {
  const parties = (environment: string) => {
    const { MASKINPORTEN_ISSUER, ALTINN_BASE_URL, LANEKASSEN_BASE_URL } = appSettings(environment);
    return [MASKINPORTEN_ISSUER, ALTINN_BASE_URL, LANEKASSEN_BASE_URL];
  };
  expect(parties('prod').join()).not.toMatch(/test|tt02/);
  for (const environment of ['dev', 'test']) for (const url of parties(environment)) expect(url).toMatch(/test|tt02/);
});
