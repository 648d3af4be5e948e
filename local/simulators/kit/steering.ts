// Faults and delays in a simulator's control.
import { setTimeout as sleep } from 'node:timers/promises';

/** An answer that a test plans in place of the real one. `retryAfter` is sent unchanged (seconds or a date). */
export type PlannedAnswer = { status?: number; body?: string | object; retryAfter?: string };

/** The response for a planned answer; 503 unless it names another status. */
export function plannedAnswer({ status = 503, body, retryAfter }: PlannedAnswer): Response {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  const init = { status, headers };
  return typeof body === 'object' ? Response.json(body, init) : new Response(body || null, init);
}

/** Creates the faults and the delay of one simulator: `control` for the test, the rest for the simulator. */
export function createSteering<Fault>() {
  const planned: { left: number; fault: Fault }[] = [];
  let delayMs = 0;
  return {
    control: {
      /** The next `count` calls that match `fault` get this answer. */
      failNext(count: number, fault: Fault): void {
        planned.push({ left: count, fault });
      },
      /** Drops planned answers that were not used. */
      noFaults(): void {
        planned.length = 0;
      },
      /** Calls wait this many milliseconds before they are handled; 0 ends the delay. */
      setDelay(ms: number): void {
        delayMs = ms;
      },
    },
    /** Returns the first planned fault for this call, once. */
    next(isFor: (fault: Fault) => boolean = () => true): Fault | undefined {
      const entry = planned.find(({ left, fault }) => left > 0 && isFor(fault));
      if (entry) entry.left -= 1;
      return entry?.fault;
    },
    /** Waits for the delay plus `moreMs`. */
    async delay(moreMs = 0): Promise<void> {
      if (delayMs + moreMs > 0) await sleep(delayMs + moreMs, undefined, { ref: false });
    },
  };
}
