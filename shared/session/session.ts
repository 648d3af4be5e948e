import * as z from 'zod';
import type { PersonKey } from '../person/person-key.ts';
import { isProblemCode, type ProblemCode } from '../problem-catalogue.ts';
import { documentKind, instant, storedPersonKey } from '../storage/document-schemas.ts';
import { type Failure, failureKinds, parties } from '../telemetry/failure.ts';

const text = z.string().min(1);

// A code of another version shows at least that the look-up failed.
const code = z.string().transform((word): ProblemCode => (isProblemCode(word) ? word : 'upstream-unavailable'));

/** Whose failure it was. What another version calls by a name unknown here is left out, and the code says what it can. */
const failure = z
  .object({ party: z.enum(parties).optional(), kind: z.enum(failureKinds) })
  .transform(({ party, kind }): Failure => ({ party, kind }))
  .optional()
  .catch(undefined);

const schema = z.discriminatedUnion('state', [
  z.strictObject({ purgeAt: instant, state: z.literal('leased'), owner: storedPersonKey, leaseId: text }),
  /** A look-up failed. For two seconds its problem is the answer for the callers that waited. After that the row counts as absent. */
  z.strictObject({
    purgeAt: instant,
    state: z.literal('failed'),
    owner: storedPersonKey,
    code,
    failure,
    retryAfterSeconds: z.int().min(1).max(86_400).optional(),
  }),
  z.strictObject({
    purgeAt: instant,
    state: z.literal('held'),
    owner: storedPersonKey,
    sealed: z.strictObject({ salt: text, nonce: text, box: text }),
    expiresAt: instant,
  }),
  /** `owner` is empty when the identity provider ended a session that had no row here: its token named no person. */
  z.strictObject({ purgeAt: instant, state: z.literal('ended'), owner: z.union([storedPersonKey, z.literal('')]) }),
]);

/** A session's row: its state, and when the sweep may take it (milliseconds since 1970). */
export type SessionRow = z.infer<typeof schema>;

/** The kind of document that a session's row is. */
export const sessionKind = documentKind('session', schema, ({ purgeAt }) => ({ purgeAt }));

/** What is in a row of this state besides what every row has. */
type In<State extends SessionRow['state']> = Omit<Extract<SessionRow, { state: State }>, 'state' | 'owner' | 'purgeAt'>;

/** The problem of a failed look-up, as the callers that waited for it get it. */
export type FailedLookup = In<'failed'>;

/** The states of a login session's one row (docs/architecture.md#state). No row at all is `absent`. */
export type SessionState = SessionRow['state'] | 'absent';

/** The transitions of a session, with their values. `leaseId`: the lease that the caller believes to have. */
export type SessionMove =
  | { event: 'lease' | 'take-over'; owner: PersonKey; leaseId: string }
  | { event: 'renew'; leaseId: string }
  | ({ event: 'hold'; leaseId: string } & In<'held'>)
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

/**
 * The row after a transition, with the time when the sweep may take it; `null` when it is removed; `undefined` when there is no
 * transition from its state, or the lease is another caller's.
 */
export function transition(
  row: SessionRow | undefined,
  move: SessionMove,
  purgeAt: number,
): SessionRow | null | undefined {
  if (sessionMoves[move.event][row?.state ?? 'absent'] === undefined) return undefined;
  switch (move.event) {
    case 'lease':
    case 'take-over':
      return { state: 'leased', owner: move.owner, leaseId: move.leaseId, purgeAt };
    case 'logout':
      return { state: 'ended', owner: row?.owner ?? move.owner, purgeAt };
    case 'erase':
      return null;
  }
  // The rest is what the holder of a lease does with it.
  if (row?.state !== 'leased' || row.leaseId !== move.leaseId) return undefined;
  const { owner } = row;
  switch (move.event) {
    case 'renew':
      return { ...row, purgeAt };
    case 'hold':
      return { state: 'held', owner, sealed: move.sealed, expiresAt: move.expiresAt, purgeAt };
    case 'fail': {
      const { code, failure, retryAfterSeconds } = move;
      return { state: 'failed', owner, code, failure, retryAfterSeconds, purgeAt };
    }
  }
}
