import type { Time } from './time.ts';

/** Given as reason, so that the platform need not make an exception with a stack. */
const changed = new Error('changed');

/** A timer that is set to the earliest time that it is asked for. `set(0)` switches it off. */
export type Alarm = { set(dueMs: number): void };

export function createAlarm(time: Time, ring: () => void): Alarm {
  let alarm: { at: number; off: AbortController } | undefined;
  return {
    set(dueMs) {
      const dueAt = time.monotonic() + dueMs;
      if (dueMs > 0 && alarm !== undefined && alarm.at <= dueAt) return;
      alarm?.off.abort(changed);
      alarm = undefined;
      if (dueMs === 0) return;
      const own = { at: dueAt, off: new AbortController() };
      alarm = own;
      time.sleep(dueMs, own.off.signal).then(
        () => {
          if (alarm === own) alarm = undefined;
          ring();
        },
        () => {},
      );
    },
  };
}
