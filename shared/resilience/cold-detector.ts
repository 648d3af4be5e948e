import type { Time } from './time.ts';

/** The numbers of the cold detector (`docs/contracts/resilience.md` §5.4). */
export type ColdNumbers = {
  /** Without a success for this long, milliseconds, an upstream counts as cold. */
  silentMs: number;
  /** It also counts as cold when the median of its last five answers is this many times the usual duration. */
  slowFactor: number;
};

const recentCount = 5;
const usualCount = 50;

/** The upper of the two middle values when their number is even; 0 when there is none. */
const medianOf = (values: readonly number[]): number =>
  Float64Array.from(values).sort()[Math.floor(values.length / 2)] ?? 0;

function keepLast(values: number[], value: number, count: number): void {
  values.push(value);
  if (values.length > count) values.shift();
}

/** Knows from the durations of its answers whether an upstream is cold or scales out. */
export function createColdDetector(numbers: ColdNumbers, time: Time) {
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
    if (isCold()) doublings ??= 0;
  };

  return {
    isCold,
    /** How many of `concurrency` places may be used: half of them when it turns cold, doubling with each success. */
    places(concurrency: number): number {
      look();
      if (doublings === undefined) return concurrency;
      return Math.min(concurrency, Math.max(1, Math.floor(concurrency / 2)) * 2 ** doublings);
    },
    succeeded(durationMs: number): void {
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
    /** The usual duration of an answer, milliseconds; `undefined` with too few answers. */
    usualMs: () => usualMedian,
    /** Whether it has answered this process at all. */
    hasAnswered: () => lastSuccessAt !== undefined,
  };
}
