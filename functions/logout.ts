import { httpFunction } from '../shared/app.ts';

/** Erases the held saldo and ends the login session on every instance. */
httpFunction('logout', 'DELETE /session', { access: 'person-leaving' }, async ({ bank, caller, deadline }) => {
  await bank.sessions.end(caller, deadline);
  return { status: 204 };
});
