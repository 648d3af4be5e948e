import { fixedInputs } from './fixed-inputs.ts';
import { type Input, sweepInputs } from './sweep-inputs.ts';

const measured = 'measured: `npm run bench:login`, 27 Nov 2026, Node 24.21.0, one AMD EPYC core, our own host';
const bench = 'measured: `npm run bench`, docs/performance.md';
const assumed = (why: string) => `assumed: ${why}`;
const quoted = 'public quotation of the list price in US dollars, East US';

/** The inputs of the computation, each with its source. Change a number here, then run `npm run capacity`. */
export const inputs = {
  // One login.
  fetchedPerLogin: {
    value: 1,
    unit: '1',
    what: 'look-ups that reach Lånekassen',
    source: 'duty C-4: once a login session',
  },
  heldPerLogin: {
    value: 1,
    unit: '1',
    what: 'look-ups answered from the held saldo',
    source: assumed('the page is opened twice in a session'),
  },
  currentPerLogin: { value: 1, unit: '1', what: '`GET /consents/current`', source: assumed('the card asks first') },
  logoutPerLogin: { value: 1, unit: '1', what: '`DELETE /session`', source: assumed('every session is ended') },
  loginsPerCustomerAndYear: {
    value: 100,
    unit: '1',
    what: 'logins of a customer between two consents',
    source: assumed('twice a week; each consent costs one consent token, a consent lasts a year'),
  },

  // The cost of a login for the app.
  currentCpuMs: { value: 2.55, unit: 'ms', what: 'processor time, `GET /consents/current`', source: measured },
  fetchedCpuMs: { value: 6.47, unit: 'ms', what: 'processor time, fetched look-up', source: measured },
  heldCpuMs: { value: 1.68, unit: 'ms', what: 'processor time, held look-up', source: measured },
  logoutCpuMs: { value: 1.64, unit: 'ms', what: 'processor time, logout', source: measured },
  tableOperationsPerFetched: { value: 8, unit: '1', what: 'table operations, fetched look-up', source: bench },
  tableOperationsPerOther: {
    value: 2,
    unit: '1',
    what: 'table operations, each other call',
    source: 'read in the code: session, then consents or the row that ends',
  },
  telemetryBytesPerLogin: {
    value: 2961,
    unit: 'bytes',
    what: "the worker's events and metrics as sent",
    source: measured,
  },
  hostRowsPerCall: {
    value: 4,
    unit: '1',
    what: "the host's rows: one request, its two lines, our line",
    source: 'host.json and the lines of our own host; the real host was not measured here',
  },
  hostRowBytes: {
    value: 1000,
    unit: 'bytes',
    what: 'a row of the host',
    source: assumed('as large as an event of ours'),
  },
  billedShare: {
    value: 0.75,
    unit: '1',
    what: 'of the bytes sent, billed',
    source: 'learn.microsoft.com/azure/azure-monitor/logs/cost-logs: about 25 % less than the incoming size',
  },

  // One instance.
  instanceCores: {
    value: 1,
    unit: '1',
    what: 'cores of 2 048 MB',
    source: "Microsoft's documentation of Flex Consumption, May 2025",
  },
  instanceGb: {
    value: 2,
    unit: 'GB',
    what: 'memory that is billed',
    source: 'infra/environments/profiles.bicep, instanceMemoryMB',
  },
  coreShare: {
    value: 0.6,
    unit: '1',
    what: 'of its core that an instance is to use',
    source: assumed("the rest is the real host's own process, garbage collection, and bursts"),
  },
  slots: {
    value: 16,
    unit: '1',
    what: 'calls at once',
    source: 'infra/environments/profiles.bicep, httpConcurrencyPerInstance',
  },
  upstreamSeconds: {
    value: 1,
    unit: 's',
    what: 'Altinn, Maskinporten and Lånekassen together, on an ordinary day',
    source: assumed('it is not published (docs/contracts/resilience.md §7): replace it by the workbook’s p50'),
  },
  slowUpstreamSeconds: {
    value: 7.5,
    unit: 's',
    what: 'the same while Lånekassen scales out',
    source: 'the longest time of a call: REQUEST_DEADLINE_MS less the time that is kept for the answer',
  },
  maximumInstances: {
    value: 100,
    unit: '1',
    what: 'instances in production',
    source: 'infra/environments/profiles.bicep',
  },
  subscriptionCores: {
    value: 250,
    unit: '1',
    what: 'cores of a subscription in a region',
    source: "Microsoft's documentation of Flex Consumption, May 2025",
  },

  // The limits of other services.
  signaturesPerSecond: {
    value: 200,
    unit: '1/s',
    what: 'RSA-HSM 2048, one vault',
    source: "Microsoft's limits of Key Vault: 2 000 in 10 s",
  },
  tokenSeconds: {
    value: 105,
    unit: 's',
    what: 'life of a shared token in the cache',
    source: 'Maskinporten’s 120 s less the margin of 15 s (shared/maskinporten/tokens.ts)',
  },
  sharedTokens: { value: 2, unit: '1', what: 'shared tokens an instance', source: 'Altinn’s and Lånekassen’s' },
  tablePerSecond: {
    value: 20_000,
    unit: '1/s',
    what: 'table operations, one storage account',
    source: 'Microsoft, scalability targets for Table storage (entities of 1 KiB)',
  },
  partitionPerSecond: {
    value: 2000,
    unit: '1/s',
    what: 'table operations, one partition',
    source: 'the same; a session or a person is a partition of its own here',
  },

  ...sweepInputs,
  ...fixedInputs,

  // Prices, in US dollars.
  gbSecond: {
    value: 0.000026,
    unit: '$',
    what: 'GB-second on demand',
    source: `${quoted}: modal.com/blog/azure-function-pricing-guide, 22 May 2025`,
  },
  millionCalls: { value: 0.4, unit: '$', what: 'a million executions', source: `${quoted}: the same` },
  baselineGbSecond: { value: 0.000004, unit: '$', what: 'GB-second always ready, idle', source: `${quoted}: the same` },
  alwaysReady: {
    value: 2,
    unit: '1',
    what: 'always-ready HTTP instances',
    source: 'infra/environments/profiles.bicep, prod',
  },
  logGb: {
    value: 2.3,
    unit: '$',
    what: 'GB into Analytics Logs',
    source: `${quoted}: monitoringcost.com/azure-monitor-cost, 2026; others quote 2.76`,
  },
  tenThousandTableOperations: {
    value: 0.00036,
    unit: '$',
    what: '10 000 table operations, LRS',
    source:
      'public cost notes that quote the Azure Retail Prices API, July and September 2026; production has ZRS, whose price was not found',
  },
  tenThousandSignatures: {
    value: undefined,
    unit: '$',
    what: '10 000 signatures by an HSM key',
    source:
      'not found: quotations differ (0.03, 1.00; 0.15 in the price list as answered to Infracost, read 2026-11-29), so none is taken',
  },
} as const satisfies Record<string, Input>;

/** The inputs as numbers. */
export type Numbers = { readonly [Name in keyof typeof inputs]: number | undefined };
