import type { Time } from './time.ts';

/** The numbers of a breaker (`../shared/reference/resilience.md` §5.3); durations in milliseconds. */
export type BreakerNumbers = {
  windowMs: number;
  /** Fewer calls than this in the window say nothing. */
  leastCalls: number;
  /** Share of failures that opens it, 0–1. */
  failureShare: number;
  openLeastMs: number;
  openMostMs: number;
  /** Longest time that a `Retry-After` may keep it open: an absurd one must not switch an upstream off for days. */
  delayMostMs: number;
};

export type BreakerState = 'closed' | 'open' | 'half-open';

/** One call, or one series of attempts, as the breaker knows it. */
export type BreakerCaller = object;

/** Keeps calls away from an upstream that fails or asks for rest. One an upstream and process. */
export type Breaker = {
  state(): BreakerState;
  /** How long the caller must stay away, milliseconds; 0: it may call now. */
  blockedMs(caller: BreakerCaller): number;
  /** Whether the caller may wait for the probe: nobody else has it. */
  mayProbe(caller: BreakerCaller): boolean;
  /** Goes through, or not. After the open time the first one through is the probe; until it has ended nobody else is let in. */
  enter(caller: BreakerCaller): boolean;
  /** How a call ended. `answered` covers every answer with a meaning, 403 and 404 included. */
  leave(caller: BreakerCaller, result: 'answered' | 'failed'): void;
  /** 429 with a delay: opens at once. `waits`: this caller waits the delay out and is then the probe. */
  throttled(caller: BreakerCaller, delayMs: number, waits: boolean): void;
  /** The caller has ended without a word: a probe it held is free again. */
  release(caller: BreakerCaller): void;
};

/** While a probe is under way nobody knows how long it takes; a second is the shortest thing `Retry-After` can say. */
const probeMs = 1000;

export function createBreaker(numbers: BreakerNumbers, time: Time, onOpen: () => void = () => {}): Breaker {
  let calls: { at: number; failed: boolean }[] = [];
  let openUntil: number | undefined;
  let probe: BreakerCaller | undefined;

  const state = (): BreakerState =>
    openUntil === undefined ? 'closed' : time.monotonic() < openUntil ? 'open' : 'half-open';

  const open = (ms: number) => {
    if (openUntil === undefined) onOpen();
    openUntil = Math.max(openUntil ?? 0, time.monotonic() + ms);
    calls = [];
  };
  // Spread, so that instances which opened together do not probe together.
  const openForAWhile = () => open(numbers.openLeastMs + (numbers.openMostMs - numbers.openLeastMs) * time.random());

  const blockedMs = (caller: BreakerCaller): number => {
    if (openUntil === undefined) return 0;
    const left = openUntil - time.monotonic();
    if (left > 0) return left;
    return probe === undefined || probe === caller ? 0 : probeMs;
  };

  const note = (failed: boolean) => {
    const now = time.monotonic();
    calls.push({ at: now, failed });
    const first = calls.findIndex(({ at }) => at > now - numbers.windowMs);
    // In bites, so that a busy upstream does not shift a long list at every call.
    if (first > 1000 || (first > 0 && first * 2 > calls.length)) calls = calls.slice(first);
    if (!failed) return;
    const recent = calls.filter(({ at }) => at > now - numbers.windowMs);
    const failures = recent.filter((call) => call.failed).length;
    if (recent.length >= numbers.leastCalls && failures >= recent.length * numbers.failureShare) openForAWhile();
  };

  return {
    state,
    blockedMs,
    mayProbe: (caller) => probe === undefined || probe === caller,
    enter(caller) {
      if (blockedMs(caller) > 0) return false;
      if (openUntil !== undefined) probe = caller;
      return true;
    },
    leave(caller, result) {
      if (openUntil === undefined) {
        note(result === 'failed');
        return;
      }
      // A call that went out before it opened says nothing about now.
      if (probe !== caller) return;
      probe = undefined;
      if (result === 'failed') openForAWhile();
      else {
        openUntil = undefined;
        calls = [];
      }
    },
    throttled(caller, delayMs, waits) {
      const wasProbe = probe === caller;
      open(Math.min(delayMs, numbers.delayMostMs));
      // A probe that is throttled again: whatever it was told, the upstream is far from well.
      if (wasProbe && !waits) openForAWhile();
      if (waits) probe = caller;
      else if (wasProbe) probe = undefined;
    },
    release(caller) {
      if (probe === caller) probe = undefined;
    },
  };
}
