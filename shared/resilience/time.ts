import { setTimeout as sleep } from 'node:timers/promises';

/** Time and chance as a port, so that policies run in virtual time in tests. */
export type Time = {
  /** Wall clock: milliseconds since 1970. For instants that are stored or sent. */
  now(): number;
  /** Monotonic milliseconds. For durations: it never jumps. */
  monotonic(): number;
  /** Resolves after `ms`; rejects when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `work` after `ms` unless the returned function was called first. Cheaper than to wait by `sleep`. */
  after(ms: number, work: () => void): () => void;
  /** From 0 (included) to 1 (excluded). For jitter only, never for secrets. */
  random(): number;
};

/** The real clock and chance. */
export const systemTime: Time = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: () => Math.random(),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }),
};
