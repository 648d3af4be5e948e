import { randomBytes } from 'node:crypto';
import { createAltinn } from '../altinn/client.ts';
import type { Bank } from '../bank/bank.ts';
import type { BankSecrets } from '../bank/bank-secrets.ts';
import { createConsentCallback } from '../consent/consent-callback.ts';
import { ConsentCheck } from '../consent/consent-check.ts';
import type { ConsentContext } from '../consent/consent-context.ts';
import { ConsentEvents } from '../consent/consent-events.ts';
import { createConsentIndex } from '../consent/consent-index.ts';
import { createConsentLog } from '../consent/consent-log.ts';
import { Consents } from '../consent/consents.ts';
import { feedKind, feedPartitionOf } from '../consent/feed-lease.ts';
import { importConsent } from '../consent/import-consent.ts';
import { People, type PersonAt } from '../consent/people.ts';
import { personKind } from '../consent/person-document.ts';
import { createRefusalWatch } from '../consent/refusal-watch.ts';
import { createWaitingEvents } from '../consent/waiting-events.ts';
import { personKeysOf } from '../person/caller-keys.ts';
import type { NationalId } from '../person/national-id.ts';
import type { PersonKey, SessionKey } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Settings } from '../settings.ts';
import { Documents } from '../storage/documents.ts';
import type { SharedToken } from '../upstream/shared-token.ts';
import type { BankInfrastructure } from './infrastructure.ts';

/** The bank at Altinn: the client of the consent API, with a policy for each kind of call. */
function composeAltinn(
  { altinn, policy: numbers }: Settings,
  bank: Bank,
  { http, policy, time, telemetry }: BankInfrastructure,
  token: SharedToken,
) {
  return createAltinn(
    {
      baseUrl: altinn.baseUrl,
      organisationNumber: bank.organisationNumber,
      bankName: bank.name,
      resourceId: altinn.resourceIds[0],
      metadataKey: altinn.metadataKey,
    },
    {
      http: http.altinn,
      policy: policy('altinn', numbers.altinn),
      policies: {
        create: policy('altinn-create', numbers.altinn),
        events: policy('altinn-events', numbers.altinn),
      },
      token,
      time,
      telemetry,
    },
  );
}

/** The customer's consent: in Altinn, in our table, and the check before a look-up. */
export function composeConsents(
  settings: Settings,
  bank: Bank,
  secrets: BankSecrets,
  infrastructure: BankInfrastructure,
  given: { altinnToken: SharedToken; eraseSession: (session: SessionKey, deadline: Deadline) => Promise<void> },
) {
  const { time, telemetry, tables } = infrastructure;
  const stored = { table: tables.consents, time, telemetry };
  const retentionMs = settings.consent.logRetentionDays * 86_400_000;
  const log = createConsentLog(tables.consents, { retentionMs, random: () => randomBytes(4).toString('hex') });
  const rows = new Documents(personKind(retentionMs, time.now), stored);
  const people = new People({ rows, log, eraseSession: given.eraseSession, retentionMs, time, telemetry });
  const context: ConsentContext = {
    bank,
    settings,
    people,
    index: createConsentIndex(tables.consents),
    altinn: composeAltinn(settings, bank, infrastructure, given.altinnToken),
    keysOf: (nationalId) => personKeysOf(secrets, nationalId),
    watch: createRefusalWatch(time),
    retentionMs,
    time,
    telemetry,
  };
  const feed = new Documents(feedKind, stored);
  const waiting = createWaitingEvents(tables.consents, feedPartitionOf(bank.organisationNumber), time);
  const consentEvents = new ConsentEvents(context, feed, waiting);
  return {
    people,
    consentEvents,
    consents: new Consents(context),
    consentCallback: createConsentCallback(context),
    consentCheck: new ConsentCheck(context, (consentId, deadline) => consentEvents.isFresh(consentId, deadline)),
    consentLog: ({ name, person }: PersonAt, before: number | undefined, deadline: Deadline) =>
      log.page([name, ...person.formerly], before, deadline),
    /** For the sweep: completes an erasure that was cut short. `partitionKey` of a person's row is the person key. */
    eraseLeft: (partitionKey: string, deadline: Deadline) => people.eraseLeft(partitionKey as PersonKey, deadline),
    /** For `tools/import-consents/main.ts`. */
    importConsent: (migrated: { nationalId: NationalId; id: string }, deadline: Deadline) =>
      importConsent(context, feed, migrated, deadline),
  };
}
