import { app } from '@azure/functions';
import { endpoint } from '../shared/app.ts';
import { readBefore } from '../shared/http/before.ts';

/** `GET /consents/log`: what was fetched about the customer, when, under which consent; never amounts or ids. */
app.http('get-consent-log', {
  route: 'consents/log',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: endpoint('get-consent-log', { access: 'person' }, async ({ request, bank, session, deadline }) => ({
    status: 200,
    body: {
      entries: await bank.consentLog(await bank.personOf(session, deadline), readBefore(request.query), deadline),
    },
  })),
});
