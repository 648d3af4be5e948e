// Every value that azd passes in, with typical faults: it is refused with a reason, or read like the correct one.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { noBicep } from './bicep.ts';
import { names, ours, readAll, theirs, type Values } from './value-cases.ts';

const lists = /_URLS$|_ALGORITHMS$|_ORIGINS$|_RANGES$|_GROUP_IDS$|_SIGNER_IDS$|^SECRETS_(TO_COME|READABLE)$/;
const inAnyCase =
  /_KIND$|_KEY_MODE$|^FIRST_PROVISION$|^SECRETS_CREATED$|^SITE_PRIVATE_|^WALL_|^USE_EXISTING|_NOBODY$|^RECOVER_/;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Each matching variable with a fault, all at once. Each is read without the others, so one that is misread shows. */
const each = (values: Values, fits: RegExp, spoil: (value: string) => string): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fits.test(name) ? spoil(value) : value]));

describe.skipIf(noBicep !== undefined)('the values of an azd environment', { timeout: 120_000 }, () => {
  test('the example names every variable that infra/main.bicepparam reads', () => {
    const parameters = readFileSync('infra/main.bicepparam', 'utf8');
    const read = [...parameters.matchAll(/^ {2}(\w+): readEnv/gm)].map(([, name]) => name);
    expect([...names].sort()).toEqual(read.sort());
  });

  test.each([
    ['the network made here', ours],
    ['the bank’s own', theirs],
  ])('%s: blanks, extra commas and capitals change nothing', async (_, clean) => {
    const [expected, ...readings] = await readAll([
      clean,
      each(clean, /./, (value) => `  ${value}\t `),
      each(clean, lists, (value) => `${value},`),
      each(clean, lists, (value) => ` ${value.replaceAll(',', ' , ,')} , `),
      each(clean, inAnyCase, (value) => value.toUpperCase()),
      each(clean, inAnyCase, capital),
      each(clean, /./, (value) => `\u3000${value}\u00a0\r\n`),
      { ...clean, AZURE_LOCATION: 'Norway East', BACKUP_LOCATION: 'Sweden Central' },
    ]);
    expect(expected?.faults).toEqual([]);
    for (const reading of readings) expect(reading).toEqual(expected);
  });

  test('a value without a possible meaning is refused by the name of its variable', async () => {
    const wrong: [name: string, value: string, base?: Values][] = [
      ['CORS_ALLOWED_ORIGINS', 'a, *'],
      ['CORS_ALLOWED_ORIGINS', 'https://nettbank.example, *'],
      ['CORS_ALLOWED_ORIGINS', 'https://*.bank.example'],
      ['CORS_ALLOWED_ORIGINS', 'https://nettbank.example/'],
      ['CORS_ALLOWED_ORIGINS', 'http://nettbank.example'],
      ['CORS_ALLOWED_ORIGINS', 'http://localhost.evil.example'],
      ['CORS_ALLOWED_ORIGINS', 'https://Nettbank.example'],
      ['CORS_ALLOWED_ORIGINS', 'https://nettbank.example:443'],
      ['CORS_ALLOWED_ORIGINS', 'https://nettbank.example?x'],
      ['CORS_ALLOWED_ORIGINS', 'https://user@nettbank.example'],
      ['CORS_ALLOWED_ORIGINS', 'https://lån.example'],
      ['CORS_ALLOWED_ORIGINS', 'https://'],
      ['KNOWN_SIGNER_IDS', "00000000-0000-0000-0000-00000000000'"],
      ['KNOWN_SIGNER_IDS', '00000000-0000-0000-0000-00000000000\\'],
      ['KNOWN_SIGNER_IDS', '00000000-0000-0000-0000-00000000000z'],
      ['MASKINPORTEN_KEY_MODE', 'x509'],
      ['ENVIRONMENT_KIND', 'production'],
      ['NODE_VERSION', '20'],
      ['ALLOWED_IP_RANGES', '0.0.0.0/0'],
      ['ALLOWED_IP_RANGES', '192.0.2.0'],
      ['ALLOWED_IP_RANGES', '192.0.2.0/24;198.51.100.0/24'],
      ['ALLOWED_DEPLOY_IP_RANGES', 'office'],
      ['OPERATOR_IP_RANGES', '::/0'],
      ['ACTION_GROUP_IDS', 'on-call'],
      ['INTEGRATION_SUBNET_ID', '', theirs],
      ['PRIVATE_ENDPOINT_SUBNET_ID', '', theirs],
      ['PRIVATE_ENDPOINT_SUBNET_ID', theirs.INTEGRATION_SUBNET_ID ?? '', theirs],
      ['FRONT_DOOR', 'basic'],
      ['FRONT_DOOR', 'standard'],
      ['SITE_PRIVATE_ENDPOINT', 'true', theirs],
      ['MASKINPORTEN_CERTIFICATE_CHAIN', '', theirs],
      ['MASKINPORTEN_KEY_MODE', '', theirs],
      ['MASKINPORTEN_KEY_EXPIRES_ON', ''],
      ['MASKINPORTEN_KEY_EXPIRES_ON', '2027-02-29'],
      ['MASKINPORTEN_REGISTERED_UNTIL', 'next year'],
      ['SECRETS_CREATED', 'yes'],
      ['FIRST_PROVISION', '1'],
      ['RESOURCE_GROUP_NAME', ''],
      ['ALTINN_MASKINPORTEN_KID', ''],
      ['PERSON_KEY_SECRET_NAME', 'person-key-1'],
      ['LANEKASSEN_API_KEY_SECRET_NAME', 'lanekassen/api-key'],
      ['BANKS', '974760673'],
      ['EXTRA_TAGS', 'owner=payments'],
      ['MONTHLY_BUDGET', 'five'],
      ['BUDGET_FROM', ''],
      ['HUB_NETWORK_ID', 'hub'],
      ['OPERATOR_IP_RANGES', ''],
      ['LOG_ANALYTICS_WORKSPACE_ID', 'hub'],
      ['VIRTUAL_NETWORK_ADDRESS_PREFIX', '10.61.0.0'],
      ['VIRTUAL_NETWORK_ADDRESS_PREFIX', '10.61.0.0/25'],
      ['VIRTUAL_NETWORK_ADDRESS_PREFIX', '10.61.0.7/24'],
      ['VIRTUAL_NETWORK_ADDRESS_PREFIX', '10.61.0.0/24,10.62.0.0/24'],
      ['ALLOWED_IP_RANGES', '192.0.2.256/24'],
      ['ALLOWED_IP_RANGES', '192.0.2.0/33'],
      ['PUBLIC_BASE_URL', 'https://saldo.bank.example/'],
      ['PUBLIC_BASE_URL', 'saldo.bank.example'],
      ['AZURE_LOCATION', 'norway-east'],
      ['JUMP_HOST_SSH_KEY', 'id_ed25519.pub'],
      ['FRONT_DOOR_ID', 'a-b-c-d-e'],
      ['RESOURCE_GROUP_NAME', 'r'.repeat(91)],
      ['PERSON_KEY_SECRET_NAME', 'p'.repeat(128)],
      ['ALTINN_CONSENT_RESOURCE_ID', 'one,,two'],
    ];
    const readings = await readAll(wrong.map(([name, value, base = ours]) => ({ ...base, [name]: value })));
    for (const [index, [name, value]] of wrong.entries())
      expect(readings[index]?.faults.join(' '), `${name}=${value}`).toContain(name);
  });

  test('29 February of a leap year is a valid day', async () => {
    const [reading] = await readAll([{ ...ours, MASKINPORTEN_KEY_EXPIRES_ON: '2028-02-29' }]);
    expect(reading?.faults).toEqual([]);
  });
});
