import { httpFunction } from '../shared/app.ts';
import { problemHtml } from '../shared/http/problem-page.ts';

/** The page that `type` of a problem leads to. A probe, because it must answer while the settings are wrong. */
httpFunction('get-problem', 'GET /problems/{code}', { access: 'probe' }, async ({ request }) => ({
  status: 200,
  page: problemHtml(request.params.code ?? ''),
}));
