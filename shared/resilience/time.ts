import { setTimeout as sleep } from 'node:timers/promises';

/** Time and chance as a port, so that policies run in virtual time in tests. */
export type Time = {
  /** Wall clock: milliseconds since 1970. For instants that are stored or sent. */
  now(): number;
  /** Monotonic milliseconds. For durations: it never jumps. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `work` after `ms` unless cancelled first. Where a clock has it, waiting by it is cheaper than by `sleep`. */
  after?(ms: number, work: () => void): () => void;
  /** From 0 (included) to 1 (excluded). For jitter only, never for secrets. */
  random(): number;
};

/** Given as reason, so that the platform need not make an exception with a stack. */
const cancelled = new Error('cancelled');

/** Calls `work` after `ms` unless the returned function was called first. */
export function after(time: Time, ms: number, work: () => void): () => void {
  if (time.after) return time.after(ms, work);
  const off = new AbortController();
  time.sleep(ms, off.signal).then(work, () => {});
  return () => off.abort(cancelled);
}

/** The real clock and chance. */
export const systemTime: Time = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: () => Math.random(),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  sleep: (ms, signal) =>
    sleep(ms, undefined, signal && { signal }).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : error;
    }),
};
