import type { KeyedName } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type Consent, moved, overviewOf } from './consent.ts';
import { entriesOf, type LogEntry } from './consent-log.ts';
import type { ConsentStore, PersonConsents } from './consent-store.ts';

/** Guarded writes of a person's consents, decided anew when somebody else was first. */
export type ConsentChanges = {
  /**
   * Writes what `decide` makes of the consents as they are now, with the log's entries that follow from it, and `also`.
   * `decide` may run several times. `seen`: as they were read before; if they have changed since, they are read anew.
   */
  change(
    person: KeyedName,
    deadline: Deadline,
    decide: (consents: Consent[]) => Consent[],
    also?: (consents: readonly Consent[]) => LogEntry[],
    seen?: PersonConsents,
  ): Promise<void>;
  /** Writes down a new state of one consent, and what follows from it for the others. `undefined`: it is not there. */
  write(
    person: KeyedName,
    id: string,
    next: (current: Consent) => Consent,
    deadline: Deadline,
  ): Promise<Consent | undefined>;
};

const maxRounds = 20;

/** The only way in which consents are written, besides a new request (consents.ts) and an import. */
export function createConsentChanges(ports: { store: ConsentStore; time: Time; telemetry: Telemetry }): ConsentChanges {
  const { store, time, telemetry } = ports;

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

  const change: ConsentChanges['change'] = async (person, deadline, decide, also, seen) => {
    for (let round = 0; round < maxRounds; round++) {
      const loaded = round === 0 && seen ? seen : await store.load(person, deadline);
      const changed = decide(loaded.consents);
      const entries = [...entriesOf(loaded.consents, changed, time.now()), ...(also?.(loaded.consents) ?? [])];
      if (changed.length === 0 && entries.length === 0) return;
      if (await store.save(loaded, changed, entries, deadline)) return tellSteps(loaded.consents, changed);
      // Many at once (a page that asks in a loop): spread out, or they go on losing to each other.
      await deadline.bound((signal) => time.sleep(20 * (round + 1) * time.random(), signal));
    }
    throw new ProblemError('upstream-unavailable', { fault: 'consents-contended', retryAfterSeconds: 5 });
  };

  const write: ConsentChanges['write'] = async (person, id, next, deadline) => {
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

  return { change, write };
}

/** Whether two states of a consent are the same row. */
export function sameRecord(a: Consent, b: Consent): boolean {
  return (
    a.state === b.state &&
    a.validTo === b.validTo &&
    a.consentUrl === b.consentUrl &&
    a.returnUrl === b.returnUrl &&
    a.erasurePending === b.erasurePending
  );
}
