import { app } from '@azure/functions';
import { endpoint } from '../shared/app.ts';

/** `DELETE /consents/current`: the customer stops the use at this bank; withdrawing is done in Altinn. */
app.http('end-consent', {
  route: 'consents/current',
  methods: ['DELETE'],
  authLevel: 'anonymous',
  handler: endpoint('end-consent', { access: 'person' }, async ({ parts, session, deadline }) => ({
    status: 200,
    body: await parts.consents.end(await parts.personOf(session, deadline), deadline),
  })),
});
