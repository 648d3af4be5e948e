import { randomUUID } from 'node:crypto';
import type { KeyedName } from '../person/person-key.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Session } from './session.ts';
import type { SessionStore } from './session-store.ts';

/** A session row held by one look-up, renewed while it lives, so that others wait instead of asking Lånekassen too. */
export type Lease = {
  /** Ends the lease by moving the row on. `false`: it was lost meanwhile (logout, revocation, take-over) and nothing was written. */
  release(next: Extract<Session, { state: 'held' | 'failed' }>, purgeAt: number, deadline: Deadline): Promise<boolean>;
};

/** Numbers of a lease, milliseconds. */
export type LeaseNumbers = { leaseMs: number; sessionMs: number };

/** Why a renewal's sleep ends early. */
const released = new Error('released');

/** Takes the row, guarded by `etag` (`undefined`: there is none). `undefined`: somebody else was first. */
export async function takeLease(
  store: SessionStore,
  time: Time,
  numbers: LeaseNumbers,
  session: { key: KeyedName; owner: KeyedName; etag: string | undefined },
  deadline: Deadline,
): Promise<Lease | undefined> {
  const leased: Session = { state: 'leased', owner: session.owner, leaseId: randomUUID() };
  const purgeAt = () => time.now() + numbers.sessionMs;
  const taken = await store.move(session.key, session.etag, leased, purgeAt(), deadline);
  if (taken === undefined) return undefined;

  let etag: string | undefined = taken;
  const stopped = new AbortController();
  const renewing = (async () => {
    while (etag !== undefined) {
      try {
        await time.sleep(numbers.leaseMs / 2, stopped.signal);
      } catch {
        // Released.
        return;
      }
      try {
        // A renewal that loses finds the lease gone, and the release will find that too.
        etag = await store.move(session.key, etag, leased, purgeAt(), Deadline.after(time, numbers.leaseMs));
      } catch {
        // The table did not answer: the lease may still be ours. The next round, or the release, finds out.
      }
    }
  })();

  return {
    async release(next, nextPurgeAt, releaseDeadline) {
      // A reason given: the platform need not make an exception with a stack at every look-up.
      stopped.abort(released);
      // A renewal under way decides first: two writes of ours must not race each other.
      await renewing;
      if (etag === undefined) return false;
      return (await store.move(session.key, etag, next, nextPurgeAt, releaseDeadline)) !== undefined;
    },
  };
}
