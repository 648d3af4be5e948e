import { app } from '@azure/functions';
import { endpoint } from '../shared/app.ts';
import { matchesTag, tagOf } from '../shared/http/etag.ts';

/** `GET /openapi.json`: the document that `npm run docs` writes; in the bundle as a text that is parsed at the first call. */
app.http('openapi', {
  route: 'openapi.json',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: endpoint('openapi', { access: 'anyone' }, async ({ request }) => {
    const { default: document } = await import('../docs/openapi.json', { with: { type: 'json' } });
    const etag = tagOf(document);
    if (matchesTag(request.headers.get('if-none-match'), etag)) return { status: 304, etag };
    return { status: 200, body: document, etag };
  }),
});
