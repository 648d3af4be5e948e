import { app } from '@azure/functions';
import { endpoint } from '../shared/app.ts';

/** `DELETE /consents/current`: the customer stops the use at this bank; withdrawing is done in Altinn. */
app.http('end-consent', {
  route: 'consents/current',
  methods: ['DELETE'],
  authLevel: 'anonymous',
  handler: endpoint('end-consent', { access: 'person', evenPaused: true }, async ({ bank, session, deadline }) => ({
    status: 200,
    body: await bank.consents.end(await bank.personOf(session, deadline), deadline),
  })),
});
