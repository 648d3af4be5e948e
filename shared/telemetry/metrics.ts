import { codes, mismatchPlaces, operations, outcomes, statuses, stops, tokenFaults, upstreams } from './dimensions.ts';

/** Units, as in the names of axes. `1`: a number of things. */
export type Unit = '1' | 'ms' | 's' | 'days';

/** A dimension's values, all of them. */
type Closed = readonly string[];

/**
 * One metric. It arrives in `AppMetrics`, by `Name`, once a minute for each combination of dimensions (in `Properties`).
 * A *counter*'s `Sum` is how often it happened in that minute (so `sum(Sum)`; `ItemCount` is 1). A *gauge*'s `Sum` is its
 * value then (so `avg(Sum)`, `max(Sum)`). A *histogram* arrives as `Sum`, `ItemCount`, `Min`, `Max` and has no percentiles:
 * what needs those is an event (events.ts).
 */
export type MetricDefinition = {
  kind: 'counter' | 'histogram' | 'gauge';
  unit: Unit;
  doc: string;
  dimensions: Dimensions;
  /** Sent with `bank`, the organisation number, where it is counted in an invocation that is for a bank (`forBank`). */
  byBank?: true;
};

type Dimensions = Readonly<Record<string, Closed>>;

const counter = <const D extends Dimensions>(doc: string, dimensions: D) =>
  ({ kind: 'counter', unit: '1', doc, dimensions }) as const;
const histogram = <const D extends Dimensions>(unit: Unit, doc: string, dimensions: D) =>
  ({ kind: 'histogram', unit, doc, dimensions }) as const;
// Counted for each bank: only figures that a bank needs, because every bank is one more row a minute.
const bankCounter = <const D extends Dimensions>(doc: string, dimensions: D) =>
  ({ ...counter(doc, dimensions), byBank: true }) as const;
const bankHistogram = <const D extends Dimensions>(unit: Unit, doc: string, dimensions: D) =>
  ({ ...histogram(unit, doc, dimensions), byBank: true }) as const;
const gauge = <const D extends Dimensions>(unit: Unit, doc: string, dimensions: D) =>
  ({ kind: 'gauge', unit, doc, dimensions }) as const;

/** The fixed vocabulary of what is counted. Dashboards and alerts are checked against it; nothing personal is ever a dimension. */
export const metrics = {
  requestAnswered: bankCounter('HTTP calls answered; `code` is the problem, or `none`.', {
    operation: operations,
    status: statuses,
    code: codes,
  }),
  personTokenRefused: bankCounter('Calls answered 401, by the bank that the refused token names.', {
    fault: tokenFaults,
  }),
  personMismatch: bankCounter("Giver, receiver or resource was not this person's, bank's or service's.", {
    where: mismatchPlaces,
  }),

  sessionStarted: bankCounter(
    'Logins: sessions whose saldo was asked for the first time, by a customer whose consent is active.',
    {},
  ),
  backchannelLogout: bankCounter(
    'Logouts reported by the identity provider, of one session (`sid`) or of all of a subject (`sub`).',
    { by: ['sid', 'sub'] },
  ),
  saldoFetch: bankCounter(
    'Fetches from Lånekassen that ended, waited for or not: `held`, `lost` (the session ended during the fetch), `failed`.',
    { result: ['held', 'lost', 'failed'] },
  ),
  leaseTakenOver: counter('Leases whose holder had died, taken over.', {}),
  totalMismatch: bankCounter("Lånekassen's `TotalAmount` differs from the sum of its accounts.", {}),
  noSuchDate: counter('Accounts whose date of last change does not exist; they are shown without one.', {}),
  unknownAccount: counter('Accounts whose name the contract does not know, shown as Annet.', {}),

  tokenCache: counter(
    'Shared tokens: from the cache (`hit`), fetched as there was none (`miss`) or an aged or refused one (`renewal`), waited for with another caller (`join`); `failed` fetches, and callers answered by a failure of the last second.',
    { result: ['hit', 'miss', 'renewal', 'join', 'failed', 'remembered-failure'] },
  ),
  consentToken: bankCounter('Consent tokens asked for (duty C-2).', {}),
  signature: counter('Signatures made by Key Vault.', {}),
  clockDrift: counter('Answers of Maskinporten by which our clock is 5 s off or more.', {
    direction: ['ahead', 'behind'],
  }),
  keyDaysLeft: gauge('days', 'Until the signing key, or its certificate, expires: the nearest of them.', {}),

  tableCall: histogram(
    'ms',
    'How long calls to the state table took that were answered. How many were, and were not, says `attemptEnded`.',
    { call: ['tables-read', 'tables-write'] },
  ),
  attemptEnded: counter(
    'Attempts at upstreams by how they ended, every one of them: successes at the state table, and what was not sent, included.',
    { upstream: upstreams, outcome: outcomes, stop: stops },
  ),
  limiterWait: bankHistogram('ms', 'Calls that had to queue for a place at an upstream, and for how long.', {
    upstream: upstreams,
  }),
  breakerOpened: counter('A breaker that opened.', { upstream: upstreams }),
  breakerOpen: gauge(
    '1',
    '1 while the breaker of an upstream is open on this instance, else 0: it goes back by itself, with or without calls.',
    { upstream: upstreams },
  ),
  retryBudget: gauge(
    '1',
    'What the retry budget of an upstream holds on this instance: 10 is full, at 5 retries end.',
    { upstream: upstreams },
  ),

  callbackAnswered: bankCounter('Browsers led back from Altinn, by the word that the return page gets.', {
    word: ['accepted', 'rejected', 'pending', 'expired', 'revoked', 'failed', 'unknown'],
  }),
  callbackRefused: bankCounter('Callbacks that were not about an open request of ours.', {
    reason: ['malformed', 'unknown', 'too-old', 'gone'],
  }),
  feedRun: bankCounter('Runs of `sync-consent-events`; `busy`: another instance was at it.', {
    result: ['complete', 'unfinished', 'busy', 'failed'],
  }),
  feedEvent: bankCounter("Events of Altinn's feed, and what became of them.", {
    type: ['accepted', 'rejected', 'revoked', 'deleted', 'other'],
    result: ['blocked', 'settled', 'unchanged', 'unknown', 'waits'],
  }),
  feedAge: {
    ...gauge('s', 'Since the event feed was last read to its end, as each run finds it.', {}),
    byBank: true,
  },
  feedEvidence: bankCounter('Look-ups allowed on the evidence of the event feed, Altinn not having been read.', {
    why: ['by-feed', 'altinn-silent'],
  }),

  purgeRun: counter('Runs of `purge-expired`, for each table.', {
    table: ['consents', 'sessions'],
    result: ['complete', 'unfinished', 'failed'],
  }),
  purged: counter('Rows swept.', { table: ['consents', 'sessions'] }),
  rowsOverdue: gauge(
    '1',
    'Rows that a sweep found past their limit: an hour after their time in `sessions`, two days in `consents`. 0 while the sweep runs.',
    { table: ['consents', 'sessions'] },
  ),

  telemetryDropped: counter('Telemetry lost before it was handed to the exporter: the buffer was full.', {
    kind: ['metric', 'event'],
  }),
} as const satisfies Record<string, MetricDefinition>;

/** The values of one emission, for a definition with closed dimensions. */
export type DimensionsOf<Definition extends { dimensions: Readonly<Record<string, Closed>> }> = {
  readonly [Name in keyof Definition['dimensions']]: Definition['dimensions'][Name][number];
};

/** A name of the vocabulary's metrics. */
export type MetricName = keyof typeof metrics;
/** Names of one kind of metric. */
export type MetricOfKind<Kind extends MetricDefinition['kind']> = {
  [Name in MetricName]: (typeof metrics)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

/** The dimensions of a metric: left out where it has none. */
export type MetricArguments<Name extends MetricName> = keyof (typeof metrics)[Name]['dimensions'] extends never
  ? []
  : [dimensions: DimensionsOf<(typeof metrics)[Name]>];
