import type { NationalId } from '../person/national-id.ts';
import type { KeyedName } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Altinn } from './altinn.ts';
import type { AltinnConsent } from './altinn-reply.ts';
import { adoptable, type Consent, overviewOf } from './consent.ts';
import { type ConsentChanges, sameRecord } from './consent-changes.ts';
import type { ConsentStore } from './consent-store.ts';
import { type Mismatch, verdictOf } from './verdict.ts';

/** How reading a consent in Altinn went. */
export type Reading =
  | { kind: 'settled'; consent: Consent }
  /** Altinn knows none of that id: the POST has never arrived. */
  | { kind: 'absent'; consent: Consent }
  | { kind: 'mismatch'; consent: Consent; mismatch: Mismatch }
  /** Accepted in our books, and Altinn neither confirms nor withdraws it: nothing to act on. */
  | { kind: 'contradicted'; consent: Consent; problem: ProblemError }
  /** No usable answer; `problem` says why. */
  | { kind: 'silent'; consent: Consent; problem: ProblemError };

/** Reading consents in Altinn, and writing down what it says. */
export type ConsentReadings = {
  /** Reads a consent in Altinn and writes down what it says. */
  settle(person: KeyedName, consent: Consent, deadline: Deadline): Promise<Reading>;
  /** Writes down what an answer of Altinn says, however it was come by. */
  apply(person: KeyedName, consent: Consent, answer: AltinnConsent, deadline: Deadline): Promise<Reading>;
  /** Reads what is open, and what was given up lately, where nothing stands. Gives the consents as they are then. */
  settleOpen(person: KeyedName, deadline: Deadline): Promise<{ consents: Consent[]; reading: Reading | undefined }>;
};

/** `load` and `erase` are those of the records (consent-records.ts). */
export function createConsentReadings(ports: {
  store: ConsentStore;
  altinn: Altinn;
  keysOf: (nationalId: NationalId) => readonly KeyedName[];
  bank: { organisationNumber: string; resourceId: string };
  changes: ConsentChanges;
  load: (person: KeyedName, deadline: Deadline) => Promise<Consent[]>;
  erase: (person: KeyedName, deadline: Deadline) => Promise<void>;
  time: Time;
  telemetry: Telemetry;
}): ConsentReadings {
  const { store, altinn, keysOf, bank, load, erase, time, telemetry } = ports;
  const { write } = ports.changes;

  const mismatched = (mismatch: Mismatch) => {
    telemetry.count('personMismatch', { where: `altinn-${mismatch}` });
    telemetry.alert(
      'consent-mismatch',
      'Altinn answered about another giver, receiver, resource or validity than was asked for. Nothing is used; find out why.',
      { mismatch },
    );
  };

  const readings: ConsentReadings = {
    async settle(person, consent, deadline) {
      let answer: Awaited<ReturnType<Altinn['read']>>;
      try {
        answer = await altinn.read(consent.id, deadline);
      } catch (error) {
        if (error instanceof ProblemError && error.code !== 'configuration')
          return { kind: 'silent', consent, problem: error };
        throw error;
      }
      return answer === undefined ? { kind: 'absent', consent } : readings.apply(person, consent, answer, deadline);
    },

    async apply(person, consent, answer, deadline) {
      const isStranger = answer.from === undefined || !keysOf(answer.from).includes(person);
      // A callback may name the person by a key that the rows have moved away from (a secret was rotated meanwhile).
      const names = isStranger ? [person, (await store.load(person, deadline)).person] : [person];
      const isPerson = (nationalId: NationalId) => keysOf(nationalId).some((key) => names.includes(key));
      const expected = { ...bank, isPerson };
      const verdict = verdictOf(consent, answer, expected, time.now());
      if ('mismatch' in verdict) {
        mismatched(verdict.mismatch);
        return { kind: 'mismatch', consent, mismatch: verdict.mismatch };
      }
      const judged = (current: Consent) => {
        const again = verdictOf(current, answer, expected, time.now());
        return 'consent' in again ? again.consent : current;
      };
      // Most readings change nothing, and then nothing is written.
      const now = sameRecord(verdict.consent, consent)
        ? consent
        : ((await write(person, consent.id, judged, deadline)) ?? verdict.consent);
      // Also when it was written down before and the erasing was cut short.
      if (now.erasurePending) await erase(person, deadline);
      if (now.state === 'accepted' && answer.status !== 'accepted')
        return {
          kind: 'contradicted',
          consent: now,
          problem: new ProblemError('upstream-invalid-reply', { fault: 'altinn-status-contradicts' }),
        };
      return { kind: 'settled', consent: now };
    },

    async settleOpen(person, deadline) {
      const consents = await load(person, deadline);
      const { open } = overviewOf(consents, time.now());
      const reading = open && (await readings.settle(person, open, deadline));
      const now = reading?.kind === 'settled' ? await load(person, deadline) : consents;
      const left = adoptable(now, time.now());
      if (left === undefined) return { consents: now, reading };
      const second = await readings.settle(person, left, deadline);
      const adopted = second.kind === 'settled' && second.consent.state === 'accepted';
      return adopted ? { consents: await load(person, deadline), reading: second } : { consents: now, reading };
    },
  };
  return readings;
}
