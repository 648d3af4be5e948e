import type { breakerStates } from '../telemetry/dimensions.ts';
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

/**
 * What a caller may do. `wait`: the upstream has named the end of its pause (429 with a delay), so a wait in the queue has an end.
 * `refuse`: it fails, and the end is not known; a wait would have none.
 */
export type AdmissionDecision = 'go' | 'wait' | 'refuse';

/** The most customers that are remembered. With more in one window they need not be distinguished. */
const maxCustomers = 2000;

/** While a probe is under way it is not known how long it takes; a second is the shortest thing `Retry-After` can say. */
const probeMs = 1000;

/** Keeps calls away from an upstream that fails or asks for a pause. One for each upstream and process. A caller is one series of attempts. */
export class Breaker {
  readonly #numbers: BreakerNumbers;
  readonly #time: Time;
  readonly #onOpen: () => void;
  readonly #lately: ReturnType<typeof createLatestCalls>;
  #openUntil: number | undefined;
  /** Open because the upstream fails, not because it asked for a pause. */
  #fails = false;
  /** Calls that were made half-open: their results show how the upstream is now. */
  readonly #probes = new Set<object>();

  /** `onOpen` is called when it opens. */
  constructor(numbers: BreakerNumbers, time: Time, onOpen: () => void = () => {}) {
    this.#numbers = numbers;
    this.#time = time;
    this.#onOpen = onOpen;
    this.#lately = createLatestCalls(numbers.windowMs, time);
  }

  state(): (typeof breakerStates)[number] {
    if (this.#openUntil === undefined) return 'closed';
    return this.#time.monotonic() < this.#openUntil ? 'open' : 'half-open';
  }

  /** What the caller may do now. Changes nothing. */
  decide(caller: object): AdmissionDecision {
    const state = this.state();
    if (state === 'closed') return 'go';
    if (state === 'open') return this.#fails ? 'refuse' : 'wait';
    // After failures there is a single probe. After a pause the upstream's own refusals set the rate.
    return !this.#fails || this.#probes.size === 0 || this.#probes.has(caller) ? 'go' : 'refuse';
  }

  /** As `decide`. After failures the first one that goes is the probe, and until it has ended no other call goes. */
  enter(caller: object): AdmissionDecision {
    const found = this.decide(caller);
    if (found === 'go' && this.#openUntil !== undefined) this.#probes.add(caller);
    return found;
  }

  /** Half-open, and no call has gone yet: the call that waited for the end of the pause goes now, without the rate limit. */
  awaitsProbe(): boolean {
    return this.state() === 'half-open' && this.#probes.size === 0;
  }

  /** How long it stays open, milliseconds. A probe in progress counts as a second. */
  blockedMs(): number {
    if (this.#openUntil === undefined) return 0;
    return Math.max(0, this.#openUntil - this.#time.monotonic(), this.#fails && this.#probes.size > 0 ? probeMs : 0);
  }

  /**
   * How a call ended. `answered` covers every answer with a meaning, 403 and 404 included. `who`: a keyed name of the customer, so that a
   * customer for whom the upstream always fails does not block the others. Without it each call counts as a customer.
   */
  leave(caller: object, result: 'answered' | 'failed', who?: string): void {
    const failed = result === 'failed';
    if (this.#openUntil === undefined) {
      const { customers, failures } = this.#lately.note(who ?? {}, failed);
      const { minCalls, failureShare } = this.#numbers;
      if (failed && customers >= minCalls && failures >= customers * failureShare) this.#openForAWhile();
    } else if (this.#probes.has(caller)) {
      if (failed) this.#openForAWhile();
      else {
        this.#openUntil = undefined;
        this.#fails = false;
        this.#startAgain();
      }
    }
  }

  /** 429 with a delay: opens at once, for `delayMs`. */
  pause(delayMs: number): void {
    this.#open(Math.min(delayMs, this.#numbers.maxDelayMs));
    // A failing upstream that names a delay has now a known end.
    this.#fails = false;
  }

  /** The call ended without a result: another call may be the probe. */
  release(caller: object): void {
    this.#probes.delete(caller);
  }

  #open(ms: number): void {
    if (this.#openUntil === undefined) this.#onOpen();
    this.#openUntil = Math.max(this.#openUntil ?? 0, this.#time.monotonic() + ms);
    this.#startAgain();
  }

  /** With jitter, so that instances which opened together do not probe together. */
  #openForAWhile(): void {
    const { minOpenMs, maxOpenMs } = this.#numbers;
    this.#fails = true;
    this.#open(minOpenMs + (maxOpenMs - minOpenMs) * this.#time.random());
  }

  /** A call that was made before the breaker opened or closed says nothing about now. */
  #startAgain(): void {
    this.#probes.clear();
    this.#lately.forget();
  }
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
    note(who: unknown, failed: boolean): { customers: number; failures: number } {
      drop(who);
      lately.set(who, { at: time.monotonic(), failed });
      if (failed) failures += 1;
      for (const [oldest, { at }] of lately) {
        if (lately.size <= maxCustomers && time.monotonic() - at < windowMs) break;
        drop(oldest);
      }
      return { customers: lately.size, failures };
    },
    forget() {
      lately.clear();
      failures = 0;
    },
  };
}
