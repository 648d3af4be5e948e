import { randomBytes } from 'node:crypto';
import { createAltinn } from '../altinn/client.ts';
import type { Bank } from '../bank/bank.ts';
import type { BankSecrets } from '../bank/bank-secrets.ts';
import { AltinnCheck } from '../consent/altinn-check.ts';
import { createConsentCallback } from '../consent/consent-callback.ts';
import { ConsentCheck } from '../consent/consent-check.ts';
import { Doubts } from '../consent/consent-doubts.ts';
import { ConsentEvents } from '../consent/consent-events.ts';
import type { Usable } from '../consent/consent-in-force.ts';
import { createConsentIndex } from '../consent/consent-index.ts';
import { createConsentLog } from '../consent/consent-log.ts';
import { Consents } from '../consent/consents.ts';
import { createEventAction } from '../consent/event-action.ts';
import { feedKind, feedPartitionOf } from '../consent/feed-document.ts';
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
import type { BankInfrastructure } from './bank-infrastructure.ts';

/** The customer's consent: in Altinn, in our table, and the check before a look-up. */
export function composeConsents(
  settings: Settings,
  bank: Bank,
  secrets: BankSecrets,
  infrastructure: BankInfrastructure,
  given: { altinnToken: SharedToken; eraseSession: (session: SessionKey, deadline: Deadline) => Promise<void> },
) {
  const { altinn: party, consent } = settings;
  const { time, telemetry, tables } = infrastructure;
  const stored = { table: tables.consents, time, telemetry };
  const retentionMs = consent.logRetentionDays * 86_400_000;
  const altinn = createAltinn(
    {
      baseUrl: party.baseUrl,
      organisationNumber: bank.organisationNumber,
      bankName: bank.name,
      resourceId: party.resourceIds[0],
      metadataKey: party.metadataKey,
    },
    {
      http: infrastructure.http.altinn,
      policy: infrastructure.policy('altinn', settings.policy.altinn),
      policies: {
        create: infrastructure.policy('altinn-create', settings.policy.altinn),
        events: infrastructure.policy('altinn-events', settings.policy.altinn),
      },
      token: given.altinnToken,
      time,
      telemetry,
    },
  );
  const keysOf = (nationalId: NationalId) => personKeysOf(secrets, nationalId);
  const usable: Usable = (consents) => (consent.acceptMigrated ? consents : consents.filter((one) => !one.migrated));
  const log = createConsentLog(tables.consents, { retentionMs, random: () => randomBytes(4).toString('hex') });
  const people = new People({
    rows: new Documents(personKind(retentionMs, time.now), stored),
    log,
    eraseSession: given.eraseSession,
    retentionMs,
    time,
    telemetry,
  });
  const index = createConsentIndex(tables.consents);
  const feed = new Documents(feedKind, stored);
  const partition = feedPartitionOf(bank.organisationNumber);
  const watch = createRefusalWatch(time);
  const common = { people, index, altinn, usable, watch, retentionMs, time, telemetry };
  const ofBank = { organisationNumber: bank.organisationNumber, resourceIds: party.resourceIds };
  const altinnCheck = new AltinnCheck({ ...common, keysOf, bank: ofBank });
  const doubts = new Doubts({ ...common, resourceIds: party.resourceIds });
  const consentEvents = new ConsentEvents({
    altinn,
    feed,
    partition,
    waiting: createWaitingEvents(tables.consents, partition, time),
    action: createEventAction({ ...common, altinnCheck }),
    freshMs: consent.feedFreshMinutes * 60_000,
    time,
    telemetry,
  });
  return {
    people,
    consentEvents,
    consents: new Consents({
      ...common,
      altinnCheck,
      doubts,
      altinnBaseUrl: party.baseUrl,
      publicBaseUrl: settings.publicBaseUrl,
      allowedReturnUrls: bank.returnUrls.allowed,
      resourceId: party.resourceIds[0],
      numbers: {
        validityDays: consent.validityDays,
        renewDaysBefore: consent.renewDaysBefore,
        requestTtlMs: consent.requestTtlMinutes * 60_000,
      },
    }),
    consentCallback: createConsentCallback({
      ...common,
      altinnCheck,
      returnUrls: bank.returnUrls,
    }),
    consentCheck: new ConsentCheck({
      ...common,
      altinnCheck,
      doubts,
      check: consent.check,
      isFeedFresh: (consentId, deadline) => consentEvents.isFresh(consentId, deadline),
    }),
    consentLog: ({ name, person }: PersonAt, before: number | undefined, deadline: Deadline) =>
      log.page([name, ...person.formerly], before, deadline),
    /** For the sweep: completes an erasure that was cut short. `partitionKey` of a person's row is the person key. */
    eraseLeft: async (partitionKey: string, deadline: Deadline) => {
      await people.upToDate(await people.read([partitionKey as PersonKey], deadline), deadline);
    },
    /** For `tools/import-consents/main.ts`. */
    importConsent: (migrated: { nationalId: NationalId; id: string }, deadline: Deadline) =>
      importConsent({ ...common, accepts: consent.acceptMigrated, feed, keysOf, bank: ofBank }, migrated, deadline),
  };
}
