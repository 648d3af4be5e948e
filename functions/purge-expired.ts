import { app } from '@azure/functions';
import { loadApp, underInvocation } from '../shared/app.ts';

/** Timer: sweeps what has run out. Its schedule is a setting, read at registration as the host wants it. */
app.timer('purge-expired', {
  schedule: process.env.PURGE_EXPIRED_SCHEDULE || '0 */5 * * * *',
  handler: (_timer, invocation) => underInvocation(invocation, async () => void (await loadApp().purge())),
});
