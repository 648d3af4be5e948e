import type { Bank } from '../bank/bank.ts';
import { bankSecrets } from '../bank/bank-secrets.ts';
import { createFreshConsent } from '../consent/fresh-consent.ts';
import type { Caller } from '../person/caller.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Admission } from '../session/sessions.ts';
import type { Settings } from '../settings.ts';
import { composeConsents } from './consent-parts.ts';
import { type Infrastructure, infrastructureOf } from './infrastructure.ts';
import { composeSessions } from './session-parts.ts';
import type { Tokens } from './token-parts.ts';

/** Everything that one bank's customers meet, on keys, rows, tokens and parties of that bank alone. Nothing is fetched here. */
export function composeBank(settings: Settings, bank: Bank, infrastructure: Infrastructure, tokens: Tokens) {
  const own = infrastructureOf(bank, infrastructure);
  const secrets = bankSecrets(settings.secrets, bank.organisationNumber);
  const { altinnToken, lanekassenToken, consentTokens } = tokens.ofBank(bank);
  const { people, consentCheck, ...consents } = composeConsents(settings, bank, secrets, own, {
    altinnToken,
    eraseSession: (session, deadline) => sessions.erase(session, deadline),
  });
  const freshConsent = createFreshConsent({ consentCheck, time: infrastructure.time });
  const { readPerson, sessions, saldo } = composeSessions(settings, bank, secrets, own, {
    people,
    consentCheck,
    lanekassenToken,
    consentTokens,
    maskinportenQueueWait: tokens.queueWait,
  });
  return {
    ...consents,
    organisationNumber: bank.organisationNumber,
    isPaused: bank.isPaused,
    sessions,
    saldo,
    admit: (caller: Caller, deadline: Deadline) => sessions.admit(caller, deadline),
    /** The customer of an admitted session, as read on the way in or now. */
    personOf: ({ names, person }: Admission, deadline: Deadline) =>
      person === undefined ? readPerson(names.personKeys, deadline) : Promise.resolve(person),
    /**
     * The consent read in Altinn now, before a held saldo is shown. A look-up that begins reads it by itself, unless the feed is
     * enough.
     */
    freshConsent: async ({ names, stored, person }: Admission, deadline: Deadline) => {
      if (stored.doc?.state !== 'held' && settings.consent.check !== 'by-feed') return undefined;
      return freshConsent(person ?? (await readPerson(names.personKeys, deadline)), names.sessionKey, deadline);
    },
  };
}

/** The parts of one bank. */
export type BankParts = ReturnType<typeof composeBank>;
