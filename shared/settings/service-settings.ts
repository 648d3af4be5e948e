import {
  choice,
  containerUrl,
  emulatorConnection,
  flag,
  identifier,
  origin,
  schedule,
  secretKey,
  text,
  whole,
} from './kinds.ts';
import { setting } from './setting.ts';

/** Consents: how they are requested, checked and kept. */
export const consents = {
  CONSENT_VALIDITY_DAYS: setting(whole({ standard: 365, min: 1, max: 365 }), {
    words: 'The validity of a new consent request, days. It is never longer than a year.',
    source: 'service',
  }),
  CONSENT_RENEW_DAYS_BEFORE: setting(whole({ standard: 30, min: 0, max: 364 }), {
    words: 'How many days before the end of a consent a new one may be requested.',
    source: 'service',
  }),
  CONSENT_REQUEST_TTL_MINUTES: setting(whole({ standard: 60, min: 1, max: 1440 }), {
    words: 'How long an unanswered request and its callback are valid, minutes.',
    source: 'service',
  }),
  CONSENT_CHECK: setting(choice(['per-look-up', 'by-feed'], 'per-look-up'), {
    words: 'per-look-up: the app reads Altinn before every look-up. by-feed: a fresh event feed is enough.',
    source: 'service',
  }),
  CONSENT_FEED_FRESH_MINUTES: setting(whole({ standard: 15, min: 1, max: 1440 }), {
    words:
      'How old the last complete run of sync-consent-events may be for the event feed to count as evidence, minutes.',
    source: 'service',
  }),
  CONSENT_LOG_RETENTION_DAYS: setting(whole({ standard: 365, min: 1, max: 3650 }), {
    words: 'How long an ended consent and the log are kept, days.',
    source: 'service',
  }),
  ACCEPT_MIGRATED_CONSENTS: setting(flag('false'), {
    words: 'Whether consents that were migrated from Altinn 2 are accepted.',
    source: 'service',
  }),
};

/** Login sessions, the saldo that is held for them, and how long a caller waits. */
export const sessions = {
  SESSION_TTL_MINUTES: setting(whole({ standard: 60, min: 1, max: 60 }), {
    words: 'The longest time that a saldo is held, minutes; a logout erases it earlier.',
    source: 'service',
  }),
  SESSION_ENDED_HOURS: setting(whole({ standard: 24, min: 1, max: 168 }), {
    words: 'How long a logged-out session is remembered; at least the longest login session.',
    source: 'service',
  }),
  REQUEST_DEADLINE_MS: setting(whole({ standard: 8000, min: 1000, max: 60_000 }), {
    words: 'The longest time that a caller waits for an answer, milliseconds.',
    source: 'service',
  }),
};

/** Where state is kept, and the secrets that name and seal it. */
export const state = {
  STATE_TABLE_ENDPOINT: setting(origin.optional(), {
    words: 'The table endpoint, which the app uses with its own identity: https://<account>.table.core.windows.net.',
    source: 'template',
  }),
  STATE_TABLE_CONNECTION_STRING: setting(emulatorConnection.optional(), {
    words: 'The connection string of an emulator on this machine, instead of the endpoint.',
    example: 'UseDevelopmentStorage=true',
    source: 'local',
  }),
  PERSON_KEY_SECRET: setting(secretKey, {
    words: 'Base64 of 32 random bytes, from which the names of persons in the tables are made. openssl rand -base64 32',
    source: 'secret',
    vaultSecret: 'person-key-1',
  }),
  PERSON_KEY_SECRET_SECONDARY: setting(secretKey.optional(), {
    words: 'During a rotation: the other secret. The app also looks for rows under it.',
    source: 'secret',
  }),
  SESSION_KEY_SECRET: setting(secretKey, {
    words:
      'Base64 of 32 random bytes, for the names of sessions and for sealing the held saldo. It must differ from PERSON_KEY_SECRET.',
    source: 'secret',
    vaultSecret: 'session-key-1',
  }),
  SESSION_KEY_SECRET_SECONDARY: setting(secretKey.optional(), {
    words: 'During a rotation: the other secret. The app also looks for rows under it.',
    source: 'secret',
  }),
};

/** The platform, telemetry, and when the timers run. */
export const platform = {
  AZURE_CLIENT_ID: setting(identifier.optional(), {
    words: "Client id of the app's user-assigned identity.",
    source: 'template',
  }),
  APPLICATIONINSIGHTS_CONNECTION_STRING: setting(text.optional(), {
    words: 'The connection string of Application Insights. If it is empty, no telemetry is sent.',
    source: 'template',
  }),
  SYNC_CONSENT_EVENTS_SCHEDULE: setting(schedule('0 * * * * *'), {
    words: 'NCRONTAB: when the app reads withdrawals from Altinn.',
    source: 'service',
  }),
  PURGE_EXPIRED_SCHEDULE: setting(schedule('0 */5 * * * *'), {
    words: 'NCRONTAB: when the app deletes rows past their time.',
    source: 'service',
  }),
  EXPORT_CONSENTS_SCHEDULE: setting(schedule('0 30 1 * * *'), {
    words: 'NCRONTAB: when the app exports the table of consents.',
    source: 'service',
  }),
  CONSENT_EXPORT_URL: setting(containerUrl.optional(), {
    words:
      'The blob container to which the table of consents is exported every day. If it is empty, there is no export.',
    source: 'template',
  }),
  CONSENT_EXPORT_CLIENT_ID: setting(text.optional(), {
    words: "The client id of the identity that exports. If it is empty, the app's own identity exports.",
    source: 'template',
  }),
};
