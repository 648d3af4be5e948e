import { app } from '@azure/functions';
import { endpoint } from '../shared/app.ts';
import { problemHtml } from '../shared/http/problem-page.ts';

/** `GET /problems/{code}`: the page that `type` of a problem leads to. A probe, because it must answer while the settings are wrong. */
app.http('get-problem', {
  route: 'problems/{code}',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: endpoint('get-problem', { access: 'probe' }, async ({ request }) => ({
    status: 200,
    page: problemHtml(request.params.code ?? ''),
  })),
});
