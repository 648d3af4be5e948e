import { httpFunction } from '../shared/app.ts';
import { readFormField } from '../shared/http/body.ts';

/** The bank's identity provider ends one session, or all of a subject's. */
httpFunction(
  'backchannel-logout',
  'POST /session/backchannel-logout',
  { access: 'anyone' },
  async ({ request, parts, deadline }) => {
    await parts.endByLogoutToken(await readFormField(request, 'logout_token'), deadline);
    return { status: 200, body: {} };
  },
);
