import type { NationalId } from '../person/national-id.ts';
import type { KeyedName } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Altinn } from './altinn.ts';
import { type Consent, expired, moved } from './consent.ts';
import { type ConsentChanges, createConsentChanges } from './consent-changes.ts';
import { type ConsentReadings, createConsentReadings } from './consent-readings.ts';
import type { ConsentStore, PersonConsents } from './consent-store.ts';

/** A person's consents, changed only by guarded writes that are decided anew when somebody else was first. */
export type ConsentRecords = Pick<ConsentChanges, 'change'> &
  ConsentReadings & {
    /** The consents as they are now; one whose `validTo` has passed is written down as expired. */
    load(person: KeyedName, deadline: Deadline): Promise<Consent[]>;
    /** The same with its guard: `change` may begin with it instead of reading anew. */
    read(person: KeyedName, deadline: Deadline): Promise<PersonConsents>;
    /** Altinn says that a consent is withdrawn: blocks it, and erases what is held for the person. `false`: nothing was left to do. */
    withdraw(person: KeyedName, id: string, deadline: Deadline): Promise<boolean>;
    /** The customer ends all that stands or is open: use stops, and what is held is erased. */
    end(person: KeyedName, deadline: Deadline): Promise<void>;
  };

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
  const { store, onWithdrawn, time } = ports;
  const changes = createConsentChanges(ports);
  const { change, write } = changes;

  /** Erases what is held for the person, then forgets that it was still to be done. */
  const erase = async (person: KeyedName, deadline: Deadline) => {
    await onWithdrawn(person, deadline);
    await change(person, deadline, (consents) =>
      consents.filter((consent) => consent.erasurePending).map(({ erasurePending: _, ...consent }) => consent),
    );
  };

  const read: ConsentRecords['read'] = async (person, deadline) => {
    const loaded = await store.load(person, deadline);
    const { consents } = loaded;
    // An end that was cut short before all was erased.
    if (consents.some((consent) => consent.erasurePending)) await erase(person, deadline);
    const now = time.now();
    const late = (consent: Consent) => expired(consent, now) !== consent;
    if (!consents.some(late)) return loaded;
    await change(person, deadline, (current) => current.filter(late).map((consent) => expired(consent, now)));
    return store.load(person, deadline);
  };
  const load: ConsentRecords['load'] = async (person, deadline) => (await read(person, deadline)).consents;

  return {
    change,
    load,
    read,
    ...createConsentReadings({ ...ports, changes, load, erase }),

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
  };
}
