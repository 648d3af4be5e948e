import type { Time } from '../../../shared/resilience/time.ts';

const cancelled = new Error('cancelled');

/** `Time.after` of a virtual clock, by its `sleep`. */
export const afterBySleep =
  (sleep: Time['sleep']): Time['after'] =>
  (ms, work) => {
    const off = new AbortController();
    sleep(ms, off.signal).then(work, () => {});
    return () => off.abort(cancelled);
  };
