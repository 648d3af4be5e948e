import { randomUUID } from 'node:crypto';
import type { PersonKey, SessionKey } from '../person/person-key.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { At, Decision, Documents } from '../storage/documents.ts';
import { type SessionMove, type SessionRow, transition } from './session.ts';

/** The end of a lease. */
export type LeaseEnd =
  | Omit<Extract<SessionMove, { event: 'hold' }>, 'leaseId'>
  | Omit<Extract<SessionMove, { event: 'fail' }>, 'leaseId'>
  | Extract<SessionMove, { event: 'erase' }>;

/** A session row held by one look-up, renewed while the look-up lives, so that others wait instead of asking Lånekassen too. */
export type Lease = {
  /** Ends the lease by moving the row on. `false`: it was lost before (logout, revocation, take-over) and nothing was written. */
  release(end: LeaseEnd, purgeAt: number, deadline: Deadline): Promise<boolean>;
  /** Whether a renewal has found the lease lost, at most half its length late. Then no more work is needed for it. */
  isLost(): boolean;
};

/**
 * How long a look-up holds its session without a sign of life, milliseconds. It is renewed twice in that time, so a lease that runs out
 * means a process that is gone, and the customer's next ask waits two seconds at most for it.
 */
export const standardLeaseMs = 2000;

/** Numbers of a lease, milliseconds. */
export type LeaseNumbers = { leaseMs: number; sessionMs: number };

/** Why a renewal's sleep ends early. */
const released = new Error('released');

/**
 * Takes the row as it was read (`from`). A leased row is taken over: only a caller that has seen the lease expire may do so.
 * `undefined`: another caller was first.
 */
export async function takeLease(
  rows: Documents<SessionRow, SessionKey>,
  time: Time,
  numbers: LeaseNumbers,
  session: { key: SessionKey; owner: PersonKey; from: At<SessionRow> },
  deadline: Deadline,
): Promise<Lease | undefined> {
  const leaseId = randomUUID();
  const event = session.from.doc?.state === 'leased' ? 'take-over' : 'lease';
  const purgeAt = () => time.now() + numbers.sessionMs;
  /** Only from the row as it was seen, or as this lease left it. In every other state the row belongs to another caller. */
  const moveFrom =
    (isMine: (at: At<SessionRow>) => boolean, move: SessionMove, nextPurgeAt: number) =>
    (at: At<SessionRow>): Decision<SessionRow, boolean> => {
      const next = isMine(at) ? transition(at.doc, move, nextPurgeAt) : undefined;
      return next === undefined ? { result: false } : { result: true, next };
    };
  const taken = await rows.change(
    session.key,
    deadline,
    moveFrom((at) => at.etag === session.from.etag, { event, owner: session.owner, leaseId }, purgeAt()),
    { seen: session.from },
  );
  if (!taken.result) return undefined;
  let mine: At<SessionRow> | undefined = taken.at;
  const holds = ({ doc }: At<SessionRow>) => doc?.state === 'leased' && doc.leaseId === leaseId;
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
        const renew = moveFrom(holds, { event: 'renew', leaseId }, purgeAt());
        const by = Deadline.after(time, numbers.leaseMs);
        const done: typeof taken = await rows.change(session.key, by, renew, { seen: mine });
        mine = done.result ? done.at : undefined;
      } catch {
        // The table did not answer: the lease may still be held. The next round, or the release, finds out.
      }
    }
  })();

  return {
    isLost: () => mine === undefined,

    async release(end, nextPurgeAt, releaseDeadline) {
      // A constant reason, because an exception with a stack costs time at every look-up.
      stopped.abort(released);
      // A renewal in progress ends first, because two writes of one lease must not race each other.
      await renewing;
      if (mine === undefined) return false;
      const move = end.event === 'erase' ? end : { ...end, leaseId };
      const done = await rows.change(session.key, releaseDeadline, moveFrom(holds, move, nextPurgeAt), { seen: mine });
      return done.result;
    },
  };
}
