import { randomBytes } from 'node:crypto';
import { createAltinn } from '../consent/altinn.ts';
import { createConsentEvents } from '../consent/consent-events.ts';
import { createConsentGate } from '../consent/consent-gate.ts';
import { createConsentRecords } from '../consent/consent-records.ts';
import { createConsentStore } from '../consent/consent-store.ts';
import { inTurn } from '../consent/consent-turn.ts';
import { createConsents } from '../consent/consents.ts';
import { createFeedStore } from '../consent/feed-store.ts';
import { importConsent } from '../consent/import-consent.ts';
import { readLogPage } from '../consent/log-page.ts';
import { settlePerson } from '../consent/person-move.ts';
import type { NationalId } from '../person/national-id.ts';
import { type KeyedName, personKey } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Settings } from '../settings.ts';
import type { SharedToken } from '../upstream/shared-token.ts';
import type { Ground } from './ground.ts';

/** The customer's consent: in Altinn, in our table, and at the gate before a look-up. */
export function composeConsents(
  settings: Settings,
  ground: Ground,
  ports: { altinnToken: SharedToken; onWithdrawn: (person: KeyedName, deadline: Deadline) => Promise<void> },
) {
  const { bank, altinn, consent, secrets } = settings;
  const { time, telemetry } = ground;
  const altinnClient = createAltinn(
    {
      baseUrl: altinn.baseUrl,
      organisationNumber: bank.organisationNumber,
      bankName: bank.name,
      resourceId: altinn.resourceId,
      metadataKey: altinn.metadataKey,
    },
    {
      http: ground.http.altinn,
      policy: ground.policy('altinn', settings.policy.altinn),
      token: ports.altinnToken,
      time,
      telemetry,
    },
  );
  const store = createConsentStore(ground.tables.consents, {
    retentionMs: consent.logRetentionDays * 86_400_000,
    acceptMigrated: consent.acceptMigrated,
    random: () => randomBytes(4).toString('hex'),
  });
  const keysOf = (nationalId: NationalId) =>
    [secrets.personKey, secrets.personKeySecondary]
      .filter((secret) => secret !== undefined)
      .map((secret) => personKey(secret, nationalId));
  const records = createConsentRecords({
    store,
    altinn: altinnClient,
    keysOf,
    bank: { organisationNumber: bank.organisationNumber, resourceId: altinn.resourceId },
    onWithdrawn: ports.onWithdrawn,
    time,
    telemetry,
  });
  const consentEvents = createConsentEvents({
    altinn: altinnClient,
    feed: createFeedStore(ground.tables.consents),
    store,
    records,
    freshMs: consent.feedFreshMinutes * 60_000,
    time,
    telemetry,
  });
  return {
    consentEvents,
    consents: createConsents({
      records,
      store,
      altinn: altinnClient,
      altinnBaseUrl: altinn.baseUrl,
      publicBaseUrl: settings.publicBaseUrl,
      returnUrls: { allowed: settings.allowedReturnUrls, standard: settings.defaultReturnUrl },
      numbers: {
        validityDays: consent.validityDays,
        renewDaysBefore: consent.renewDaysBefore,
        requestTtlMs: consent.requestTtlMinutes * 60_000,
      },
      ...(secrets.personKeySecondary === undefined
        ? {}
        : {
            inTurn: (caller, deadline, work) => {
              const keys = keysOf(caller.person);
              return inTurn(ground.tables.consents, time, keys, deadline, async (by) => {
                // What another process has opened under the other key since this request began.
                await settlePerson(ground.tables.consents, keys, by);
                return work(by);
              });
            },
          }),
      time,
      telemetry,
    }),
    gate: createConsentGate({
      records,
      check: consent.check,
      isFeedFresh: (deadline) => consentEvents.isFresh(deadline),
      time,
      telemetry,
    }),
    consentLog: (person: KeyedName, before: number | undefined, deadline: Deadline) =>
      readLogPage(store, person, before, deadline),
    /** For `tools/import-consents.ts`. */
    importConsent: (migrated: { nationalId: NationalId; id: string }, deadline: Deadline) =>
      importConsent(
        {
          accepts: consent.acceptMigrated,
          altinn: altinnClient,
          store,
          keyOf: (nationalId) => personKey(secrets.personKey, nationalId),
          bank: { organisationNumber: bank.organisationNumber, resourceId: altinn.resourceId },
          returnUrl: settings.defaultReturnUrl,
          time,
        },
        migrated,
        deadline,
      ),
  };
}
