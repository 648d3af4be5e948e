/** The fixed vocabulary of what is counted. Names are what dashboards and alerts will use; nothing personal is ever a dimension. */
export const metrics = {
  /** One HTTP call answered. Dimensions: `operation`, `status`, `code`. */
  requestAnswered: 'requestAnswered',
  /** One attempt at an upstream (resilience §5.5). Dimensions: `upstream`, `call`, `outcome`, `stop`. */
  upstreamAttempt: 'upstreamAttempt',
  /** A shared token served from the cache, fetched anew (none there, or one that had aged or was refused), waited for with another caller; and what failed. Dimension: `result` hit|miss|renewal|join|failed|remembered-failure. */
  tokenCache: 'tokenCache',
  /** A signature made by Key Vault. */
  signature: 'signature',
  /** An answer of Maskinporten by which our clock is 5 s off or more. Dimension: `direction` ahead|behind. */
  clockDrift: 'clockDrift',
  /** A consent token fetched for one look-up (duty C-2). */
  consentToken: 'consentToken',
  /** A look-up answered from the held saldo, by a fetch of its own, or by waiting for another's. Dimension: `result` held|fetched|joined. */
  saldoLookup: 'saldoLookup',
  /** A look-up that joined one of the same session under way in this process. */
  lookupJoined: 'lookupJoined',
  /** A call that had to queue for a place at an upstream. Dimension: `upstream`. */
  limiterWait: 'limiterWait',
  /** A breaker that opened. Dimension: `upstream`. */
  breakerOpened: 'breakerOpened',
  /** A lease whose holder had died, taken over. */
  leaseTakenOver: 'leaseTakenOver',
  /** Lånekassen's `TotalAmount` differs from the sum of its accounts. */
  totalMismatch: 'totalMismatch',
  /** An account name that the contract does not know. */
  unknownAccount: 'unknownAccount',
  /** Steps of the consent funnel. Dimension: `event` requested|accepted|rejected|revoked|expired|superseded|abandoned|ended|refused. */
  consent: 'consent',
  /** An event of Altinn's feed. Dimensions: `type`, `result` blocked|settled|unchanged|unknown. */
  feedEvent: 'feedEvent',
  /** A run of `sync-consent-events`. Dimension: `result` complete|unfinished|busy|failed. */
  feedRun: 'feedRun',
  /** A look-up allowed on the evidence of the event feed, Altinn not having been read. Dimension: `why` by-feed|altinn-silent. */
  feedEvidence: 'feedEvidence',
  /** A logout told by the identity provider. Dimension: `by` sid|sub. */
  backchannelLogout: 'backchannelLogout',
  /** A callback that was not about an open request of ours. Dimension: `reason`. */
  callbackRefused: 'callbackRefused',
  /** Giver, receiver or resource is not this person's, bank's or service's. Dimension: `where`. */
  personMismatch: 'personMismatch',
  /** Rows swept by `purge-expired`. Dimension: `table`. */
  purged: 'purged',
  /** A person token refused. Dimension: `fault`. */
  personTokenRefused: 'personTokenRefused',
} as const;

/** A name of the vocabulary. */
export type MetricName = keyof typeof metrics;
