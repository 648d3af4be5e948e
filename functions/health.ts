import { httpFunction } from '../shared/app.ts';
import { checkReady } from '../shared/http/readiness.ts';

/** The process answers. */
httpFunction('health-live', 'GET /health/live', { access: 'probe' }, async () => ({
  status: 200,
  body: { status: 'live' },
}));

/** Settings sound, state table answers. Upstreams and vault don't count. */
httpFunction('health-ready', 'GET /health/ready', { access: 'probe' }, async ({ load }) => checkReady(load));
