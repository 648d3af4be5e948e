import type { Time } from './time.ts';

/** Counts what happened within a time window. */
export type Window = { add(): void; count(): number };

const slotCount = 30;

/**
 * A sliding window in thirty slots: constant time and memory however busy the upstream is, exact to a thirtieth of its
 * length. It forgets a slot at a time.
 */
export function createWindow(windowMs: number, time: Time): Window {
  const slotMs = windowMs / slotCount;
  const slots = Array.from({ length: slotCount }, () => ({ number: -1, calls: 0 }));
  const numberNow = () => Math.floor(time.monotonic() / slotMs);
  return {
    add() {
      const number = numberNow();
      const slot = slots[number % slotCount] as (typeof slots)[number];
      if (slot.number !== number) Object.assign(slot, { number, calls: 0 });
      slot.calls += 1;
    },
    count() {
      const oldest = numberNow() - slotCount;
      let calls = 0;
      for (const slot of slots) if (slot.number > oldest) calls += slot.calls;
      return calls;
    },
  };
}
