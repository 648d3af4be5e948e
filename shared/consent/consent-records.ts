import type { NationalId } from '../person/national-id.ts';
import type { KeyedName } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Altinn } from './altinn.ts';
import { type Consent, moved, overviewOf } from './consent.ts';
import type { ConsentStore } from './consent-store.ts';
import { type Mismatch, verdictOf } from './verdict.ts';

/** How reading a consent in Altinn went. */
export type Reading =
  | { kind: 'settled'; consent: Consent }
  /** Altinn knows none of that id: the POST has never arrived. */
  | { kind: 'absent'; consent: Consent }
  | { kind: 'mismatch'; consent: Consent; mismatch: Mismatch }
  /** No usable answer; `problem` says why. */
  | { kind: 'silent'; consent: Consent; problem: ProblemError };

/** A person's consents, changed only by guarded writes that are decided anew when somebody else was first. */
export type ConsentRecords = {
  load(person: KeyedName, deadline: Deadline): Promise<Consent[]>;
  /** Writes what `decide` makes of the consents as they are now. `decide` may run several times. */
  change(person: KeyedName, deadline: Deadline, decide: (consents: Consent[]) => Consent[]): Promise<void>;
  /** Reads a consent in Altinn and writes down what it says. */
  settle(person: KeyedName, consent: Consent, deadline: Deadline): Promise<Reading>;
};

const maxRounds = 20;

/** The shell around the pure parts: consent.ts and verdict.ts decide, the store guards, Altinn is asked. */
export function createConsentRecords(ports: {
  store: ConsentStore;
  altinn: Altinn;
  keyOf: (nationalId: NationalId) => KeyedName;
  bank: { organisationNumber: string; resourceId: string };
  /** The consent is gone: everything held for the person must go too. */
  onWithdrawn: (person: KeyedName, deadline: Deadline) => Promise<void>;
  time: Time;
  telemetry: Telemetry;
}): ConsentRecords {
  const { store, altinn, keyOf, bank, onWithdrawn, time, telemetry } = ports;

  const change: ConsentRecords['change'] = async (person, deadline, decide) => {
    for (let round = 0; round < maxRounds; round++) {
      const { consents, etag } = await store.load(person, deadline);
      const changed = decide(consents);
      if (changed.length === 0 || (await store.save(person, etag, changed, deadline))) return;
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
          .map((other) => moved(other, 'newer-accepted', time.now()))
          .filter((other, index) => other !== others[index]),
      ];
    });
    if (from !== undefined && result !== undefined && from.state !== result.state)
      telemetry.count('consent', { event: result.state });
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

  return {
    change,
    load: async (person, deadline) => (await store.load(person, deadline)).consents,

    async settle(person, consent, deadline) {
      let answer: Awaited<ReturnType<Altinn['read']>>;
      try {
        answer = await altinn.read(consent.id, deadline);
      } catch (error) {
        if (error instanceof ProblemError && error.code !== 'configuration')
          return { kind: 'silent', consent, problem: error };
        throw error;
      }
      if (answer === undefined) return { kind: 'absent', consent };
      const expected = { ...bank, isPerson: (nationalId: NationalId) => keyOf(nationalId) === person };
      const verdict = verdictOf(consent, answer, expected, time.now());
      if ('mismatch' in verdict) {
        mismatched(verdict.mismatch);
        return { kind: 'mismatch', consent, mismatch: verdict.mismatch };
      }
      const said = answer;
      const judged = (current: Consent) => {
        const again = verdictOf(current, said, expected, time.now());
        return 'consent' in again ? again.consent : current;
      };
      // Most readings change nothing, and then nothing is written.
      const now = sameRecord(verdict.consent, consent)
        ? consent
        : ((await write(person, consent.id, judged, deadline)) ?? verdict.consent);
      // Also when it was written down before: erasing again costs little, and a crash may have come in between.
      if (said.status === 'revoked' || said.status === 'deleted') await onWithdrawn(person, deadline);
      // Accepted in our books, and Altinn neither confirms nor withdraws it: no evidence to act on.
      if (now.state === 'accepted' && said.status !== 'accepted')
        return {
          kind: 'silent',
          consent: now,
          problem: new ProblemError('upstream-invalid-reply', { fault: 'altinn-status-contradicts' }),
        };
      return { kind: 'settled', consent: now };
    },
  };
}

function sameRecord(a: Consent, b: Consent): boolean {
  return a.state === b.state && a.validTo === b.validTo && a.consentUrl === b.consentUrl && a.returnUrl === b.returnUrl;
}
