import { app } from '@azure/functions';
import { loadApp, underInvocation } from '../shared/app.ts';

/** Timer: deletes expired rows. Its schedule is a setting, which the host reads at registration. */
app.timer('purge-expired', {
  schedule: process.env.PURGE_EXPIRED_SCHEDULE || '0 */5 * * * *',
  handler: (_timer, invocation) => underInvocation(invocation, async () => void (await loadApp().purge())),
});
