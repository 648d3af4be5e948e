import type { Time } from './time.ts';

/** The numbers of a breaker (`docs/contracts/resilience.md` §5.3); durations in milliseconds. */
export type BreakerNumbers = {
  windowMs: number;
  /** With fewer customers than this in the window the breaker stays closed. */
  minCalls: number;
  /** The share of customers whose last call failed that opens the breaker, 0–1. */
  failureShare: number;
  minOpenMs: number;
  maxOpenMs: number;
  /** The longest time that a `Retry-After` keeps it open. A very long one must not switch an upstream off for days. */
  maxDelayMs: number;
};

export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * What a caller may do. `wait`: the upstream has named the end of its pause (429 with a delay), so a wait in the queue has an end.
 * `refuse`: it fails, and the end is not known; a wait would have none.
 */
export type AdmissionDecision = 'go' | 'wait' | 'refuse';

/** One call, or one series of attempts, as the breaker knows it. */
export type BreakerCaller = object;

/** Keeps calls away from an upstream that fails or asks for a pause. One for each upstream and process. */
export type Breaker = {
  state(): BreakerState;
  /** What the caller may do now. Changes nothing. */
  decide(caller: BreakerCaller): AdmissionDecision;
  /** As `decide`. After failures the first one that goes is the probe, and until it has ended no other call goes. */
  enter(caller: BreakerCaller): AdmissionDecision;
  /** Half-open, and no call has gone yet: the call that waited for the end of the pause goes now, without the rate limit. */
  awaitsProbe(): boolean;
  /** How long it stays open, milliseconds. A probe in progress counts as a second. */
  blockedMs(): number;
  /**
   * How a call ended. `answered` covers every answer with a meaning, 403 and 404 included. `who`: a keyed name of the
   * customer, so that a customer for whom the upstream always fails does not block the others. Without it each call counts as a customer.
   */
  leave(caller: BreakerCaller, result: 'answered' | 'failed', who?: string): void;
  /** 429 with a delay: opens at once, for `delayMs`. */
  pause(delayMs: number): void;
  /** The call ended without a result: another call may be the probe. */
  release(caller: BreakerCaller): void;
};

/** The most customers that are remembered. With more in one window they need not be distinguished. */
const maxCustomers = 2000;

/** While a probe is under way it is not known how long it takes; a second is the shortest thing `Retry-After` can say. */
const probeMs = 1000;

export function createBreaker(numbers: BreakerNumbers, time: Time, onOpen: () => void = () => {}): Breaker {
  const lately = createLatestCalls(numbers.windowMs, time);
  let openUntil: number | undefined;
  /** Open because the upstream fails, not because it asked for a pause. */
  let fails = false;
  /** Calls that were made half-open: their results show how the upstream is now. */
  const probes = new Set<BreakerCaller>();

  const state = (): BreakerState =>
    openUntil === undefined ? 'closed' : time.monotonic() < openUntil ? 'open' : 'half-open';

  const open = (ms: number) => {
    if (openUntil === undefined) onOpen();
    openUntil = Math.max(openUntil ?? 0, time.monotonic() + ms);
    // A call that was made before the breaker opened says nothing about now.
    probes.clear();
    lately.forget();
  };
  // With jitter, so that instances which opened together do not probe together.
  const openForAWhile = () => {
    fails = true;
    open(numbers.minOpenMs + (numbers.maxOpenMs - numbers.minOpenMs) * time.random());
  };

  const decide = (caller: BreakerCaller): AdmissionDecision => {
    if (openUntil === undefined) return 'go';
    if (time.monotonic() < openUntil) return fails ? 'refuse' : 'wait';
    // After failures there is a single probe. After a pause the upstream's own refusals set the rate.
    return !fails || probes.size === 0 || probes.has(caller) ? 'go' : 'refuse';
  };

  return {
    state,
    decide: decide,
    enter(caller) {
      const found = decide(caller);
      if (found === 'go' && openUntil !== undefined) probes.add(caller);
      return found;
    },
    awaitsProbe: () => state() === 'half-open' && probes.size === 0,
    blockedMs() {
      if (openUntil === undefined) return 0;
      return Math.max(0, openUntil - time.monotonic(), fails && probes.size > 0 ? probeMs : 0);
    },
    leave(caller, result, who) {
      if (openUntil === undefined) {
        lately.note(who ?? {}, result === 'failed');
        if (
          result === 'failed' &&
          lately.count() >= numbers.minCalls &&
          lately.failures() >= lately.count() * numbers.failureShare
        )
          openForAWhile();
        return;
      }
      if (!probes.has(caller)) return;
      if (result === 'failed') openForAWhile();
      else {
        openUntil = undefined;
        fails = false;
        probes.clear();
        lately.forget();
      }
    },
    pause(delayMs) {
      open(Math.min(delayMs, numbers.maxDelayMs));
      // A failing upstream that names a delay has now a known end.
      fails = false;
    },
    release: (caller) => void probes.delete(caller),
  };
}

/** The customers of the window by their last call, the oldest first. */
function createLatestCalls(windowMs: number, time: Time) {
  const lately = new Map<unknown, { at: number; failed: boolean }>();
  let failures = 0;
  const drop = (who: unknown) => {
    if (lately.get(who)?.failed) failures -= 1;
    lately.delete(who);
  };
  return {
    count: () => lately.size,
    failures: () => failures,
    note(who: unknown, failed: boolean) {
      drop(who);
      lately.set(who, { at: time.monotonic(), failed });
      if (failed) failures += 1;
      for (const [oldest, { at }] of lately) {
        if (lately.size <= maxCustomers && time.monotonic() - at < windowMs) break;
        drop(oldest);
      }
    },
    forget() {
      lately.clear();
      failures = 0;
    },
  };
}
