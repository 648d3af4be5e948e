import type { KeyedName } from '../person/person-key.ts';
import { type ProblemCode, ProblemError, type ShownConsentState } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type Consent, canMove, moved, overviewOf, shownState } from './consent.ts';
import type { ConsentRecords } from './consent-records.ts';
import type { PersonConsents } from './consent-store.ts';

/** What a look-up needs to know of the consent, and what it has to tell about it. */
export type ConsentGate = {
  /** The consent that stands. An open request is read in Altinn first; then `verified` is true. Throws the consent problem that says which. */
  standing(person: KeyedName, deadline: Deadline): Promise<{ consent: Consent; verified: boolean }>;
  /**
   * Before a call to Lånekassen: Altinn says that the consent stands, or the event feed does (`CONSENT_CHECK`). Throws
   * `consent-…`, or `consent-unverifiable` when there is no evidence.
   */
  prove(person: KeyedName, consent: Consent, deadline: Deadline): Promise<void>;
  /**
   * After `prove`, and before a call to Lånekassen: the consent as it stands in our books. To be read once the session is
   * leased, so that an end that comes later finds the lease. Throws `consent-…`.
   */
  inOurBooks(person: KeyedName, consent: Consent, deadline: Deadline): Promise<Consent>;
  /** Lånekassen or Maskinporten disagrees: reads Altinn at once, whatever `CONSENT_CHECK` is. Throws as `prove`. */
  confirm(person: KeyedName, consent: Consent, deadline: Deadline): Promise<Consent>;
  /**
   * Lånekassen has answered: into the customer's log, and after a 200 no consent token is needed any more (duty C-2).
   * Throws when it cannot be written: what is not in the log is not shown.
   */
  answered(
    person: KeyedName,
    consent: Consent,
    event: 'saldo-fetched' | 'not-a-customer',
    deadline: Deadline,
  ): Promise<void>;
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

/** The fault of a reading in which Altinn has answered, and neither confirms nor withdraws (`consent-records.ts`). */
const contradiction = 'altinn-status-contradicts';

/** How long a caller waits before Altinn is asked again (`../shared/interface.md` §3). */
const unverifiableRetrySeconds = 30;

/** The gate before every look-up: without a consent that stands, and that Altinn confirms, there is no call to Lånekassen. */
export function createConsentGate(ports: {
  records: ConsentRecords;
  check: 'per-look-up' | 'by-feed';
  /** Whether the event feed was read to its end lately (`CONSENT_FEED_FRESH_MINUTES`). */
  isFeedFresh: (deadline: Deadline) => Promise<boolean>;
  time: Time;
  telemetry: Telemetry;
}): ConsentGate {
  const { records, time, telemetry } = ports;
  /** What was read with a consent that was let through: its answer can be written down without reading again. */
  const readings = new WeakMap<Consent, PersonConsents>();

  const refusal = (consents: readonly Consent[]): ProblemError => {
    const overview = overviewOf(consents, time.now());
    if (!overview.open && overview.last?.state === 'refused') return new ProblemError('consent-refused');
    const state = shownState(overview);
    // Another one stands by now: a renewal was accepted under our hands. The next ask will find it.
    if (state === 'accepted')
      return new ProblemError('upstream-unavailable', { fault: 'consent-changed', retryAfterSeconds: 5 });
    return new ProblemError(codes[state]);
  };

  const mismatched = (mismatch: string) => new ProblemError('consent-person-mismatch', { fault: `altinn-${mismatch}` });

  const unverifiable = (problem: ProblemError) =>
    new ProblemError('consent-unverifiable', {
      fault: problem.fault ?? problem.code,
      retryAfterSeconds: unverifiableRetrySeconds,
      cause: problem,
    });

  const confirm = async (person: KeyedName, consent: Consent, deadline: Deadline): Promise<Consent> => {
    const reading = await records.settle(person, consent, deadline);
    switch (reading.kind) {
      case 'settled':
        if (reading.consent.state === 'accepted' && reading.consent.validTo > time.now()) return reading.consent;
        throw refusal([reading.consent]);
      case 'mismatch':
        throw mismatched(reading.mismatch);
      case 'absent':
        telemetry.alert(
          'consent-unknown-to-altinn',
          'Altinn does not know a consent that it had accepted. Ask Altinn; the customer can be asked anew.',
        );
        throw new ProblemError('upstream-invalid-reply', { fault: 'altinn-consent-absent' });
      case 'contradicted':
        throw unverifiable(reading.problem);
      case 'silent':
        throw unverifiable(reading.problem);
    }
  };

  return {
    async standing(person, deadline) {
      const consents = await records.load(person, deadline);
      const { standing, open } = overviewOf(consents, time.now());
      if (standing && !open) return { consent: standing, verified: false };
      // A renewal under way is read too: it may have taken the place of the one that stood.
      const { consents: now, reading } = await records.settleOpen(person, deadline);
      if (reading?.kind === 'mismatch' && !standing) throw mismatched(reading.mismatch);
      const settled = overviewOf(now, time.now()).standing;
      if (settled)
        return { consent: settled, verified: reading?.kind === 'settled' && reading.consent.id === settled.id };
      throw refusal(now);
    },

    async inOurBooks(person, consent, deadline) {
      const read = await records.read(person, deadline);
      const own = read.consents.find(({ id }) => id === consent.id);
      if (own?.state !== 'accepted' || own.validTo <= time.now()) throw refusal(read.consents);
      readings.set(own, read);
      return own;
    },

    async prove(person, consent, deadline) {
      if (ports.check === 'by-feed' && (await ports.isFeedFresh(deadline))) {
        telemetry.count('feedEvidence', { why: 'by-feed' });
        return;
      }
      try {
        await confirm(person, consent, deadline);
      } catch (error) {
        // What Altinn has said stands. Only its silence may be made up for, by a feed that was read to its end lately.
        const silent =
          error instanceof ProblemError && error.code === 'consent-unverifiable' && error.fault !== contradiction;
        if (!silent || ports.check === 'by-feed' || !(await ports.isFeedFresh(deadline))) throw error;
        telemetry.count('feedEvidence', { why: 'altinn-silent' });
      }
    },

    confirm,

    async answered(person, consent, event, deadline) {
      await records.change(
        person,
        deadline,
        (consents) =>
          event === 'not-a-customer'
            ? []
            : consents
                .filter(({ id, primedAt }) => id === consent.id && primedAt === undefined)
                .map((own) => ({ ...own, primedAt: time.now() })),
        () => [{ at: time.now(), event, consentValidTo: consent.validTo }],
        readings.get(consent),
      );
    },

    async refused(person, consentId, deadline) {
      await records.change(person, deadline, (consents) =>
        consents
          .filter((consent) => consent.id === consentId && canMove(consent, 'lanekassen-refused'))
          .map((consent) => moved(consent, 'lanekassen-refused', time.now())),
      );
      telemetry.alert(
        'consent-refused',
        'Lånekassen refuses a consent that Altinn calls accepted, after a fresh consent token: ask Lånekassen with the lanekassenRequestId of the line before.',
      );
      return new ProblemError('consent-refused');
    },
  };
}
