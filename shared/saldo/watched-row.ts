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

/** A session's row as one look-up reads it, again and again while another look-up has it. */
export class WatchedRow {
  readonly #rows: Documents<SessionRow, SessionKey>;
  readonly #time: Time;
  readonly #key: SessionKey;
  #stored: At<SessionRow>;
  #sameSince: number;
  #nextPollMs = pollMs;
  #waited = false;

  constructor(rows: Documents<SessionRow, SessionKey>, time: Time, key: SessionKey, stored: At<SessionRow>) {
    this.#rows = rows;
    this.#time = time;
    this.#key = key;
    this.#stored = stored;
    this.#sameSince = time.monotonic();
  }

  get stored(): At<SessionRow> {
    return this.#stored;
  }

  /** Whether this look-up has waited for another one. */
  get waited(): boolean {
    return this.#waited;
  }

  seen(opens: boolean, leaseMs: number): Seen {
    const sameForMs = this.#time.monotonic() - this.#sameSince;
    return { opens, ageMs: this.#stored.ageMs, sameForMs, waited: this.#waited, leaseMs };
  }

  /** Waits a while and reads the row. Once no caller waits here any more (`heardUntil`) there is nothing to wait for. */
  async poll(heardUntil: number, deadline: Deadline): Promise<void> {
    if (this.#time.monotonic() >= heardUntil || deadline.remainingMs() === 0) throw new DeadlineExceeded();
    this.#waited = true;
    const waitMs = Math.min(this.#nextPollMs, deadline.remainingMs());
    const ends = sharesOfCall()?.waitsFor('call');
    await this.#time.sleep(waitMs);
    ends?.();
    this.#nextPollMs = Math.min(maxPollMs, this.#nextPollMs * 1.5);
    const before = this.#stored.etag;
    this.#stored = await this.#rows.read(this.#key, deadline);
    if (this.#stored.etag !== before) this.#sameSince = this.#time.monotonic();
  }

  /** Reads the row after an attempt to lead that another look-up has won. */
  async reread(deadline: Deadline): Promise<void> {
    this.#stored = await this.#rows.read(this.#key, deadline);
    this.#sameSince = this.#time.monotonic();
  }
}
