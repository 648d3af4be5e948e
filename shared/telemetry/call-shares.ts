import type { Source, Upstream } from './dimensions.ts';
import type { Party } from './failure.ts';
import { requestContext } from './request-context.ts';

/** From when to when, by a monotonic clock; milliseconds. */
type Span = { from: number; to: number };

/** The parties that took a call's time. Filled while the call runs, by all code that runs for it. */
export type CallShares = {
  /** Waited for an upstream until now, for so long, and will go on for `pauseMs`. */
  spent(upstream: Upstream, durationMs: number, pauseMs?: number): void;
  /**
   * Begins to wait for an upstream: in its queue, or for its answer. Until the returned function is called the time counts as that
   * upstream's. So a wait that is longer than the call counts for the right party.
   */
  waitsFor(upstream: Upstream): () => void;
  /** From now on the call waits for the look-up of another call, whose shares say which party that one waits for. */
  join(other: CallShares | undefined): void;
  /** The party that took the most time until now, the call that was joined included. Also after `close`. */
  slowest(): Party | undefined;
  /** Waited until now for another call that was at the same work. */
  waited(durationMs: number): void;
  source: Source;
  /** Milliseconds by measurement name of the `saldoLookup` event. What ends after this is no part of them. */
  close(durationMs: number): Readonly<Record<ShareName, number>>;
};

/** The shares of a `saldoLookup` event. */
export type ShareName = 'durationMs' | 'ownMs' | 'waitedMs' | (typeof names)[Upstream];

const names = {
  lanekassen: 'lanekassenMs',
  maskinporten: 'maskinportenMs',
  'maskinporten-keys': 'maskinportenMs',
  altinn: 'altinnMs',
  'altinn-create': 'altinnMs',
  'altinn-events': 'altinnMs',
  'key-vault': 'keyVaultMs',
  tables: 'tablesMs',
  'tables-sweep': 'tablesMs',
  identity: 'identityMs',
  'person-token-issuer': 'personTokenIssuerMs',
} as const satisfies Record<Upstream, string>;

/** Whose a share is. */
const partyOfShare: Partial<Record<ShareName, Party>> = {
  lanekassenMs: 'lanekassen',
  maskinportenMs: 'maskinporten',
  altinnMs: 'altinn',
  keyVaultMs: 'key-vault',
  tablesMs: 'tables',
  identityMs: 'identity',
  personTokenIssuerMs: 'person-token-issuer',
};

const shareNames = Object.keys(partyOfShare) as ShareName[];

/** The shares of a call that waited for nothing. */
const nothing: Readonly<Record<ShareName, number>> = {
  durationMs: 0,
  ownMs: 0,
  waitedMs: 0,
  lanekassenMs: 0,
  maskinportenMs: 0,
  altinnMs: 0,
  keyVaultMs: 0,
  tablesMs: 0,
  identityMs: 0,
  personTokenIssuerMs: 0,
};

/** The call on whose behalf this runs, if it is one whose shares are kept. */
export function sharesOfCall(): CallShares | undefined {
  return requestContext.getStore()?.shares;
}

/** Empty shares. `now`: a monotonic clock, milliseconds. */
export function createCallShares(now: () => number = () => performance.now()): CallShares {
  const spans = new Map<ShareName, Span[]>();
  /** Waits under way, each with when it began. */
  const under = new Set<{ on: ShareName; from: number }>();
  let joined: CallShares | undefined;
  let closed: Record<ShareName, number> | undefined;
  const book = (on: ShareName, durationMs: number, pauseMs = 0) => {
    if (durationMs + pauseMs <= 0) return;
    const at = now();
    const span = { from: at - durationMs, to: at + pauseMs };
    const list = spans.get(on);
    if (list) list.push(span);
    else spans.set(on, [span]);
  };
  /** What has been booked, and what is under way at `end`. */
  const until = (end: number): Map<ShareName, readonly Span[]> => {
    const all = new Map<ShareName, readonly Span[]>(spans);
    for (const { on, from } of under) all.set(on, [...(all.get(on) ?? []), { from, to: end }]);
    return all;
  };
  return {
    source: 'none',
    // Two upstreams may be one party's.
    spent: (upstream, durationMs, pauseMs) => book(names[upstream], durationMs, pauseMs),
    waited: (durationMs) => book('waitedMs', durationMs),
    waitsFor(upstream) {
      const wait = { on: names[upstream], from: now() };
      under.add(wait);
      return () => under.delete(wait);
    },
    join(other) {
      joined = other;
    },
    slowest() {
      const end = now();
      const all = until(end);
      const length = (name: ShareName) => lengthOf(all.get(name) ?? [], Number.NEGATIVE_INFINITY, end);
      const longest = shareNames.reduce((most, name) => (length(name) > length(most) ? name : most));
      return joined?.slowest() ?? (length(longest) > 0 ? partyOfShare[longest] : undefined);
    },
    close(durationMs) {
      if (closed) return closed;
      const end = now();
      const start = end - durationMs;
      const all = until(end);
      const covered = (list: readonly Span[]) => Math.round(Math.min(durationMs, lengthOf(list, start, end)));
      const result: Record<ShareName, number> = { ...nothing };
      closed = result;
      for (const [name, list] of all) result[name] = covered(list);
      result.durationMs = Math.round(durationMs);
      result.ownMs = Math.max(0, result.durationMs - covered([...all.values()].flat()));
      return result;
    },
  };
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
