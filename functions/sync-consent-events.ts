import { app } from '@azure/functions';
import { loadApp } from '../shared/app.ts';
import { requestContext } from '../shared/http/request-context.ts';

/** Timer: follows Altinn's event feed, so that a withdrawal takes effect without anybody logging in. */
app.timer('sync-consent-events', {
  // Read at registration, as the host wants it.
  schedule: process.env.SYNC_CONSENT_EVENTS_SCHEDULE || '0 * * * * *',
  handler: (_timer, invocation) =>
    requestContext.run({ invocation }, async () => void (await loadApp().consentEvents.sync())),
});
