import type { NationalId } from '../person/national-id.ts';
import type { KeyedName } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Altinn } from './altinn.ts';
import type { AltinnConsent } from './altinn-reply.ts';
import { adoptable, type Consent, expired, moved, overviewOf } from './consent.ts';
import { entriesOf, type LogEntry } from './consent-log.ts';
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

/** A person's consents, changed only by guarded writes that are decided anew when somebody else was first. */
export type ConsentRecords = {
  /** The consents as they are now; one whose `validTo` has passed is written down as expired. */
  load(person: KeyedName, deadline: Deadline): Promise<Consent[]>;
  /**
   * Writes what `decide` makes of the consents as they are now, with the log's entries that follow from it, and `also`.
   * `decide` may run several times.
   */
  change(
    person: KeyedName,
    deadline: Deadline,
    decide: (consents: Consent[]) => Consent[],
    also?: (consents: readonly Consent[]) => LogEntry[],
  ): Promise<void>;
  /** Altinn says that a consent is withdrawn: blocks it, and erases what is held for the person. `false`: nothing was left to do. */
  withdraw(person: KeyedName, id: string, deadline: Deadline): Promise<boolean>;
  /** The customer ends all that stands or is open: use stops, and what is held is erased. */
  end(person: KeyedName, deadline: Deadline): Promise<void>;
  /** Reads a consent in Altinn and writes down what it says. */
  settle(person: KeyedName, consent: Consent, deadline: Deadline): Promise<Reading>;
  /** Writes down what an answer of Altinn says, however it was come by. */
  apply(person: KeyedName, consent: Consent, answer: AltinnConsent, deadline: Deadline): Promise<Reading>;
  /** Reads what is open, and what was given up lately, where nothing stands. Gives the consents as they are then. */
  settleOpen(person: KeyedName, deadline: Deadline): Promise<{ consents: Consent[]; reading: Reading | undefined }>;
};

const maxRounds = 20;

/** The shell around the pure parts: consent.ts and verdict.ts decide, the store guards, Altinn is asked. */
export function createConsentRecords(ports: {
  store: ConsentStore;
  altinn: Altinn;
  /** The keys of a person: one, or two while a secret is being rotated. */
  keysOf: (nationalId: NationalId) => readonly KeyedName[];
  bank: { organisationNumber: string; resourceId: string };
  /** The consent is gone: everything held for the person must go too. */
  onWithdrawn: (person: KeyedName, deadline: Deadline) => Promise<void>;
  time: Time;
  telemetry: Telemetry;
}): ConsentRecords {
  const { store, altinn, keysOf, bank, onWithdrawn, time, telemetry } = ports;

  /** Every move of a consent is written here, and so told here: once, after it stands. */
  const tellSteps = (before: readonly Consent[], changed: readonly Consent[]) => {
    for (const consent of changed) {
      const was = before.find(({ id }) => id === consent.id);
      const measurements = { sinceRequestMs: Math.max(0, time.now() - consent.createdAt) };
      if (was?.state !== consent.state && consent.state !== 'pending')
        telemetry.event('consentStep', { step: consent.state }, measurements);
      if (was?.primedAt === undefined && consent.primedAt !== undefined)
        telemetry.event('consentStep', { step: 'first-saldo' }, measurements);
    }
  };

  const change: ConsentRecords['change'] = async (person, deadline, decide, also) => {
    for (let round = 0; round < maxRounds; round++) {
      const loaded = await store.load(person, deadline);
      const changed = decide(loaded.consents);
      const entries = [...entriesOf(loaded.consents, changed, time.now()), ...(also?.(loaded.consents) ?? [])];
      if (changed.length === 0 && entries.length === 0) return;
      if (await store.save(loaded, changed, entries, deadline)) return tellSteps(loaded.consents, changed);
      // Many at once (a page that asks in a loop): spread out, or they go on losing to each other.
      await deadline.bound((signal) => time.sleep(20 * (round + 1) * time.random(), signal));
    }
    throw new ProblemError('upstream-unavailable', { fault: 'consents-contended', retryAfterSeconds: 5 });
  };

  /** Writes down a new state of one consent, and what follows from it for the others. */
  const write = async (
    person: KeyedName,
    id: string,
    next: (current: Consent) => Consent,
    deadline: Deadline,
  ): Promise<Consent | undefined> => {
    let result: Consent | undefined;
    let from: Consent | undefined;
    await change(person, deadline, (consents) => {
      from = consents.find((consent) => consent.id === id);
      result = from && next(from);
      if (from === undefined || result === undefined || sameRecord(from, result)) return [];
      if (from.state === 'accepted' || result.state !== 'accepted') return [result];
      // Newly accepted: a newer consent retires the older one, and one that had been given up does not displace another.
      const others = consents.filter((consent) => consent.id !== id);
      const standing = overviewOf(others, time.now()).standing;
      if (standing !== undefined && from.state === 'abandoned') {
        result = from;
        return [];
      }
      return [
        result,
        ...others
          .map((other) => moved(other, other.state === 'pending' ? 'other-adopted' : 'newer-accepted', time.now()))
          .filter((other, index) => other !== others[index]),
      ];
    });
    return result;
  };

  const mismatched = (mismatch: Mismatch) => {
    telemetry.count('personMismatch', { where: `altinn-${mismatch}` });
    telemetry.alert(
      'consent-mismatch',
      'Altinn answered about another giver, receiver, resource or validity than was asked for. Nothing is used; find out why.',
      { mismatch },
    );
  };

  /** Erases what is held for the person, then forgets that it was still to be done. */
  const erase = async (person: KeyedName, deadline: Deadline) => {
    await onWithdrawn(person, deadline);
    await change(person, deadline, (consents) =>
      consents.filter((consent) => consent.erasurePending).map(({ erasurePending: _, ...consent }) => consent),
    );
  };

  const records: ConsentRecords = {
    change,

    async load(person, deadline) {
      const { consents } = await store.load(person, deadline);
      // An end that was cut short before all was erased.
      if (consents.some((consent) => consent.erasurePending)) await erase(person, deadline);
      const now = time.now();
      const late = (consent: Consent) => expired(consent, now) !== consent;
      if (!consents.some(late)) return consents;
      await change(person, deadline, (current) => current.filter(late).map((consent) => expired(consent, now)));
      return (await store.load(person, deadline)).consents;
    },

    async withdraw(person, id, deadline) {
      const written = await write(
        person,
        id,
        (current) => {
          const next = moved(current, 'altinn-revoked', time.now());
          return next === current ? current : { ...next, erasurePending: true };
        },
        deadline,
      );
      if (!written?.erasurePending) return false;
      // After the state: a look-up under way finds the consent gone before it can hold anything anew.
      await erase(person, deadline);
      return true;
    },

    async end(person, deadline) {
      await change(person, deadline, (consents) =>
        consents
          .map((consent) => {
            const next = moved(consent, 'customer-ended', time.now());
            return next === consent ? consent : { ...next, erasurePending: true as const };
          })
          .filter((consent, index) => consent !== consents[index]),
      );
      // After the state: a look-up under way finds the consent ended before it can hold anything anew.
      await erase(person, deadline);
    },

    async settle(person, consent, deadline) {
      let answer: Awaited<ReturnType<Altinn['read']>>;
      try {
        answer = await altinn.read(consent.id, deadline);
      } catch (error) {
        if (error instanceof ProblemError && error.code !== 'configuration')
          return { kind: 'silent', consent, problem: error };
        throw error;
      }
      return answer === undefined ? { kind: 'absent', consent } : records.apply(person, consent, answer, deadline);
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
      const consents = await records.load(person, deadline);
      const { open } = overviewOf(consents, time.now());
      const reading = open && (await records.settle(person, open, deadline));
      const now = reading?.kind === 'settled' ? await records.load(person, deadline) : consents;
      const left = adoptable(now, time.now());
      if (left === undefined) return { consents: now, reading };
      const second = await records.settle(person, left, deadline);
      const adopted = second.kind === 'settled' && second.consent.state === 'accepted';
      return adopted ? { consents: await records.load(person, deadline), reading: second } : { consents: now, reading };
    },
  };
  return records;
}

function sameRecord(a: Consent, b: Consent): boolean {
  return (
    a.state === b.state &&
    a.validTo === b.validTo &&
    a.consentUrl === b.consentUrl &&
    a.returnUrl === b.returnUrl &&
    a.erasurePending === b.erasurePending
  );
}
