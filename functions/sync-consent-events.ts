import { app } from '@azure/functions';
import { loadApp, underInvocation } from '../shared/app.ts';

/** Timer: reads Altinn's event feed, so that a withdrawal takes effect before the customer's next login. */
app.timer('sync-consent-events', {
  // Read at registration, as the host wants it.
  schedule: process.env.SYNC_CONSENT_EVENTS_SCHEDULE || '0 * * * * *',
  handler: (_timer, invocation) => underInvocation(invocation, async () => void (await loadApp().consentEvents.sync())),
});
