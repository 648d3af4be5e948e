import type { KeyedName } from '../person/person-key.ts';
import { type ProblemCode, ProblemError, type ShownConsentState } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type Consent, moved, overviewOf, shownState } from './consent.ts';
import type { ConsentRecords } from './consent-records.ts';

/** What a look-up needs to know of the consent, and what it has to tell about it. */
export type ConsentGate = {
  /** The consent that stands. An open request is read in Altinn first; then `verified` is true. Throws the consent problem that says which. */
  standing(person: KeyedName, deadline: Deadline): Promise<{ consent: Consent; verified: boolean }>;
  /**
   * Reads our own record anew, and the consent in Altinn unless that was `verified` a moment ago; gives the consent as it
   * is now. Throws `consent-…`, or `consent-unverifiable` when Altinn is silent.
   * Called under the session's lease: a consent that was ended before is seen here, and one that is ended later takes the
   * lease away (it is written down before the sessions are erased). So none slips through between the two.
   */
  verify(person: KeyedName, consent: Consent, verified: boolean, deadline: Deadline): Promise<Consent>;
  /** Lånekassen has answered 200: no consent token is needed any more (duty C-2). */
  primed(person: KeyedName, consentId: string, deadline: Deadline): Promise<void>;
  /** Lånekassen refuses what Altinn calls accepted. Writes it down and gives the problem to throw. */
  refused(person: KeyedName, consentId: string, deadline: Deadline): Promise<ProblemError>;
};

const codes: Record<Exclude<ShownConsentState, 'accepted'>, ProblemCode> = {
  none: 'consent-required',
  pending: 'consent-pending',
  rejected: 'consent-rejected',
  revoked: 'consent-revoked',
  expired: 'consent-expired',
};

/** How long a caller waits before Altinn is asked again (`../shared/interface.md` §3). */
const unverifiableRetrySeconds = 30;

/** The gate before every look-up: without a consent that stands, and that Altinn confirms, there is no call to Lånekassen. */
export function createConsentGate(ports: { records: ConsentRecords; time: Time; telemetry: Telemetry }): ConsentGate {
  const { records, time, telemetry } = ports;

  const refusal = (consents: readonly Consent[]): ProblemError => {
    const overview = overviewOf(consents, time.now());
    if (!overview.open && overview.last?.state === 'refused') return new ProblemError('consent-refused');
    const state = shownState(overview);
    // Another one stands by now: a renewal was accepted under our hands. The next ask will find it.
    if (state === 'accepted')
      return new ProblemError('upstream-unavailable', { fault: 'consent-changed', retryAfterSeconds: 5 });
    return new ProblemError(codes[state]);
  };

  /** The consent as Altinn has it now. */
  const confirmed = async (person: KeyedName, consent: Consent, deadline: Deadline): Promise<Consent> => {
    const reading = await records.settle(person, consent, deadline);
    switch (reading.kind) {
      case 'settled':
        if (reading.consent.state === 'accepted' && reading.consent.validTo > time.now()) return reading.consent;
        throw refusal([reading.consent]);
      case 'mismatch':
        throw new ProblemError('consent-person-mismatch', { fault: `altinn-${reading.mismatch}` });
      case 'absent':
        telemetry.alert(
          'consent-unknown-to-altinn',
          'Altinn does not know a consent that it had accepted. Ask Altinn; the customer can be asked anew.',
        );
        throw new ProblemError('upstream-invalid-reply', { fault: 'altinn-consent-absent' });
      case 'silent':
        throw new ProblemError('consent-unverifiable', {
          fault: reading.problem.fault ?? reading.problem.code,
          retryAfterSeconds: unverifiableRetrySeconds,
          cause: reading.problem,
        });
    }
  };

  return {
    async standing(person, deadline) {
      const consents = await records.load(person, deadline);
      const { standing, open } = overviewOf(consents, time.now());
      if (standing) return { consent: standing, verified: false };
      if (!open) throw refusal(consents);
      const reading = await records.settle(person, open, deadline);
      if (reading.kind === 'mismatch')
        throw new ProblemError('consent-person-mismatch', { fault: `altinn-${reading.mismatch}` });
      if (reading.kind !== 'settled') throw new ProblemError('consent-pending');
      const now = await records.load(person, deadline);
      const settled = overviewOf(now, time.now()).standing;
      if (settled) return { consent: settled, verified: true };
      throw refusal(now);
    },

    async verify(person, consent, verified, deadline) {
      // Our own record last: a consent that is ended while Altinn takes its time must not lead to a call.
      const read = verified ? consent : await confirmed(person, consent, deadline);
      const recorded = await records.load(person, deadline);
      const own = recorded.find(({ id }) => id === consent.id);
      if (own?.state !== 'accepted' || own.validTo <= time.now()) throw refusal(recorded);
      return { ...own, validTo: Math.min(read.validTo, own.validTo) };
    },

    async primed(person, consentId, deadline) {
      await records.change(person, deadline, (consents) =>
        consents
          .filter((consent) => consent.id === consentId && consent.primedAt === undefined)
          .map((consent) => ({ ...consent, primedAt: time.now() })),
      );
    },

    async refused(person, consentId, deadline) {
      await records.change(person, deadline, (consents) =>
        consents
          .filter((consent) => consent.id === consentId && consent.state === 'accepted')
          .map((consent) => moved(consent, 'lanekassen-refused', time.now())),
      );
      telemetry.count('consent', { event: 'refused' });
      telemetry.alert(
        'consent-refused',
        'Lånekassen refuses a consent that Altinn calls accepted, after a fresh consent token: ask Lånekassen with the lanekassenRequestId of the line before.',
      );
      return new ProblemError('consent-refused');
    },
  };
}
