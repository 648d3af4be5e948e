import { app } from '@azure/functions';
import * as z from 'zod';
import { endpoint } from '../shared/app.ts';
import { readJsonBody } from '../shared/http/body.ts';

const bodySchema = z.strictObject({ returnUrl: z.string() });

/** `POST /consents`: a new consent request, or the one that stands. */
app.http('start-consent', {
  route: 'consents',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: endpoint('start-consent', { access: 'person' }, async ({ request, parts, caller, session, deadline }) => {
    const { returnUrl } = await readJsonBody(request, bodySchema);
    const { created, consent } = await parts.consents.start(caller, session.names.person, returnUrl, deadline);
    return { status: created ? 201 : 200, body: consent };
  }),
});
