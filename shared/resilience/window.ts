import type { Time } from './time.ts';

const slotCount = 30;

/**
 * Counts what happened within a sliding window in thirty slots: constant time and memory however busy the upstream is, exact to a
 * thirtieth of its length. It forgets a slot at a time.
 */
export function createWindow(windowMs: number, time: Time) {
  const slotMs = windowMs / slotCount;
  const slots = Array.from({ length: slotCount }, () => ({ number: -1, calls: 0 }));
  const numberNow = () => Math.floor(time.monotonic() / slotMs);
  return {
    add(): void {
      const number = numberNow();
      const slot = slots[number % slotCount] as (typeof slots)[number];
      if (slot.number !== number) Object.assign(slot, { number, calls: 0 });
      slot.calls += 1;
    },
    count(): number {
      const oldest = numberNow() - slotCount;
      let calls = 0;
      for (const slot of slots) if (slot.number > oldest) calls += slot.calls;
      return calls;
    },
  };
}
