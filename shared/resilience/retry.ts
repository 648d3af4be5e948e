import type { calls, outcomes, stops } from '../telemetry/dimensions.ts';

/** How an attempt that brought no answer with a meaning ended, as far as a retry is concerned. */
export type Outcome = Exclude<(typeof outcomes)[number], 'ok' | 'not-sent'>;

/** Whether an outcome is tried again: as often as attempts allow, once at most, or not. */
export type RetryRule = 'yes' | 'once' | 'no';

/** The calls that have a rule of their own. */
export type RetriedCall = (typeof calls)[number];

const all = (rule: RetryRule): Record<Outcome, RetryRule> => ({
  connection: rule,
  timeout: rule,
  throttled: rule,
  'server-error': rule,
  'gateway-error': rule,
  final: 'no',
});
const standard = { ...all('yes'), throttled: 'once' } as const;

/** What is retried, as data (`docs/contracts/resilience.md` §5.2); tests walk this table. */
export const retryRules: Record<RetriedCall, Record<Outcome, RetryRule>> = {
  lanekassen: { ...all('once'), connection: 'yes' },
  maskinporten: standard,
  'altinn-read': { ...standard, 'server-error': 'once' },
  // Once, with the same id and body: creating is idempotent by our own id.
  'altinn-create': { ...all('once'), 'server-error': 'no' },
  'key-vault': standard,
  'tables-read': standard,
  // A write that was cut off may still arrive. After a lost connection its `writeId` shows whose write it was.
  'tables-write': { ...standard, timeout: 'no' },
  identity: standard,
  // Public keys and metadata: the caller has a cool-down of its own.
  'key-set': all('no'),
};

/** Whether there is a further attempt, and when; or why there is none. */
export type Decision =
  | { retry: true; delayMs: number }
  | { retry: false; reason: Exclude<(typeof stops)[number], 'none'> };

/** Everything the decision depends on; durations in milliseconds. */
export type RetryState = {
  rule: RetryRule;
  outcome: Outcome;
  /** How many attempts have been made, this one included. */
  attempts: number;
  maxAttempts: number;
  remainingMs: number;
  /** An attempt shorter than this is not started. */
  minTryMs: number;
  /** The delay that the upstream asked for, if it did. It is a minimum: jitter only adds to it. */
  retryAfterMs: number | undefined;
  backoff: { baseMs: number; capMs: number };
  /** Whether the upstream's retry budget has something left. */
  budgetAllows: boolean;
  /** Whether the breaker will let this caller through: it is closed, or this caller may be its probe. */
  breakerAllows: boolean;
  /** From 0 to 1. */
  random: number;
};

/** The delay plus up to a fifth, by `random` (0 to 1): callers with the same delay must not come together. */
export function withJitter(ms: number, random: number): number {
  return ms * (1 + 0.2 * random);
}

/** Whether to try again, and after how long: a pure function (full jitter; `Retry-After` as a floor plus 0–20 %). */
export function decide(state: RetryState): Decision {
  if (state.rule === 'no') return { retry: false, reason: 'not-retryable' };
  // A 429 that names no delay must not be guessed at: the upstream is asking for less, not for more.
  if (state.outcome === 'throttled' && state.retryAfterMs === undefined)
    return { retry: false, reason: 'not-retryable' };
  const allowed = state.rule === 'once' ? Math.min(2, state.maxAttempts) : state.maxAttempts;
  if (state.attempts >= allowed) return { retry: false, reason: 'attempts' };
  const delayMs =
    state.retryAfterMs === undefined
      ? state.random * Math.min(state.backoff.capMs, state.backoff.baseMs * 2 ** (state.attempts - 1))
      : withJitter(state.retryAfterMs, state.random);
  if (delayMs + state.minTryMs > state.remainingMs) return { retry: false, reason: 'deadline' };
  if (!state.breakerAllows) return { retry: false, reason: 'breaker' };
  if (!state.budgetAllows) return { retry: false, reason: 'budget' };
  return { retry: true, delayMs };
}
