import type { SessionKey } from '../person/person-key.ts';
import type { Consent } from './consent.ts';
import type { PersonAt } from './people.ts';

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

/** Which consents are used: those that were moved from Altinn 2 only by setting. */
export type Usable = (consents: readonly Consent[]) => readonly Consent[];
