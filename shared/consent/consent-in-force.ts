import { type ProblemCode, ProblemError, type ShownConsentState } from '../problems.ts';
import type { Time } from '../resilience/time.ts';
import { contention } from '../storage/documents.ts';
import type { Usable } from './active-consent.ts';
import { type Consent, overviewOf } from './consent.ts';
import { shownState } from './shown-state.ts';

type InForcePorts = { usable: Usable; time: Time };

const codes: Record<Exclude<ShownConsentState, 'accepted'>, ProblemCode> = {
  none: 'consent-required',
  pending: 'consent-pending',
  rejected: 'consent-rejected',
  revoked: 'consent-revoked',
  expired: 'consent-expired',
};

/** The active consent as it is in `at`, if it is in force. */
export function ownIn(ports: InForcePorts, consents: readonly Consent[], id: string): Consent {
  const { usable, time } = ports;
  const own = usable(consents).find((consent) => consent.id === id);
  if (own?.state !== 'accepted' || own.validTo <= time.now()) throw refusal(ports, usable(consents));
  return own;
}

/** The problem of consents of which none is in force. */
export function refusal({ time }: InForcePorts, consents: readonly Consent[]): ProblemError {
  const state = shownState(overviewOf(consents, time.now()));
  // Another consent is in force now: a renewal was accepted during this call. The next call will find it.
  return state === 'accepted' ? changed() : new ProblemError(codes[state]);
}

/** The books changed under this call. */
export const changed = () => contention('consent-changed');
