import { app } from '@azure/functions';
import { endpoint } from '../shared/app.ts';

/** `DELETE /session`: erases the held saldo and ends the login session on every instance. */
app.http('logout', {
  route: 'session',
  methods: ['DELETE'],
  authLevel: 'anonymous',
  handler: endpoint('logout', { access: 'person-leaving' }, async ({ bank, caller, deadline }) => {
    await bank.sessions.end(caller, deadline);
    return { status: 204 };
  }),
});
