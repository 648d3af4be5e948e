import { app } from '@azure/functions';
import { loadApp, underInvocation } from '../shared/app.ts';

/**
 * Timer: exports the table of consents to a second account, where a container is set. A run that fails is a failed execution,
 * which the alert on missing exports sees. Its schedule is a setting, read at registration as the host wants it.
 */
app.timer('export-consents', {
  schedule: process.env.EXPORT_CONSENTS_SCHEDULE || '0 30 1 * * *',
  handler: (_timer, invocation) => underInvocation(invocation, async () => void (await loadApp().exportConsents())),
});
