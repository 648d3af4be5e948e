import { app } from '@azure/functions';
import { endpoint } from '../shared/app.ts';
import { checkReady } from '../shared/http/readiness.ts';

/** `GET /health/live`: the process answers. */
app.http('health-live', {
  route: 'health/live',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: endpoint('health-live', { access: 'probe' }, async () => ({ status: 200, body: { status: 'live' } })),
});

/** `GET /health/ready`: settings sound, state table answers. Upstreams and vault don't count. */
app.http('health-ready', {
  route: 'health/ready',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: endpoint('health-ready', { access: 'probe' }, async ({ load }) => checkReady(load)),
});
