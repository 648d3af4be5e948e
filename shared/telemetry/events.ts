import { alertReasons, alerts } from './alerts.ts';
import {
  breakerStates,
  calls,
  codes,
  consentSteps,
  operations,
  outcomes,
  sources,
  stops,
  upstreams,
  yesNo,
} from './dimensions.ts';
import { failureKinds, parties } from './failure.ts';
import type { Unit } from './metrics.ts';

/**
 * One event. Each time, `AppEvents` gets a row for it, by `Name`. Dimensions are text in `Properties`; measurements are numbers in
 * `Measurements` (`todouble(Measurements.durationMs)`), from which percentiles are computed. `OperationId` is that of the host's
 * `AppRequests` row. Events are never sampled, so `ItemCount` is 1.
 */
export type EventDefinition = {
  kind: 'event';
  doc: string;
  dimensions: Readonly<Record<string, readonly string[]>>;
  measurements: Readonly<Record<string, { unit: Unit; doc: string }>>;
  /** As for a metric (`MetricDefinition`). */
  byBank?: true;
};

const ms = (doc: string) => ({ unit: 'ms', doc }) as const;

/** The fixed vocabulary of events. */
export const events = {
  saldoLookup: {
    kind: 'event',
    byBank: true,
    doc: 'An answered call of `GET /saldo`: its outcome (`none`: a saldo), whose failure it was and of what kind, and where its time went. `counted`: it is the first answer of its kind (good or failed) in its login session. Reloads are not counted.',
    dimensions: {
      outcome: codes,
      party: parties,
      kind: failureKinds,
      counted: yesNo,
      source: sources,
      coldStart: yesNo,
    },
    measurements: {
      durationMs: ms('The whole call, as the wrapper of the function measures it.'),
      ownMs: ms('Our own part: the whole call without the waits for parties and for another call.'),
      waitedMs: ms("Waiting for another call's look-up in the same session."),
      lanekassenMs: ms('Waiting for Lånekassen: the attempts, and the pauses between them.'),
      maskinportenMs: ms('Waiting for Maskinporten. The wait for a token that another call is fetching is included.'),
      altinnMs: ms('Waiting for Altinn.'),
      keyVaultMs: ms('Waiting for Key Vault.'),
      tablesMs: ms('Waiting for the state table.'),
      identityMs: ms('Waiting for the identity endpoint.'),
      personTokenIssuerMs: ms("Waiting for the keys of the bank's identity provider."),
    },
  },
  upstreamAttempt: {
    kind: 'event',
    byBank: true,
    doc: 'One attempt at an upstream (docs/contracts/resilience.md §5.5), for percentiles. Successes at the state table are left out, because there are too many. `attemptEnded` counts all attempts.',
    dimensions: {
      upstream: upstreams,
      call: calls,
      outcome: outcomes,
      stop: stops,
      breakerState: breakerStates,
      upstreamCold: yesNo,
      coldInstance: yesNo,
    },
    measurements: {
      attempt: { unit: '1', doc: 'The number of the attempt in its call. 1 is the first.' },
      durationMs: ms('From sending to the complete answer, or to the failure.'),
      delayMs: ms('The pause before the next attempt. 0: there was none.'),
      retryAfterMs: ms('The wait that a 429 asked for. 0: none.'),
      budgetTokens: { unit: '1', doc: 'The retry budget that is left after this attempt.' },
    },
  },
  consentStep: {
    kind: 'event',
    byBank: true,
    doc: 'A step of the consent funnel, with the time since the request.',
    dimensions: { step: consentSteps },
    measurements: { sinceRequestMs: ms('The time since the consent was requested.') },
  },
  coldStart: {
    kind: 'event',
    doc: 'The first call that the process of an instance answered.',
    dimensions: { operation: operations },
    measurements: {
      durationMs: ms('That call.'),
      sinceStartMs: ms('From the start of the process to the end of that call.'),
    },
  },
  alert: {
    kind: 'event',
    byBank: true,
    doc: 'Something that an operator must act on (alerts.ts). The error line with it says what to do.',
    dimensions: { alert: Object.keys(alerts) as (keyof typeof alerts)[], reason: alertReasons },
    measurements: {},
  },
} as const satisfies Record<string, EventDefinition>;

/** The name of an event. */
export type EventName = keyof typeof events;
