import type { Bank } from '../bank/bank.ts';
import type { BankSecrets } from '../bank/bank-secrets.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import type { People } from '../consent/people.ts';
import { withdrawUrlOf } from '../consent/withdraw-url.ts';
import { createLanekassen } from '../lanekassen/client.ts';
import { consentDoubt } from '../maskinporten/token-client.ts';
import type { ConsentTokens } from '../maskinporten/tokens.ts';
import type { PersonKeys } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import { longerWait, type QueueWait } from '../resilience/queue-wait.ts';
import { createHeldSaldo } from '../saldo/held-saldo.ts';
import { createSaldoFetch } from '../saldo/saldo-fetch.ts';
import { SaldoLookup } from '../saldo/saldo-lookup.ts';
import { standardLeaseMs } from '../session/lease.ts';
import { sessionKind } from '../session/session.ts';
import { Sessions } from '../session/sessions.ts';
import { subjectKind } from '../session/subjects.ts';
import type { Settings } from '../settings.ts';
import { Documents } from '../storage/documents.ts';
import type { SharedToken } from '../upstream/shared-token.ts';
import type { BankInfrastructure } from './infrastructure.ts';

/** Login sessions: their rows and how they end, and the look-up: Lånekassen is called once a session, and its answer is held. */
export function composeSessions(
  { altinn, lanekassen, session, consent, policy: numbers }: Settings,
  bank: Bank,
  secrets: BankSecrets,
  { tables, http, policy, time, telemetry }: BankInfrastructure,
  given: {
    people: People;
    consentCheck: ConsentCheck;
    lanekassenToken: SharedToken;
    consentTokens: ConsentTokens;
    maskinportenQueueWait: () => QueueWait;
  },
) {
  const { people, consentCheck, lanekassenToken, consentTokens } = given;
  const stored = { table: tables.sessions, time, telemetry };
  const rows = new Documents(sessionKind, stored);
  // The use case decides whether the row must be readable: ending the use works even if it is not.
  const readPerson = (persons: PersonKeys, deadline: Deadline) => people.read(persons, deadline, true);
  const sessionMs = session.ttlMinutes * 60_000;
  const common = { rows, readPerson, time, telemetry };
  const sessions = new Sessions({
    ...common,
    subjects: new Documents(subjectKind, stored),
    table: tables.sessions,
    secrets,
    bank: bank.organisationNumber,
    endedMs: session.endedHours * 3_600_000,
    sessionMs,
  });
  const lanekassenPolicy = policy('lanekassen', numbers.lanekassen);
  const { baseUrl, consentTransport: transport, authPrefix, sendConsentToken } = lanekassen;
  const saldo = new SaldoLookup({
    ...common,
    held: createHeldSaldo(secrets.sealing),
    consentCheck,
    enter: (caller, admission, deadline) => sessions.enter(caller, admission, deadline),
    fetch: createSaldoFetch({
      consentCheck,
      sharedToken: lanekassenToken,
      consentTokens,
      consentDoubt,
      lanekassen: createLanekassen(
        { baseUrl, apiKey: bank.lanekassenApiKey, transport, authPrefix },
        { http: http.lanekassen, policy: lanekassenPolicy, time, telemetry },
      ),
      sendConsentToken,
      consentTokenAuthorises: transport !== 'consent-id-header',
      time,
      telemetry,
    }),
    queueWait: () => longerWait(given.maskinportenQueueWait(), lanekassenPolicy.queueWait()),
    numbers: {
      leaseMs: standardLeaseMs,
      sessionMs,
      lookupDeadlineMs: numbers.lookupDeadlineMs,
      maxRetryAfterMs: numbers.maxRetryAfterMs,
      renewBeforeMs: consent.renewDaysBefore * 86_400_000,
    },
    withdrawUrl: withdrawUrlOf(altinn.baseUrl),
  });
  return { rows, readPerson, sessions, saldo };
}
