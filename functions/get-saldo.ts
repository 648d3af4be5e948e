import { httpFunction } from '../shared/app.ts';
import { wantsFresh } from '../shared/http/freshness.ts';

/** The customer's saldo, fetched once a login session (docs/contracts/interface.md §2). */
httpFunction('get-saldo', 'GET /saldo', { access: 'person' }, async ({ request, bank, caller, session, deadline }) => {
  let now = session;
  if (wantsFresh(request.headers.get('cache-control'))) {
    const refusal = await bank.freshConsent(session, deadline);
    if (refusal) throw refusal;
    // What was held may have been erased by what Altinn said.
    now = await bank.admit(caller, deadline);
  }
  return { status: 200, body: await bank.saldo.lookUp(caller, now, deadline) };
});
