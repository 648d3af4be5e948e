import { timerFunction } from '../shared/app.ts';

/** Reads Altinn's event feed, so that a withdrawal takes effect before the customer's next login. */
timerFunction('sync-consent-events', 'SYNC_CONSENT_EVENTS_SCHEDULE', (parts) => parts.syncConsentEvents());
