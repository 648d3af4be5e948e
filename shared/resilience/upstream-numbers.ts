// The numbers of each upstream that an operator does not set (docs/contracts/resilience.md §5.1), milliseconds unless said, with
// the reason beside each. What an operator sets is total time and concurrency, where only the bank knows its share of a party.
import type { CommonNumbers, UpstreamCallNumbers } from './attempt.ts';

/** Total time and calls at once from one instance, in all and of a bank: what an operator may set of an upstream. */
export type TunedNumbers = Pick<UpstreamCallNumbers, 'totalMs' | 'concurrency' | 'concurrencyOf'>;

/** The numbers of an upstream that are not set, with the limit on connecting. */
type FixedNumbers = Omit<UpstreamCallNumbers, 'totalMs' | 'concurrency'> & { connectMs: number };

/**
 * The longest `Retry-After`, milliseconds, that a caller gets because of the queue before an upstream: the wait is an estimate, and the
 * queue may empty sooner. Chosen in the fleet simulation (docs/decisions/0021-a-line-and-a-pace.md).
 */
export const maxRetryAfterMs = 45_000;

/**
 * How long a look-up may go on, milliseconds, after its caller got `saldo-not-ready`: 60 s in the queue and 20 s of calls, so that
 * the next ask finds the answer. Most callers have given up by then.
 */
export const lookupDeadlineMs = 80_000;

/**
 * Lånekassen and Maskinporten scale out while they are called: an attempt that is cut off and made again doubles their load and gets a
 * second slow answer. So the first attempt may take 6.5 s (7 s while cold), nearly all the 8 s of a caller, and callers queue for up to
 * a minute. Chosen in the fleet simulation (docs/decisions/0021-a-line-and-a-pace.md).
 */
const scalesOut = { connectMs: 1500, tryMs: 6500, coldTryMs: 7000, queueMs: 60_000, queue: 64, maxRetryAfterMs };

/** Two attempts: duty C-4 counts calls, and a third within a caller's time would not end. */
export const lanekassen: FixedNumbers = { ...scalesOut, maxAttempts: 2 };

/** Three attempts: a new assertion each, and a refused `jti` or clock takes one. */
export const maskinporten: FixedNumbers = { ...scalesOut, maxAttempts: 3 };

/** Our calls do not make Altinn scale out: an attempt is cut off after 3 s, and the total leaves time for another. */
export const altinn: FixedNumbers = { connectMs: 1500, tryMs: 3000, maxAttempts: 3, queue: 64 };

/** The vault is in our own region: a signature that takes 1.5 s is made again, and two attempts fit into the total. */
export const keyVault: FixedNumbers = { connectMs: 1000, tryMs: 1500, maxAttempts: 2, queue: 64 };

/** The key set of the bank's identity provider: one fetch at a time serves all callers, and what is kept spaces the attempts. */
export const personTokenIssuer: UpstreamCallNumbers & { connectMs: number } = {
  connectMs: 1000,
  tryMs: 3000,
  totalMs: 3000,
  maxAttempts: 1,
  concurrency: 1,
  queue: 1,
};

/** Attempts of a call to the tables. A write is guarded by its ETag; a second one is enough for a dead connection. */
export const tableAttempts = { read: 3, write: 2 };

/** The state tables are in our own region and asked at every request: 64 calls at once are far below what an account takes. */
export const tables: UpstreamCallNumbers & { connectMs: number } = {
  connectMs: 500,
  tryMs: 1000,
  totalMs: 2000,
  maxAttempts: Math.max(tableAttempts.read, tableAttempts.write),
  concurrency: 64,
  queue: 512,
  quiet: true,
};

/** The identity endpoint is on the machine itself. A token serves for hours, so that few calls are ever under way; all wait for them. */
export const identity: UpstreamCallNumbers = {
  tryMs: 2000,
  totalMs: 3000,
  maxAttempts: 2,
  concurrency: 4,
  queue: 256,
};

/**
 * New instances spread their first calls to Maskinporten and the vault over this time, milliseconds: a hundred that start together must
 * not call in the same instant (`docs/contracts/resilience.md` §5.4).
 */
export const startStaggerMs = 500;

/** What the upstreams have in common; each still has a budget, a breaker, a rate and a cold detector of its own. */
export const common: CommonNumbers = {
  // Full jitter from 200 ms on: long enough for a connection to be made again, and a caller of 8 s does not notice.
  backoff: { baseMs: 200, capMs: 2000 },
  // gRPC's retry throttling (proposal A6), with a floor so that a quiet instance can recover. In the long run at most a tenth of the
  // calls are retries.
  budget: { tokens: 10, perSuccess: 0.1, floorMs: 10_000 },
  // Half of ten customers within half a minute: one customer's fault says nothing. Open for 5 to 30 s, so that instances do not
  // probe in step; an hour at most, because an absurd Retry-After must not switch an upstream off for days.
  breaker: {
    windowMs: 30_000,
    minCalls: 10,
    failureShare: 0.5,
    minOpenMs: 5000,
    maxOpenMs: 30_000,
    maxDelayMs: 3_600_000,
  },
  // Half of the refused rate remains after a 429. It is reached again after one and a half times the pause, so that an upstream which cannot
  // do more pauses us for less than half of the time; after ten seconds at most, and never less than one call in two seconds is made, or a
  // new capacity would be found late. Chosen in the fleet simulation (docs/decisions/0021-a-line-and-a-pace.md).
  rateLimiter: { remainingShare: 0.5, recovery: { perPause: 1.5, minMs: 4000, maxMs: 10_000 }, minPerMinute: 30 },
  // Silent for a minute, or three times as slow as usual: it may have gone to sleep, or be scaling out.
  cold: { silentMs: 60_000, slowFactor: 3 },
};
