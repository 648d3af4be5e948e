import type { Time } from './time.ts';

/** The numbers of the cold detector (`docs/contracts/resilience.md` §5.4). */
export type ColdNumbers = {
  /** Without a success for this long, milliseconds, an upstream counts as cold. */
  silentMs: number;
  /** It also counts as cold when the median of its last five answers is this many times the usual duration. */
  slowFactor: number;
};

/** Knows from the durations of its answers whether an upstream is cold or scales out. */
export type ColdDetector = {
  isCold(): boolean;
  /** How many of `concurrency` places may be used: half of them when it turns cold, doubling with each success. */
  places(concurrency: number): number;
  succeeded(durationMs: number): void;
  /** The usual duration of an answer, milliseconds; `undefined` with too few answers. */
  usualMs(): number | undefined;
  /** Whether it has answered this process at all. */
  hasAnswered(): boolean;
};

const recentCount = 5;
const usualCount = 50;

/** The upper of the two middle values when their number is even; 0 when there is none. */
const medianOf = (values: readonly number[]): number =>
  Float64Array.from(values).sort()[Math.floor(values.length / 2)] ?? 0;

/** Adds a value, and keeps the last `count`. */
function keepLast(values: number[], value: number, count: number): void {
  values.push(value);
  if (values.length > count) values.shift();
}

export function createColdDetector(numbers: ColdNumbers, time: Time): ColdDetector {
  const recent: number[] = [];
  /** Durations while the upstream was not slow, so that a slow period does not become the usual one. */
  const usual: number[] = [];
  let usualMedian: number | undefined;
  let lastSuccessAt: number | undefined;
  /** Doublings since it became cold; `undefined`: it was warm at the last check. */
  let doublings: number | undefined;

  const isSlow = () =>
    usualMedian !== undefined && recent.length >= recentCount && medianOf(recent) > numbers.slowFactor * usualMedian;
  const isCold = () => lastSuccessAt === undefined || time.monotonic() - lastSuccessAt >= numbers.silentMs || isSlow();

  const look = () => {
    if (!isCold()) return;
    doublings ??= 0;
  };

  return {
    isCold,
    places(concurrency) {
      look();
      if (doublings === undefined) return concurrency;
      return Math.min(concurrency, Math.max(1, Math.floor(concurrency / 2)) * 2 ** doublings);
    },
    succeeded(durationMs) {
      look();
      lastSuccessAt = time.monotonic();
      keepLast(recent, durationMs, recentCount);
      if (!isSlow() || usualMedian === undefined) {
        keepLast(usual, durationMs, usualCount);
        if (usual.length >= recentCount) usualMedian = medianOf(usual);
      }
      if (doublings === undefined) return;
      // Full again after a few successes; while it stays slow the places are not halved again.
      doublings = doublings >= 5 && !isCold() ? undefined : Math.min(5, doublings + 1);
    },
    usualMs: () => usualMedian,
    hasAnswered: () => lastSuccessAt !== undefined,
  };
}
