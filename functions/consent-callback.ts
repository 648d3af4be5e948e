import { httpFunction } from '../shared/app.ts';
import { noBankPage } from '../shared/http/no-bank-page.ts';

/** Where Altinn sends the browser back. It trusts nothing and gives nothing: `state` alone is read, `Status` and `ErrorMessage` are not. */
httpFunction(
  'consent-callback',
  'GET /consents/callback',
  { access: 'anyone' },
  async ({ request, parts, deadline }) => {
    const location = await parts.consentCallback(request.query.get('state') ?? undefined, deadline);
    return location === undefined ? { status: 404, page: noBankPage } : { status: 303, location };
  },
);
