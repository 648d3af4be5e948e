// Faults and delay, as a simulator's control has them.
import { setTimeout as sleep } from 'node:timers/promises';

/** An answer that a test plans in place of the real one. `retryAfter` is sent unchanged (seconds or a date). */
export type PlannedAnswer = { status?: number; body?: string | object; retryAfter?: string };

/** What goes over the wire for it; 503 unless it says another status. */
export function plannedAnswer({ status = 503, body, retryAfter }: PlannedAnswer): Response {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  const init = { status, headers };
  return typeof body === 'object' ? Response.json(body, init) : new Response(body || null, init);
}

/** Makes the steering of one simulator: `control` for the test, the rest for the simulator. */
export function createSteering<Fault>() {
  const planned: { left: number; fault: Fault }[] = [];
  let delayMs = 0;
  return {
    control: {
      /** The next `count` calls that `fault` is for are answered with it. */
      failNext(count: number, fault: Fault): void {
        planned.push({ left: count, fault });
      },
      /** Forgets what was planned and has not come up. */
      noFaults(): void {
        planned.length = 0;
      },
      /** Calls wait this many ms before they are worked on; 0 ends it. */
      setDelay(ms: number): void {
        delayMs = ms;
      },
    },
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
