import { app } from '@azure/functions';
import { endpoint } from '../shared/app.ts';

/** `GET /saldo`: the customer's saldo, fetched once a login session (`../shared/interface.md` §2). */
app.http('get-saldo', {
  route: 'saldo',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: endpoint('get-saldo', { access: 'person' }, async ({ parts, caller, session, deadline }) => ({
    status: 200,
    body: await parts.saldo.lookUp(caller, session, deadline),
  })),
});
