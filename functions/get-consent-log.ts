import { httpFunction } from '../shared/app.ts';
import { readBefore } from '../shared/http/requests.ts';

/** What was fetched about the customer, when, under which consent; never amounts or ids. */
httpFunction(
  'get-consent-log',
  'GET /consents/log',
  { access: 'person' },
  async ({ request, bank, session, deadline }) => ({
    status: 200,
    body: {
      entries: await bank.consentLog(await bank.personOf(session, deadline), readBefore(request.query), deadline),
    },
  }),
);
