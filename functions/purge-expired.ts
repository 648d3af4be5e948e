import { app } from '@azure/functions';
import { loadApp } from '../shared/app.ts';
import { requestContext } from '../shared/http/request-context.ts';

/** Timer: sweeps what has run out. Its schedule is a setting, read at registration as the host wants it. */
app.timer('purge-expired', {
  schedule: process.env.PURGE_EXPIRED_SCHEDULE || '0 */5 * * * *',
  handler: (_timer, invocation) => requestContext.run({ invocation }, async () => void (await loadApp().purge())),
});
