import type { ShownConsentState } from '../problems.ts';
import type { ConsentState, Overview } from './consent.ts';

/** The state that is shown without an active consent and an open request. */
type ClosedState = Exclude<ShownConsentState, 'accepted' | 'pending'>;

/** How the last state is shown then (`docs/contracts/interface.md` §1, `GET /consents/current`). */
const closedAs: Record<ConsentState, ClosedState> = {
  // Accepted and not active: `validTo` has passed, and the end is not stored yet.
  accepted: 'expired',
  // Pending is open, and so never the last of what is closed.
  pending: 'none',
  rejected: 'rejected',
  revoked: 'revoked',
  expired: 'expired',
  superseded: 'none',
  abandoned: 'none',
  ended: 'none',
};

/** The shown state of a person without an active consent and an open request. */
export function closedState({ last }: Pick<Overview, 'last'>): ClosedState {
  return last === undefined ? 'none' : closedAs[last.state];
}

/** The shown state of a person's consents as a whole. */
export function shownState(overview: Overview): ShownConsentState {
  if (overview.active) return 'accepted';
  return overview.open ? 'pending' : closedState(overview);
}
