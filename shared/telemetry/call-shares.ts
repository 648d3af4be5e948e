import type { Source, Upstream } from './dimensions.ts';
import { requestContext } from './request-context.ts';

/** From when to when, by a monotonic clock; milliseconds. */
type Span = { from: number; to: number };

/** Whose time a call took. Filled while it runs, by whatever runs on its behalf. */
export type CallShares = {
  /** Waited for an upstream until now, for so long, and will go on for `pauseMs`. */
  spent(upstream: Upstream, durationMs: number, pauseMs?: number): void;
  /** Waited until now for another call that was at the same work. */
  waited(durationMs: number): void;
  source: Source;
  /** Milliseconds by measurement name of the `saldoLookup` event. What ends after this is nobody's any more. */
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

/** The shares of a call that waited for nobody. */
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

/** Empty books. `now`: a monotonic clock, milliseconds. */
export function createCallShares(now: () => number = () => performance.now()): CallShares {
  const spans = new Map<ShareName, Span[]>();
  let closed = false;
  const book = (on: ShareName, durationMs: number, pauseMs = 0) => {
    if (closed || durationMs + pauseMs <= 0) return;
    const at = now();
    const span = { from: at - durationMs, to: at + pauseMs };
    const list = spans.get(on);
    if (list) list.push(span);
    else spans.set(on, [span]);
  };
  const shares: CallShares = {
    source: 'none',
    // Two upstreams may be one party's.
    spent: (upstream, durationMs, pauseMs) => book(names[upstream], durationMs, pauseMs),
    waited: (durationMs) => book('waitedMs', durationMs),
    close(durationMs) {
      closed = true;
      const end = now();
      const start = end - durationMs;
      const covered = (list: readonly Span[]) => Math.round(Math.min(durationMs, lengthOf(list, start, end)));
      const result: Record<ShareName, number> = { ...nothing };
      for (const [name, list] of spans) result[name] = covered(list);
      result.durationMs = Math.round(durationMs);
      result.ownMs = Math.max(0, result.durationMs - covered([...spans.values()].flat()));
      return result;
    },
  };
  return shares;
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
