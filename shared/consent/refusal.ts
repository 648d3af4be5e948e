import type { Consent } from './consent.ts';

const dayMs = 86_400_000;

/**
 * Whether a refused consent may be replaced now: once per person and day (`../shared/interface.md` §3, `consent-refused`).
 * A consent that was itself asked for after a refusal, and refused within the same day, is the second one: it must wait.
 * A replacement that the customer has rejected, ended or left has replaced nothing: after it §1's answers hold, 201.
 */
export function mayAskAfterRefusal(consents: readonly Consent[], now: number): boolean {
  const refused = consents.filter((consent) => consent.state === 'refused');
  return !refused.some(
    (later) =>
      now - later.createdAt < dayMs &&
      refused.some((earlier) => earlier.id !== later.id && earlier.changedAt <= later.createdAt),
  );
}
