import { createRunningMedian } from './running-median.ts';
import type { Time } from './time.ts';

/** The numbers of the cold detector (`docs/contracts/resilience.md` §5.4). */
export type ColdNumbers = {
  /** Without a success for this long, milliseconds, an upstream counts as cold. */
  silentMs: number;
  /** So is one whose last five answers took, at the median, this many times what is usual. */
  slowFactor: number;
};

/** Knows whether an upstream has gone to sleep or is scaling out, from what its answers took. */
export type ColdDetector = {
  isCold(): boolean;
  /** How many of `concurrency` places may be used: half of them when it turns cold, doubling with each success. */
  places(concurrency: number): number;
  succeeded(durationMs: number): void;
  /** What an answer usually takes, milliseconds; `undefined` while too few have come. */
  usualMs(): number | undefined;
  /** Whether it has answered this process at all. */
  hasAnswered(): boolean;
};

const recentCount = 5;
const usualCount = 50;

export function createColdDetector(numbers: ColdNumbers, time: Time): ColdDetector {
  const recent = createRunningMedian(recentCount);
  /** What answers took while it was not slow; a bad spell must not become the usual. */
  const usual = createRunningMedian(usualCount);
  let usualMedian: number | undefined;
  let lastSuccessAt: number | undefined;
  /** Doublings since it turned cold; `undefined`: it was warm when last looked at. */
  let doublings: number | undefined;

  const isSlow = () =>
    usualMedian !== undefined && recent.count() >= recentCount && recent.median() > numbers.slowFactor * usualMedian;
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
      recent.add(durationMs);
      if (!isSlow() || usualMedian === undefined) {
        usual.add(durationMs);
        if (usual.count() >= recentCount) usualMedian = usual.median();
      }
      if (doublings === undefined) return;
      // Full again after a few successes; while it stays slow the places are not halved again.
      doublings = doublings >= 5 && !isCold() ? undefined : Math.min(5, doublings + 1);
    },
    usualMs: () => usualMedian,
    hasAnswered: () => lastSuccessAt !== undefined,
  };
}
