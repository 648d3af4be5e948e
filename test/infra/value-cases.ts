// Two banks that together have a value for every variable of infra/main.bicepparam, and how infra/environments reads such values.
import { writeFile } from 'node:fs/promises';
import { exampleEnvironment } from '../../tools/infra/example-environment.ts';
import { infraCopy, resourcesOf, snapshotOf } from './bicep.ts';

/** Values of an azd environment by name. */
export type Values = Readonly<Record<string, string>>;
/** What is wrong with the values, as text; if nothing is, the values as read. */
export type Reading = { faults: string[]; read: Record<string, unknown> };

const id = (provider: string) =>
  `/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/hub/providers/${provider}`;
const network = 'Microsoft.Network/virtualNetworks/hub';
const zone = (name: string) => id(`Microsoft.Network/privateDnsZones/privatelink.${name}`);

/** A bank that uses the network that the templates create. */
export const ours: Values = {
  ...exampleEnvironment,
  ENVIRONMENT_KIND: 'prod',
  BANKS: JSON.stringify([
    {
      organisationNumber: '974760673',
      name: 'Eksempelbanken',
      allowedReturnUrls: ['https://nettbank.example/studielan', 'https://mobil.bank.example/'],
      defaultReturnUrl: 'https://nettbank.example/studielan',
      identityProvider: {
        issuer: 'https://login.bank.example/',
        audience: 'saldo-studielan',
        jwksUri: 'https://login.bank.example/jwks',
        nationalIdClaim: 'fnr',
        sessionClaim: 'session',
        algorithms: ['PS256', 'ES256'],
        logoutAudience: 'logout',
      },
      lanekassenApiKeySetting: 'LANEKASSEN_API_KEY_ONE',
    },
  ]),
  PUBLIC_BASE_URL: 'https://saldo.bank.example',
  MASKINPORTEN_KEY_MODE: 'kid',
  MASKINPORTEN_KEY_NAME: 'signing',
  MASKINPORTEN_KID: 'bank-1',
  MASKINPORTEN_REGISTERED_UNTIL: '2027-10-01',
  ALTINN_MASKINPORTEN_CLIENT_ID: '11111111-2222-3333-4444-666666666666',
  ALTINN_MASKINPORTEN_KEY_ID: 'https://kv.vault.azure.net/keys/altinn/1',
  ALTINN_MASKINPORTEN_KID: 'altinn-1',
  FIRST_PROVISION: 'false',
  LANEKASSEN_API_KEY_SECRET_NAME: 'lanekassen-2',
  PERSON_KEY_SECRET_NAME: 'person-key-2',
  PERSON_KEY_SECRET_SECONDARY_NAME: 'person-key-1',
  SESSION_KEY_SECRET_NAME: 'session-key-2',
  SESSION_KEY_SECRET_SECONDARY_NAME: 'session-key-1',
  SECRETS_TO_COME: 'person-key-3,session-key-3',
  CORS_ALLOWED_ORIGINS: 'https://nettbank.example,https://mobil.bank.example',
  ALLOWED_IP_RANGES: '192.0.2.0/24,198.51.100.7/32',
  ALLOWED_DEPLOY_IP_RANGES: '203.0.113.0/24',
  FRONT_DOOR_ID: '00000000-0000-0000-0000-00000000000f',
  SITE_PRIVATE_ENDPOINT: 'true',
  VIRTUAL_NETWORK_ADDRESS_PREFIX: '10.61.0.0/24',
  OPERATOR_IP_RANGES: '192.0.2.64/27,192.0.2.96/27',
  HUB_NETWORK_ID: id(network),
  JUMP_HOST_SSH_KEY: 'ssh-ed25519 AAAA example',
  LOG_ANALYTICS_WORKSPACE_ID: id('Microsoft.OperationalInsights/workspaces/hub'),
  SIGN_ROLE_DEFINITION_ID: '/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/signer',
  KNOWN_SIGNER_IDS: '00000000-0000-0000-0000-0000000000aa,00000000-0000-0000-0000-0000000000bb',
  ALERTS_TELL_NOBODY: 'false',
  RUNBOOK_URL: 'https://wiki.bank.example/saldo',
  WALL_DASHBOARD: 'true',
  MONTHLY_BUDGET: '5000',
  BUDGET_FROM: '2026-12-01',
  RESOURCE_GROUP_NAME: 'rg-landing-zone',
  USE_EXISTING_RESOURCE_GROUP: 'true',
  RECOVER_VAULT: 'false',
  EXTRA_TAGS: '{"owner":"payments"}',
  NODE_VERSION: '22',
  BACKUP_LOCATION: 'swedencentral',
};
const { HUB_NETWORK_ID: _hub, JUMP_HOST_SSH_KEY: _key, OPERATOR_IP_RANGES: _ranges, ...rest } = ours;
/** A bank with a network of its own, and a virksomhetssertifikat. */
export const theirs: Values = {
  ...rest,
  MASKINPORTEN_KEY_MODE: 'x5c',
  MASKINPORTEN_CERTIFICATE_CHAIN: 'leaf and chain',
  INTEGRATION_SUBNET_ID: id(`${network}/subnets/functions`),
  PRIVATE_ENDPOINT_SUBNET_ID: id(`${network}/subnets/endpoints`),
  VAULT_DNS_ZONE_ID: zone('vaultcore.azure.net'),
  TABLE_DNS_ZONE_ID: zone('table.core.windows.net'),
  BLOB_DNS_ZONE_ID: zone('blob.core.windows.net'),
  FRONT_DOOR: 'premium',
  FRONT_DOOR_ID: '',
  SITE_PRIVATE_ENDPOINT: 'false',
  SITE_DNS_ZONE_ID: zone('azurewebsites.net'),
};

/** Every variable. */
export const names: readonly string[] = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
const whole = (values: Values): Values => Object.fromEntries(names.map((name) => [name, values[name] ?? '']));

/** The results of the functions in infra/environments for each set of values, in one evaluation. */
export async function readAll(cases: readonly Values[]): Promise<Reading[]> {
  const copy = await infraCopy();
  try {
    const folder = `${copy.folder}/infra/environments`;
    await writeFile(
      `${folder}/read-all.bicep`,
      `import { azdValues } from 'types.bicep'
import { readValues } from 'read-values.bicep'
import { faultsOf } from 'values.bicep'
@description('x')
param cases azdValues[]
var trimmed = map(cases, one => mapValues(one, value => trim(value)))
var judged = map(trimmed, one => { values: one, faults: faultsOf(one) })
var readings = map(judged, one => { faults: one.faults, read: empty(one.faults) ? readValues(one.values) : {} })
resource holder 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'holder'
  location: 'global'
  tags: { readings: string(readings) }
}
`,
    );
    await writeFile(`${folder}/cases.json`, JSON.stringify(cases.map(whole)));
    await writeFile(
      `${folder}/read-all.bicepparam`,
      `using 'read-all.bicep'\nparam cases = loadJsonContent('cases.json')\n`,
    );
    const [holder] = resourcesOf(await snapshotOf(`${folder}/read-all.bicepparam`));
    return JSON.parse(holder?.tags?.readings ?? '[]') as Reading[];
  } finally {
    await copy.drop();
  }
}
