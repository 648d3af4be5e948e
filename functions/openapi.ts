import { app } from '@azure/functions';
import { endpoint } from '../shared/app.ts';

/** `GET /openapi.json`: the document that `npm run docs` writes; in the bundle as a text that is parsed at the first call. */
app.http('openapi', {
  route: 'openapi.json',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: endpoint('openapi', { access: 'anyone' }, async () => ({
    status: 200,
    body: (await import('../docs/openapi.json', { with: { type: 'json' } })).default,
  })),
});
