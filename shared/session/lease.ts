import { randomUUID } from 'node:crypto';
import type { KeyedName } from '../person/person-key.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { SessionMove } from './session.ts';
import type { SessionAt, SessionStore } from './session-store.ts';

/** How a lease ends. */
export type LeaseEnd =
  | Omit<Extract<SessionMove, { event: 'hold' }>, 'leaseId'>
  | Omit<Extract<SessionMove, { event: 'fail' }>, 'leaseId'>
  | Extract<SessionMove, { event: 'erase' }>;

/** A session row held by one look-up, renewed while it lives, so that others wait instead of asking Lånekassen too. */
export type Lease = {
  /** Ends the lease by moving the row on. `false`: it was lost meanwhile (logout, revocation, take-over) and nothing was written. */
  release(end: LeaseEnd, purgeAt: number, deadline: Deadline): Promise<boolean>;
  /** Whether a renewal has found it lost, at most half its length after the fact: nothing more need be done for it. */
  isLost(): boolean;
};

/** Numbers of a lease, milliseconds. */
export type LeaseNumbers = { leaseMs: number; sessionMs: number };

/** Why a renewal's sleep ends early. */
const released = new Error('released');

/**
 * Takes the row as it was read (`from`); a row that is leased there is taken over, which is for who has seen that lease
 * to be dead. `undefined`: somebody else was first.
 */
export async function takeLease(
  store: SessionStore,
  time: Time,
  numbers: LeaseNumbers,
  session: { key: KeyedName; owner: KeyedName; from: SessionAt },
  deadline: Deadline,
): Promise<Lease | undefined> {
  const leaseId = randomUUID();
  const event = session.from.session.state === 'leased' ? 'take-over' : 'lease';
  const purgeAt = () => time.now() + numbers.sessionMs;
  let mine = await store.move(session.key, session.from, { event, owner: session.owner, leaseId }, purgeAt(), deadline);
  if (mine === undefined) return undefined;

  const stopped = new AbortController();
  const renewing = (async () => {
    while (mine !== undefined) {
      try {
        await time.sleep(numbers.leaseMs / 2, stopped.signal);
      } catch {
        // Released.
        return;
      }
      try {
        // A renewal that loses finds the lease gone, and the release will find that too.
        const by = Deadline.after(time, numbers.leaseMs);
        mine = await store.move(session.key, mine, { event: 'renew', leaseId }, purgeAt(), by);
      } catch {
        // The table did not answer: the lease may still be ours. The next round, or the release, finds out.
      }
    }
  })();

  return {
    isLost: () => mine === undefined,

    async release(end, nextPurgeAt, releaseDeadline) {
      // A reason given: the platform need not make an exception with a stack at every look-up.
      stopped.abort(released);
      // A renewal under way decides first: two writes of ours must not race each other.
      await renewing;
      if (mine === undefined) return false;
      const move = end.event === 'erase' ? end : { ...end, leaseId };
      return (await store.move(session.key, mine, move, nextPurgeAt, releaseDeadline)) !== undefined;
    },
  };
}
