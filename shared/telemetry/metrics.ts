import { codes, mismatchPlaces, operations, outcomes, statuses, stops, tokenFaults, upstreams } from './dimensions.ts';

/** Units, as in the names of axes. `1`: a number of things. */
export type Unit = '1' | 'ms' | 's' | 'days';

/** A dimension's values, all of them. */
type Closed = readonly string[];

/**
 * One metric. `AppMetrics` gets a row for it each minute, by `Name`, for each combination of dimensions (in `Properties`). The `Sum` of a
 * *counter* is how often it happened in that minute (query `sum(Sum)`; `ItemCount` is 1). The `Sum` of a *gauge* is its value at that time
 * (query `avg(Sum)`, `max(Sum)`). A *histogram* has `Sum`, `ItemCount`, `Min` and `Max`, and no percentiles: a figure that needs
 * percentiles is an event (events.ts).
 */
export type MetricDefinition = {
  kind: 'counter' | 'histogram' | 'gauge';
  unit: Unit;
  doc: string;
  dimensions: Dimensions;
  /** The metric is sent with `bank`, the organisation number, if it is counted in an invocation for one bank (`forBank`). */
  byBank?: true;
};

type Dimensions = Readonly<Record<string, Closed>>;

const counter = <const D extends Dimensions>(doc: string, dimensions: D) =>
  ({ kind: 'counter', unit: '1', doc, dimensions }) as const;
const histogram = <const D extends Dimensions>(unit: Unit, doc: string, dimensions: D) =>
  ({ kind: 'histogram', unit, doc, dimensions }) as const;
// Counted for each bank. Only figures that a bank needs are, because every bank adds a row each minute.
const bankCounter = <const D extends Dimensions>(doc: string, dimensions: D) =>
  ({ ...counter(doc, dimensions), byBank: true }) as const;
const bankHistogram = <const D extends Dimensions>(unit: Unit, doc: string, dimensions: D) =>
  ({ ...histogram(unit, doc, dimensions), byBank: true }) as const;
const gauge = <const D extends Dimensions>(unit: Unit, doc: string, dimensions: D) =>
  ({ kind: 'gauge', unit, doc, dimensions }) as const;

/** The fixed vocabulary of what is counted. Dashboards and alerts are checked against it. A dimension is never personal data. */
export const metrics = {
  requestAnswered: bankCounter('HTTP calls answered; `code` is the problem, or `none`.', {
    operation: operations,
    status: statuses,
    code: codes,
  }),
  personTokenRefused: bankCounter('Calls answered 401, by the bank that the refused token names.', {
    fault: tokenFaults,
  }),
  personMismatch: bankCounter("A giver, receiver or resource was not this person's, bank's or service's.", {
    where: mismatchPlaces,
  }),

  sessionStarted: bankCounter(
    'Logins: sessions in which a customer with an active consent asked for the saldo for the first time.',
    {},
  ),
  backchannelLogout: bankCounter(
    'Logouts that the identity provider reported: of one session (`sid`), or of all sessions of a subject (`sub`).',
    { by: ['sid', 'sub'] },
  ),
  saldoFetch: bankCounter(
    'Fetches from Lånekassen that ended, whether or not a caller still waited: `held`, `lost` (the session ended during the fetch), `failed`.',
    { result: ['held', 'lost', 'failed'] },
  ),
  leaseTakenOver: counter('Leases that were taken over because their holder had stopped.', {}),
  totalMismatch: bankCounter("Lånekassen's `TotalAmount` differs from the sum of its accounts.", {}),
  noSuchDate: counter('Accounts whose date of last change does not exist; they are shown without one.', {}),
  unknownAccount: counter('Accounts whose name is not in the contract. They are shown as Annet.', {}),

  tokenCache: counter(
    'Where shared tokens came from: the cache (`hit`); a fetch because there was none (`miss`), or because it was old or refused (`renewal`); the fetch of another caller (`join`). `failed`: the fetch failed. `remembered-failure`: it had failed within the last second.',
    { result: ['hit', 'miss', 'renewal', 'join', 'failed', 'remembered-failure'] },
  ),
  consentToken: bankCounter('Consent tokens that the app requested (duty C-2).', {}),
  signature: counter('Signatures made by Key Vault.', {}),
  clockDrift: counter('Answers of Maskinporten that show that our clock is wrong by 5 s or more.', {
    direction: ['ahead', 'behind'],
  }),
  keyDaysLeft: gauge('days', 'The time until the first signing key or certificate expires.', {}),

  tableCall: histogram(
    'ms',
    'The time of answered calls to the state table. `attemptEnded` counts those with and without an answer.',
    { call: ['tables-read', 'tables-write'] },
  ),
  attemptEnded: counter(
    'All attempts at upstreams, by how they ended. Successes at the state table and attempts that were not sent are included.',
    { upstream: upstreams, outcome: outcomes, stop: stops },
  ),
  limiterWait: bankHistogram(
    'ms',
    'How long calls queued for a place at an upstream. Calls that did not queue are not counted.',
    {
      upstream: upstreams,
    },
  ),
  breakerOpened: counter('Breakers that opened.', { upstream: upstreams }),
  breakerOpen: gauge(
    '1',
    '1 while the breaker of an upstream is open on this instance, else 0. It returns to 0 even if there are no calls.',
    { upstream: upstreams },
  ),
  retryBudget: gauge(
    '1',
    'The retry budget that an upstream has left on this instance. 10 is full; at 5 there are no more retries.',
    { upstream: upstreams },
  ),

  callbackAnswered: bankCounter('Browsers that came back from Altinn, by the result that the return page gets.', {
    word: ['accepted', 'rejected', 'pending', 'expired', 'revoked', 'failed', 'unknown'],
  }),
  callbackRefused: bankCounter('Callbacks that belonged to no open request of the app.', {
    reason: ['malformed', 'unknown', 'too-old', 'gone'],
  }),
  feedRun: bankCounter('Runs of `sync-consent-events`. `busy`: another instance was running it.', {
    result: ['complete', 'unfinished', 'busy', 'failed'],
  }),
  feedEvent: bankCounter("Events of Altinn's feed, and what the app did with them.", {
    type: ['accepted', 'rejected', 'revoked', 'deleted', 'other'],
    result: ['blocked', 'settled', 'unchanged', 'unknown', 'waits'],
  }),
  feedAge: {
    ...gauge('s', 'The time since the event feed was last read to its end, measured by each run.', {}),
    byBank: true,
  },
  feedEvidence: bankCounter('Look-ups that were allowed on the evidence of the event feed, without a read of Altinn.', {
    why: ['by-feed', 'altinn-silent'],
  }),

  purgeRun: counter('Runs of `purge-expired`, for each table.', {
    table: ['consents', 'sessions'],
    result: ['complete', 'unfinished', 'failed'],
  }),
  purged: counter('Rows that the sweep deleted.', { table: ['consents', 'sessions'] }),
  rowsOverdue: gauge(
    '1',
    'Rows that a sweep found past their limit, which is an hour after their time in `sessions` and two days in `consents`. 0 while the sweeps work.',
    { table: ['consents', 'sessions'] },
  ),

  telemetryDropped: counter('Telemetry that was lost before it reached the exporter, because the buffer was full.', {
    kind: ['metric', 'event'],
  }),
} as const satisfies Record<string, MetricDefinition>;

/** The dimensions of one value that is sent, for a definition with closed dimensions. */
export type DimensionsOf<Definition extends { dimensions: Readonly<Record<string, Closed>> }> = {
  readonly [Name in keyof Definition['dimensions']]: Definition['dimensions'][Name][number];
};

/** The name of a metric. */
export type MetricName = keyof typeof metrics;
/** The names of the metrics of one kind. */
export type MetricOfKind<Kind extends MetricDefinition['kind']> = {
  [Name in MetricName]: (typeof metrics)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

/** The dimensions of a metric as arguments: none if it has none. */
export type MetricArguments<Name extends MetricName> = keyof (typeof metrics)[Name]['dimensions'] extends never
  ? []
  : [dimensions: DimensionsOf<(typeof metrics)[Name]>];
