import { app } from '@azure/functions';
import { loadApp, scheduleOf, underInvocation } from '../shared/app.ts';

/** Timer: reads Altinn's event feed, so that a withdrawal takes effect before the customer's next login. */
app.timer('sync-consent-events', {
  schedule: scheduleOf('SYNC_CONSENT_EVENTS_SCHEDULE'),
  handler: (_timer, invocation) => underInvocation(invocation, async () => void (await loadApp().syncConsentEvents())),
});
