import { httpFunction } from '../shared/app.ts';

/** The customer stops the use at this bank; withdrawing is done in Altinn. */
httpFunction(
  'end-consent',
  'DELETE /consents/current',
  { access: 'person', evenPaused: true },
  async ({ bank, session, deadline }) => ({
    status: 200,
    body: await bank.consents.end(await bank.personOf(session, deadline), deadline),
  }),
);
