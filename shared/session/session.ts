import type { PersonKey } from '../person/person-key.ts';
import type { SessionRow } from './session-document.ts';

type WithoutEnd<R> = R extends unknown ? Omit<R, 'purgeAt'> : never;

/** The one row of a login session (docs/architecture.md#state). No row at all is the state `absent`. */
export type Session = { state: 'absent' } | WithoutEnd<SessionRow>;

type In<State extends Session['state']> = Extract<Session, { state: State }>;

/** The problem of a failed look-up, as the callers that waited for it get it. */
export type FailedLookup = Omit<In<'failed'>, 'state' | 'owner'>;

export type SessionState = Session['state'];

/** The transitions of a session, with their values. `leaseId`: the lease that the caller believes to have. */
export type SessionMove =
  | { event: 'lease' | 'take-over'; owner: PersonKey; leaseId: string }
  | { event: 'renew'; leaseId: string }
  | ({ event: 'hold'; leaseId: string } & Omit<In<'held'>, 'state' | 'owner'>)
  | ({ event: 'fail'; leaseId: string } & FailedLookup)
  /** `owner` counts only where there is no row yet. */
  | { event: 'logout'; owner: PersonKey | '' }
  | { event: 'erase' };

export type SessionEvent = SessionMove['event'];

/**
 * The transitions as data: event → state before → state after. A transition that is not here does not happen: `transition`
 * is the only way to another state, and the store writes nothing else.
 * `ended` is final: nothing leads out of it but the sweep, after `SESSION_ENDED_HOURS`.
 */
export const sessionMoves: Readonly<Record<SessionEvent, Partial<Record<SessionState, SessionState>>>> = {
  // A held row is leased again once its time is past; a failed one at the next request.
  lease: { absent: 'leased', failed: 'leased', held: 'leased' },
  'take-over': { leased: 'leased' },
  renew: { leased: 'leased' },
  hold: { leased: 'held' },
  fail: { leased: 'failed' },
  logout: { absent: 'ended', leased: 'ended', failed: 'ended', held: 'ended' },
  // Revocation, DELETE /consents/current.
  erase: { leased: 'absent', failed: 'absent', held: 'absent' },
};

/** The session after a transition; `undefined` when there is none from its state, or the lease is another caller's. */
export function transition(session: Session, move: SessionMove): Session | undefined {
  const state = sessionMoves[move.event][session.state];
  if (state === undefined) return undefined;
  switch (move.event) {
    case 'lease':
    case 'take-over':
      return { state: 'leased', owner: move.owner, leaseId: move.leaseId };
    case 'logout':
      return { state: 'ended', owner: session.state === 'absent' ? move.owner : session.owner };
    case 'erase':
      return { state: 'absent' };
  }
  // The rest is what the holder of a lease does with it.
  if (session.state !== 'leased' || session.leaseId !== move.leaseId) return undefined;
  const { owner } = session;
  switch (move.event) {
    case 'renew':
      return session;
    case 'hold':
      return { state: 'held', owner, sealed: move.sealed, expiresAt: move.expiresAt };
    case 'fail': {
      const { code, failure, retryAfterSeconds } = move;
      return { state: 'failed', owner, code, failure, retryAfterSeconds };
    }
  }
}
