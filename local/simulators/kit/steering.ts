// Faults and delay, as every simulator's control has them.
import { setTimeout as sleep } from 'node:timers/promises';

/** The part of a control that plans faults and slows calls down. */
export type Steering<Fault> = {
  /** The next `count` calls that `fault` is for are answered with it. */
  failNext(count: number, fault: Fault): void;
  /** Forgets what was planned and has not come up. */
  noFaults(): void;
  /** Calls wait this many ms before they are worked on; 0 ends it. */
  setDelay(delayMs: number): void;
};

/** Makes the steering of one simulator: `control` for the test, the rest for the simulator. */
export function createSteering<Fault>() {
  const planned: { left: number; fault: Fault }[] = [];
  let delayMs = 0;
  const control: Steering<Fault> = {
    failNext: (count, fault) => {
      planned.push({ left: count, fault });
    },
    noFaults: () => {
      planned.length = 0;
    },
    setDelay: (ms) => {
      delayMs = ms;
    },
  };
  return {
    control,
    /** The first planned fault for this call. It is returned once. */
    next(isFor: (fault: Fault) => boolean = () => true): Fault | undefined {
      const entry = planned.find(({ left, fault }) => left > 0 && isFor(fault));
      if (entry) entry.left -= 1;
      return entry?.fault;
    },
    /** Waits for the delay and `moreMs`. */
    async delay(moreMs = 0): Promise<void> {
      if (delayMs + moreMs > 0) await sleep(delayMs + moreMs, undefined, { ref: false });
    },
  };
}
