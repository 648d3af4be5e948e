import { app } from '@azure/functions';
import { loadApp, scheduleOf, underInvocation } from '../shared/app.ts';

/** Timer: deletes expired rows. */
app.timer('purge-expired', {
  schedule: scheduleOf('PURGE_EXPIRED_SCHEDULE'),
  handler: (_timer, invocation) => underInvocation(invocation, async () => void (await loadApp().purge())),
});
