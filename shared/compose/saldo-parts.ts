import type { Bank } from '../bank/bank.ts';
import type { BankSecrets } from '../bank/bank-secrets.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import type { PersonAt } from '../consent/people.ts';
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
import type { SessionRow } from '../session/session-document.ts';
import type { Sessions } from '../session/sessions.ts';
import type { Settings } from '../settings.ts';
import type { Documents } from '../storage/documents.ts';
import type { SharedToken } from '../upstream/shared-token.ts';
import type { BankInfrastructure } from './bank-infrastructure.ts';

/** The look-up: Lånekassen is called once a login session, and its answer is held. */
export function composeSaldo(
  { altinn, lanekassen, session, consent, policy: numbers }: Settings,
  bank: Bank,
  secrets: BankSecrets,
  { http, policy, time, telemetry }: BankInfrastructure,
  ports: {
    rows: Documents<SessionRow>;
    sessions: Sessions;
    readPerson: (persons: PersonKeys, deadline: Deadline) => Promise<PersonAt>;
    consentCheck: ConsentCheck;
    lanekassenToken: SharedToken;
    consentTokens: ConsentTokens;
    maskinportenQueueWait: () => QueueWait;
  },
) {
  const lanekassenPolicy = policy('lanekassen', numbers.lanekassen);
  return new SaldoLookup({
    rows: ports.rows,
    held: createHeldSaldo(secrets.sealing),
    consentCheck: ports.consentCheck,
    readPerson: ports.readPerson,
    enter: (caller, admission, deadline) => ports.sessions.enter(caller, admission, deadline),
    fetch: createSaldoFetch({
      consentCheck: ports.consentCheck,
      sharedToken: ports.lanekassenToken,
      consentTokens: ports.consentTokens,
      consentDoubt,
      lanekassen: createLanekassen(
        {
          baseUrl: lanekassen.baseUrl,
          apiKey: bank.lanekassenApiKey,
          transport: lanekassen.consentTransport,
          authPrefix: lanekassen.authPrefix,
        },
        { http: http.lanekassen, policy: lanekassenPolicy, time, telemetry },
      ),
      sendConsentToken: lanekassen.sendConsentToken,
      consentTokenAuthorises: lanekassen.consentTransport !== 'consent-id-header',
      time,
      telemetry,
    }),
    queueWait: () => longerWait(ports.maskinportenQueueWait(), lanekassenPolicy.queueWait()),
    numbers: {
      leaseMs: standardLeaseMs,
      sessionMs: session.ttlMinutes * 60_000,
      lookupDeadlineMs: numbers.lookupDeadlineMs,
      maxRetryAfterMs: numbers.maxRetryAfterMs,
      renewBeforeMs: consent.renewDaysBefore * 86_400_000,
    },
    withdrawUrl: withdrawUrlOf(altinn.baseUrl),
    time,
    telemetry,
  });
}
