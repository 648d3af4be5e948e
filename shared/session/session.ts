import type { KeyedName } from '../person/person-key.ts';
import { isProblemCode, type ProblemCode } from '../problems.ts';
import type { Sealed } from '../storage/seal.ts';
import type { Row, Values } from '../storage/tables.ts';

/** The one row of a login session (architecture §4). No row at all is the state `absent`. */
export type Session =
  | { state: 'absent' }
  | { state: 'leased'; owner: KeyedName; leaseId: string }
  /** A look-up failed; for two seconds its problem is the answer for those who waited. Otherwise as good as absent. */
  | { state: 'failed'; owner: KeyedName; code: ProblemCode; retryAfterSeconds?: number }
  | { state: 'held'; owner: KeyedName; sealed: Sealed; expiresAt: number }
  /** `owner` is empty when the identity provider ended a session that had no row here: its token named no person. */
  | { state: 'ended'; owner: KeyedName };

export type SessionState = Session['state'];

/** What moves a session. */
export type SessionEvent = 'lease' | 'take-over' | 'hold' | 'fail' | 'logout' | 'erase';

/**
 * The moves as data: event → state it may come from → state it leads to. What is not here does not happen.
 * `ended` is final: nothing leads out of it but the sweep, after `SESSION_ENDED_HOURS`.
 */
export const sessionMoves: Record<SessionEvent, Partial<Record<SessionState, SessionState>>> = {
  // A held row is leased anew once its time is past; a failed one as soon as somebody asks again.
  lease: { absent: 'leased', failed: 'leased', held: 'leased' },
  'take-over': { leased: 'leased' },
  hold: { leased: 'held' },
  fail: { leased: 'failed' },
  logout: { absent: 'ended', leased: 'ended', failed: 'ended', held: 'ended' },
  // Revocation, DELETE /consents/current.
  erase: { leased: 'absent', failed: 'absent', held: 'absent' },
};

/** Session row's values from a state. `purgeAt` is when the sweep may take the row. */
export function toValues(session: Exclude<Session, { state: 'absent' }>, purgeAt: number): Values {
  const common = { state: session.state, owner: session.owner, purgeAt: new Date(purgeAt).toISOString() };
  switch (session.state) {
    case 'leased':
      return { ...common, leaseId: session.leaseId };
    case 'failed':
      return {
        ...common,
        code: session.code,
        ...(session.retryAfterSeconds === undefined ? {} : { retryAfter: String(session.retryAfterSeconds) }),
      };
    case 'held':
      return { ...common, ...session.sealed, expiresAt: new Date(session.expiresAt).toISOString() };
    case 'ended':
      return common;
  }
}

/** The state in a row. A row that cannot be read as one counts as `absent`: it is overwritten, never shown. */
export function fromRow(row: Row | undefined): Session {
  const values = row?.values ?? {};
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : '');
  const owner = text('owner');
  switch (values.state) {
    case 'leased':
      return { state: 'leased', owner, leaseId: text('leaseId') };
    case 'failed': {
      const retryAfter = Number(text('retryAfter'));
      const code = text('code');
      return {
        state: 'failed',
        owner,
        code: isProblemCode(code) ? code : 'upstream-unavailable',
        ...(retryAfter > 0 ? { retryAfterSeconds: retryAfter } : {}),
      };
    }
    case 'held': {
      const expiresAt = Date.parse(text('expiresAt'));
      return {
        state: 'held',
        owner,
        sealed: { salt: text('salt'), nonce: text('nonce'), box: text('box') },
        expiresAt: Number.isNaN(expiresAt) ? 0 : expiresAt,
      };
    }
    case 'ended':
      return { state: 'ended', owner };
    default:
      return { state: 'absent' };
  }
}
