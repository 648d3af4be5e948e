import type { SessionKey } from '../person/person-key.ts';
import { type Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { SessionRow } from '../session/session.ts';
import type { At, Documents } from '../storage/documents.ts';
import { sharesOfCall } from '../telemetry/call-shares.ts';
import type { Seen } from './next-step.ts';

/** How often a waiting caller reads the row: soon at first, then less often, because thousands may wait for a slow upstream. */
const pollMs = 100;
const maxPollMs = 1000;

/** A session's row as one look-up reads it, again and again while another look-up has it. `first`: as it was read before. */
export function watchRow(rows: Documents<SessionRow, SessionKey>, time: Time, key: SessionKey, first: At<SessionRow>) {
  let stored = first;
  let sameSince = time.monotonic();
  let nextPollMs = pollMs;
  let waited = false;
  return {
    stored: () => stored,
    /** Whether this look-up has waited for another one. */
    waited: () => waited,
    seen(opens: boolean, leaseMs: number): Seen {
      return { opens, ageMs: stored.ageMs, sameForMs: time.monotonic() - sameSince, waited, leaseMs };
    },

    /** Waits a while and reads the row. Once no caller waits here any more (`heardUntil`) there is nothing to wait for. */
    async poll(heardUntil: number, deadline: Deadline): Promise<void> {
      if (time.monotonic() >= heardUntil || deadline.remainingMs() === 0) throw new DeadlineExceeded();
      waited = true;
      const waitMs = Math.min(nextPollMs, deadline.remainingMs());
      const ends = sharesOfCall()?.waitsFor('call');
      await time.sleep(waitMs);
      ends?.();
      nextPollMs = Math.min(maxPollMs, nextPollMs * 1.5);
      const before = stored.etag;
      stored = await rows.read(key, deadline);
      if (stored.etag !== before) sameSince = time.monotonic();
    },

    /** Reads the row after an attempt to lead that another look-up has won. */
    async reread(deadline: Deadline): Promise<void> {
      stored = await rows.read(key, deadline);
      sameSince = time.monotonic();
    },
  };
}
