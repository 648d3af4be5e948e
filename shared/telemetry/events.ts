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
 * One event: a row of `AppEvents` for each call, by `Name`; dimensions as text in `Properties`, measurements as numbers in
 * `Measurements` (`todouble(Measurements.durationMs)`). Percentiles come from these. `OperationId` is that of the host's
 * `AppRequests` row. Never sampled, so `ItemCount` is 1.
 */
export type EventDefinition = {
  kind: 'event';
  doc: string;
  dimensions: Readonly<Record<string, readonly string[]>>;
  measurements: Readonly<Record<string, { unit: Unit; doc: string }>>;
  /** As of a metric (`MetricDefinition`). */
  byBank?: true;
};

const ms = (doc: string) => ({ unit: 'ms', doc }) as const;

/** The fixed vocabulary of events. */
export const events = {
  saldoLookup: {
    kind: 'event',
    byBank: true,
    doc: 'A call of `GET /saldo`, answered: its outcome (`none`: a saldo), whose failure it was and of what kind, and whose time it took. `counted`: the first answer of its kind, good or failed, in its login session; reloads are not.',
    dimensions: {
      outcome: codes,
      party: parties,
      kind: failureKinds,
      counted: yesNo,
      source: sources,
      coldStart: yesNo,
    },
    measurements: {
      durationMs: ms('The whole call, as the wrapper sees it.'),
      ownMs: ms('What is left when waiting for others and for another call are taken off: ours.'),
      waitedMs: ms("Waiting for another call's look-up of the same session."),
      lanekassenMs: ms('Waiting for Lånekassen: tries, and the pauses between them.'),
      maskinportenMs: ms('Waiting for Maskinporten, also for a token that another call was fetching.'),
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
    doc: 'One attempt at an upstream (docs/contracts/resilience.md §5.5), for percentiles: not the successes at the state table, which are too many. How many of each kind there were says `attemptEnded`.',
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
      attempt: { unit: '1', doc: 'Which attempt of its call: 1 is the first.' },
      durationMs: ms('From sending to the whole answer, or to the failure.'),
      delayMs: ms('Pause before the next attempt; 0: there was none.'),
      retryAfterMs: ms('What a 429 asked us to wait; 0: nothing.'),
      budgetTokens: { unit: '1', doc: 'What the retry budget holds after this attempt.' },
    },
  },
  consentStep: {
    kind: 'event',
    byBank: true,
    doc: 'A step of the consent funnel, with the time since the request: for time-to-consent.',
    dimensions: { step: consentSteps },
    measurements: { sinceRequestMs: ms('Since the consent was asked for.') },
  },
  coldStart: {
    kind: 'event',
    doc: "The first call that an instance's process answered.",
    dimensions: { operation: operations },
    measurements: {
      durationMs: ms('That call.'),
      sinceStartMs: ms('From the start of the process to the end of that call.'),
    },
  },
  alert: {
    kind: 'event',
    byBank: true,
    doc: 'Something an operator must act on (alerts.ts). The error line beside it says what to do.',
    dimensions: { alert: Object.keys(alerts) as (keyof typeof alerts)[], reason: alertReasons },
    measurements: {},
  },
} as const satisfies Record<string, EventDefinition>;

/** A name of the vocabulary's events. */
export type EventName = keyof typeof events;
