/** The median of the last values. */
export type RunningMedian = {
  add(value: number): void;
  /** How many values are kept. */
  count(): number;
  /** The upper of the two middle ones when their number is even; 0 when there is none. */
  median(): number;
};

/** Keeps the last `size` values sorted, because every call to an upstream reads the median: an insertion costs less than a sort. */
export function createRunningMedian(size: number): RunningMedian {
  /** In order of arrival, as a ring. */
  const arrived: number[] = [];
  let next = 0;
  const sorted: number[] = [];

  return {
    add(value) {
      if (arrived.length === size) sorted.splice(firstNotBelow(sorted, arrived[next] as number), 1);
      arrived[next] = value;
      next = (next + 1) % size;
      sorted.splice(firstNotBelow(sorted, value), 0, value);
    },
    count: () => arrived.length,
    median: () => sorted[Math.floor(sorted.length / 2)] ?? 0,
  };
}

/** The index of the first value that is not below `value`: by halves. */
function firstNotBelow(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
