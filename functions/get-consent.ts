import { httpFunction } from '../shared/app.ts';
import { wantsFresh } from '../shared/http/freshness.ts';

/** The state of the customer's consent. */
httpFunction(
  'get-consent',
  'GET /consents/current',
  { access: 'person' },
  async ({ request, bank, session, deadline }) => {
    const isFresh = wantsFresh(request.headers.get('cache-control'));
    // What Altinn says is written down, and read from there.
    if (isFresh) await bank.freshConsent(session, deadline);
    const person = await bank.personOf(isFresh ? { ...session, person: undefined } : session, deadline);
    return { status: 200, body: await bank.consents.current(person, deadline) };
  },
);
