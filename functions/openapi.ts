import { httpFunction } from '../shared/app.ts';
import { matchesTag, tagOf } from '../shared/http/etag.ts';

/** The document that `npm run docs` writes; in the bundle as a text that is parsed at the first call. */
httpFunction('openapi', 'GET /openapi.json', { access: 'anyone' }, async ({ request }) => {
  const { default: document } = await import('../docs/openapi.json', { with: { type: 'json' } });
  const etag = tagOf(document);
  if (matchesTag(request.headers.get('if-none-match'), etag)) return { status: 304, etag };
  return { status: 200, body: document, etag };
});
