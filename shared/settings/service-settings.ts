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

/** Consents: how they are asked for, checked and kept. */
export const consents = {
  CONSENT_VALIDITY_DAYS: setting(whole({ standard: 365, min: 1, max: 365 }), {
    words: 'For how long a consent is asked, days; never beyond a year.',
    example: '365',
    source: 'service',
  }),
  CONSENT_RENEW_DAYS_BEFORE: setting(whole({ standard: 30, min: 0, max: 364 }), {
    words: 'From how many days before its end a new one may be asked for.',
    example: '30',
    source: 'service',
  }),
  CONSENT_REQUEST_TTL_MINUTES: setting(whole({ standard: 60, min: 1, max: 1440 }), {
    words: 'How long an unanswered request, and its callback, is good for.',
    example: '60',
    source: 'service',
  }),
  CONSENT_CHECK: setting(choice(['per-look-up', 'by-feed'], 'per-look-up'), {
    words: 'per-look-up: Altinn is read before every look-up; by-feed: a fresh event feed is enough.',
    example: 'per-look-up',
    source: 'service',
  }),
  CONSENT_FEED_FRESH_MINUTES: setting(whole({ standard: 15, min: 1, max: 1440 }), {
    words: 'How old the last run of sync-consent-events may be to count as evidence.',
    example: '15',
    source: 'service',
  }),
  CONSENT_LOG_RETENTION_DAYS: setting(whole({ standard: 365, min: 1, max: 3650 }), {
    words: 'How long a finished consent stays on record.',
    example: '365',
    source: 'service',
  }),
  ACCEPT_MIGRATED_CONSENTS: setting(flag('false'), {
    words: 'Whether consents moved from Altinn 2 count.',
    example: 'false',
    source: 'service',
  }),
};

/** Login sessions, the saldo that is held for them, and how long a caller waits. */
export const sessions = {
  SESSION_TTL_MINUTES: setting(whole({ standard: 60, min: 1, max: 60 }), {
    words: 'The longest a saldo is held, logged out or not.',
    example: '60',
    source: 'service',
  }),
  SESSION_ENDED_HOURS: setting(whole({ standard: 24, min: 1, max: 168 }), {
    words: 'How long a logged-out session is remembered; at least the longest login session.',
    example: '24',
    source: 'service',
  }),
  REQUEST_DEADLINE_MS: setting(whole({ standard: 8000, min: 1000, max: 60_000 }), {
    words: 'How long a caller waits at most, milliseconds.',
    source: 'service',
  }),
};

/** Where state is kept, and the secrets that name and seal it. */
export const state = {
  STATE_TABLE_ENDPOINT: setting(origin.optional(), {
    words: "Table endpoint, reached with the app's identity: https://<account>.table.core.windows.net.",
    source: 'template',
  }),
  STATE_TABLE_CONNECTION_STRING: setting(emulatorConnection.optional(), {
    words: 'Only for an emulator on this machine, instead of the endpoint.',
    example: 'UseDevelopmentStorage=true',
    source: 'local',
  }),
  PERSON_KEY_SECRET: setting(secretKey, {
    words: 'Base64 of 32 random bytes: names persons in tables. openssl rand -base64 32',
    source: 'secret',
  }),
  PERSON_KEY_SECRET_SECONDARY: setting(secretKey.optional(), {
    words: 'During a rotation: the other one, read too.',
    source: 'secret',
  }),
  SESSION_KEY_SECRET: setting(secretKey, {
    words: 'Base64 of 32 random bytes: names sessions and seals the held saldo. Another than the one above.',
    source: 'secret',
  }),
  SESSION_KEY_SECRET_SECONDARY: setting(secretKey.optional(), {
    words: 'During a rotation: the other one, read too.',
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
    words: 'Where telemetry goes; empty: nowhere.',
    source: 'template',
  }),
  SYNC_CONSENT_EVENTS_SCHEDULE: setting(schedule('0 * * * * *'), {
    words: 'NCRONTAB: when withdrawals are read from Altinn.',
    example: '0 * * * * *',
    source: 'service',
  }),
  PURGE_EXPIRED_SCHEDULE: setting(schedule('0 */5 * * * *'), {
    words: 'NCRONTAB: when what has run out is swept.',
    example: '0 */5 * * * *',
    source: 'service',
  }),
  EXPORT_CONSENTS_SCHEDULE: setting(schedule('0 30 1 * * *'), {
    words: 'NCRONTAB: when the table of consents is exported.',
    example: '0 30 1 * * *',
    source: 'service',
  }),
  CONSENT_EXPORT_URL: setting(containerUrl.optional(), {
    words: 'Blob container that the table of consents is exported to every day; empty: no export.',
    source: 'template',
  }),
  CONSENT_EXPORT_CLIENT_ID: setting(text.optional(), {
    words: 'Client id of the identity that exports; empty: that of the app.',
    source: 'template',
  }),
};
