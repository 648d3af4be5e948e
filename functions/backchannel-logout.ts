import { app } from '@azure/functions';
import { endpoint } from '../shared/app.ts';
import { readFormField } from '../shared/http/body.ts';

/** `POST /session/backchannel-logout`: the bank's identity provider ends one session, or all of a subject's. */
app.http('backchannel-logout', {
  route: 'session/backchannel-logout',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: endpoint('backchannel-logout', { access: 'anyone' }, async ({ request, parts, deadline }) => {
    await parts.endByLogoutToken(await readFormField(request, 'logout_token'), deadline);
    return { status: 200, body: {} };
  }),
});
