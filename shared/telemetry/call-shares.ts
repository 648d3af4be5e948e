import type { Source, Upstream } from './dimensions.ts';
import { type CalledParty, type Party, partyOf } from './failure.ts';
import { requestContext } from './request-context.ts';

/** The share of each party, a measurement of the `saldoLookup` event. Two upstreams may be one party's. */
const shareOf = {
  lanekassen: 'lanekassenMs',
  maskinporten: 'maskinportenMs',
  altinn: 'altinnMs',
  'key-vault': 'keyVaultMs',
  tables: 'tablesMs',
  identity: 'identityMs',
  'person-token-issuer': 'personTokenIssuerMs',
} as const satisfies Record<CalledParty, string>;

const parties = Object.keys(shareOf) as CalledParty[];

/** What a call waited for (a party, or another call that was at the same work), from when to when. `to` is missing while it waits. */
type Wait = { on: CalledParty | 'call'; from: number; to?: number };

/** The call on whose behalf this runs, if it is one whose shares are kept. */
export function sharesOfCall(): CallShares | undefined {
  return requestContext.getStore()?.shares;
}

/**
 * The parties that took a call's time. Filled while the call runs, by all code that runs for it. `now`: a monotonic clock,
 * milliseconds.
 */
export class CallShares {
  /** Where the answer came from. */
  source: Source = 'none';
  readonly #now: () => number;
  readonly #waits: Wait[] = [];
  #joined: CallShares | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Begins to wait for an upstream (in its queue, for its answer, for the next attempt), or for another call that is at the same work.
   * Until the returned function is called the time counts as that one's. So a wait that is longer than the call counts, too.
   */
  waitsFor(on: Upstream | 'call'): () => void {
    // An upstream is a part of a party that is called.
    const wait: Wait = { on: on === 'call' ? on : (partyOf(on) as CalledParty), from: this.#now() };
    this.#waits.push(wait);
    return () => {
      wait.to ??= this.#now();
    };
  }

  /** From now on the call waits for the look-up of another call, whose shares say which party that one waits for. */
  join(other: CallShares | undefined): void {
    this.#joined = other;
  }

  /** The party that took the most time until now, the call that was joined included. */
  slowest(): Party | undefined {
    const longest = parties.reduce((most, party) => (this.#took(party) > this.#took(most) ? party : most));
    return this.#joined?.slowest() ?? (this.#took(longest) > 0 ? longest : undefined);
  }

  /** What each share of a call comes to that took `durationMs` until now: milliseconds, by measurement of the `saldoLookup` event. */
  sum(durationMs: number) {
    const part = (...awaited: Wait['on'][]) => Math.round(Math.min(durationMs, this.#took(...awaited)));
    const whole = Math.round(durationMs);
    return {
      durationMs: whole,
      ownMs: whole - part('call', ...parties),
      waitedMs: part('call'),
      ...(Object.fromEntries(parties.map((party) => [shareOf[party], part(party)])) as Record<
        (typeof shareOf)[CalledParty],
        number
      >),
    };
  }

  /** How long the call has waited for one of these at least: what overlaps counts once. */
  #took(...awaited: readonly Wait['on'][]): number {
    const now = this.#now();
    let length = 0;
    let reached = 0;
    for (const { on, from, to = now } of this.#waits) {
      if (!awaited.includes(on) || to <= reached) continue;
      length += to - Math.max(from, reached);
      reached = to;
    }
    return length;
  }
}
