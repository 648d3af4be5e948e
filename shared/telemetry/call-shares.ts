import type { Source, Upstream } from './dimensions.ts';
import { type CalledParty, type Party, partyOf } from './failure.ts';
import { requestContext } from './request-context.ts';

/** From when to when, by a monotonic clock; milliseconds. */
type Span = { from: number; to: number };

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

/** An upstream is a part of a party that is called. */
const calledPartyOf = (upstream: Upstream) => partyOf(upstream) as CalledParty;

const parties = Object.keys(shareOf) as CalledParty[];

/** What a call waited for: a party, or another call that was at the same work. */
type Awaited = CalledParty | 'call';

/** The shares of a `saldoLookup` event. */
export type ShareName = 'durationMs' | 'ownMs' | 'waitedMs' | (typeof shareOf)[CalledParty];

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
  readonly #spans = new Map<Awaited, Span[]>();
  /** Waits under way, each with when it began. */
  readonly #under = new Set<{ on: Awaited; from: number }>();
  #joined: CallShares | undefined;
  #closed: Record<ShareName, number> | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The call waited `durationMs` for an upstream until now, and will wait `pauseMs` more. */
  spent(upstream: Upstream, durationMs: number, pauseMs = 0): void {
    this.#book(calledPartyOf(upstream), durationMs, pauseMs);
  }

  /** Waited until now for another call that was at the same work. */
  waited(durationMs: number): void {
    this.#book('call', durationMs, 0);
  }

  /**
   * Begins to wait for an upstream: in its queue, or for its answer. Until the returned function is called the time counts as that
   * upstream's. So a wait that is longer than the call counts for the right party.
   */
  waitsFor(upstream: Upstream): () => void {
    const wait = { on: calledPartyOf(upstream), from: this.#now() };
    this.#under.add(wait);
    return () => this.#under.delete(wait);
  }

  /** From now on the call waits for the look-up of another call, whose shares say which party that one waits for. */
  join(other: CallShares | undefined): void {
    this.#joined = other;
  }

  /** The party that took the most time until now, the call that was joined included. Also after `close`. */
  slowest(): Party | undefined {
    const end = this.#now();
    const all = this.#until(end);
    const length = (party: Awaited) => lengthOf(all.get(party) ?? [], Number.NEGATIVE_INFINITY, end);
    const longest = parties.reduce((most, party) => (length(party) > length(most) ? party : most));
    return this.#joined?.slowest() ?? (length(longest) > 0 ? longest : undefined);
  }

  /** Milliseconds by measurement name of the `saldoLookup` event. What ends after this is no part of them. */
  close(durationMs: number): Readonly<Record<ShareName, number>> {
    if (this.#closed) return this.#closed;
    const end = this.#now();
    const all = this.#until(end);
    const covered = (list: readonly Span[] = []) =>
      Math.round(Math.min(durationMs, lengthOf(list, end - durationMs, end)));
    const whole = Math.round(durationMs);
    this.#closed = {
      durationMs: whole,
      ownMs: Math.max(0, whole - covered([...all.values()].flat())),
      waitedMs: covered(all.get('call')),
      ...(Object.fromEntries(parties.map((party) => [shareOf[party], covered(all.get(party))])) as Record<
        (typeof shareOf)[CalledParty],
        number
      >),
    };
    return this.#closed;
  }

  #book(on: Awaited, durationMs: number, pauseMs: number): void {
    if (durationMs + pauseMs <= 0) return;
    const at = this.#now();
    this.#spans.set(on, [...(this.#spans.get(on) ?? []), { from: at - durationMs, to: at + pauseMs }]);
  }

  /** What has been booked, and what is under way at `end`. */
  #until(end: number): Map<Awaited, readonly Span[]> {
    const all = new Map<Awaited, readonly Span[]>(this.#spans);
    for (const { on, from } of this.#under) all.set(on, [...(all.get(on) ?? []), { from, to: end }]);
    return all;
  }
}

/** How much of the time from `start` to `end` is covered by one span at least: what overlaps counts once. */
function lengthOf(list: readonly Span[], start: number, end: number): number {
  let length = 0;
  let reached = start;
  for (const { from, to } of list.length < 2 ? list : list.toSorted((a, b) => a.from - b.from)) {
    const until = Math.min(to, end);
    if (until <= reached) continue;
    length += until - Math.max(from, reached);
    reached = until;
  }
  return length;
}
