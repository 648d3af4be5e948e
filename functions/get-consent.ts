import { app } from '@azure/functions';
import { endpoint } from '../shared/app.ts';

/** `GET /consents/current`: where the customer's consent stands. */
app.http('get-consent', {
  route: 'consents/current',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: endpoint('get-consent', { access: 'person' }, async ({ parts, session, deadline }) => ({
    status: 200,
    body: await parts.consents.current(await parts.personOf(session, deadline), deadline),
  })),
});
