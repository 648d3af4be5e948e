import type { Time } from './time.ts';

/** How many calls ended, and how many of them failed, in the time looked back upon. */
export type WindowCount = { calls: number; failures: number };

/** Counts over a sliding window. */
export type Window = {
  add(failed: boolean): void;
  count(): WindowCount;
  clear(): void;
};

const slotCount = 30;

/**
 * A sliding window in thirty slots: constant time and memory however busy the upstream is, exact to a thirtieth of its
 * length. What is forgotten is forgotten a slot at a time.
 */
export function createWindow(windowMs: number, time: Time): Window {
  const slotMs = windowMs / slotCount;
  const slots = Array.from({ length: slotCount }, () => ({ number: -1, calls: 0, failures: 0 }));
  const numberNow = () => Math.floor(time.monotonic() / slotMs);
  return {
    add(failed) {
      const number = numberNow();
      const slot = slots[number % slotCount] as (typeof slots)[number];
      if (slot.number !== number) Object.assign(slot, { number, calls: 0, failures: 0 });
      slot.calls += 1;
      if (failed) slot.failures += 1;
    },
    count() {
      const oldest = numberNow() - slotCount;
      let calls = 0;
      let failures = 0;
      for (const slot of slots) {
        if (slot.number <= oldest) continue;
        calls += slot.calls;
        failures += slot.failures;
      }
      return { calls, failures };
    },
    clear() {
      for (const slot of slots) slot.number = -1;
    },
  };
}
