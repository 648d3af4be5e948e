import { httpFunction } from '../shared/app.ts';
import { readJsonBody } from '../shared/http/body.ts';
import { startConsentSchema } from '../shared/http/requests.ts';

/** A new consent request, or the one that is open or accepted. */
httpFunction(
  'start-consent',
  'POST /consents',
  { access: 'person' },
  async ({ request, bank, caller, session, deadline }) => {
    const { returnUrl } = await readJsonBody(request, startConsentSchema);
    const person = await bank.personOf(session, deadline);
    const { created, consent } = await bank.consents.start(caller, person, returnUrl, deadline);
    return { status: created ? 201 : 200, body: consent };
  },
);
