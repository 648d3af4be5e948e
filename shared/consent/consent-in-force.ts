import type { SessionKey } from '../person/person-key.ts';
import type { ShownConsentState } from '../problem-catalogue.ts';
import { ProblemError } from '../problems.ts';
import { contention } from '../storage/documents.ts';
import { type Consent, type Overview, overviewOf } from './consent.ts';
import type { ConsentContext } from './consent-context.ts';
import type { PersonAt } from './people.ts';
import type { Person } from './person.ts';

/** A consent that is in force by our own tables, with the customer as read, for one login session. */
export type Active = {
  at: PersonAt;
  session: SessionKey;
  consent: Consent;
  /** Altinn was read for it just now. */
  verified: boolean;
  /** Once registered: the session may hold what is found until then, milliseconds since 1970. */
  until: number;
};

/** The consents of a customer that are used: those that were moved from Altinn 2 only by setting. */
export const usableIn = ({ settings }: ConsentContext, { consents }: Pick<Person, 'consents'>): readonly Consent[] =>
  settings.consent.acceptMigrated ? consents : consents.filter((one) => !one.migrated);

/** The same as one question. */
export const overviewNow = (context: ConsentContext, person: Pick<Person, 'consents'>): Overview =>
  overviewOf(usableIn(context, person), context.time.now());

/** The consent of this id, if it is in force. Throws the customer's consent problem. */
export function ownIn(context: ConsentContext, person: Person, id: string): Consent {
  const own = usableIn(context, person).find((consent) => consent.id === id);
  if (own?.state !== 'accepted' || own.validTo <= context.time.now()) throw refusal(context, person);
  return own;
}

/** The problem of a customer without a consent in force. */
export function refusal(context: ConsentContext, person: Pick<Person, 'consents'>): ProblemError {
  const state = shownState(overviewNow(context, person));
  // Another consent is in force now: a renewal was accepted during this call. The next call will find it.
  if (state === 'accepted') return changed();
  return new ProblemError(state === 'none' ? 'consent-required' : `consent-${state}`);
}

/** The books changed under this call. */
export const changed = () => contention('consent-changed');

/** The state that is shown without an active consent and an open request. */
type ClosedState = Exclude<ShownConsentState, 'accepted' | 'pending'>;

/** The last state as it is shown then (`docs/contracts/interface.md` §1, `GET /consents/current`). */
export function closedState({ last }: Pick<Overview, 'last'>): ClosedState {
  switch (last?.state) {
    // Not active: `validTo` has passed, and the end is not stored yet.
    case 'accepted':
      return 'expired';
    case 'rejected':
    case 'revoked':
    case 'expired':
      return last.state;
    default:
      return 'none';
  }
}

/** The shown state of a person's consents as a whole. */
export function shownState(overview: Overview): ShownConsentState {
  if (overview.active) return 'accepted';
  return overview.open ? 'pending' : closedState(overview);
}
