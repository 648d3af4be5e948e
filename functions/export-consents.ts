import { app } from '@azure/functions';
import { loadApp, scheduleOf, underInvocation } from '../shared/app.ts';

/**
 * Timer: exports the table of consents to a second account, where a container is set. A run that fails is a failed execution,
 * which the alert on missing exports sees.
 */
app.timer('export-consents', {
  schedule: scheduleOf('EXPORT_CONSENTS_SCHEDULE'),
  handler: (_timer, invocation) => underInvocation(invocation, async () => void (await loadApp().exportConsents())),
});
