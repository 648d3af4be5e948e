import { problems } from '../problem-catalogue.ts';
import type { ProblemError } from '../problems.ts';
import type { ProblemBody } from './answers.ts';

/**
 * The body for one occurrence; cause, fault and stack stay behind. `type` is the address of the problem's page, which the app
 * serves (`docs/decisions/0009-problem-links.md`). `publicBaseUrl` is PUBLIC_BASE_URL; when it is empty, `type` is relative.
 */
export function problemBody(problem: ProblemError, requestId: string, publicBaseUrl: string): ProblemBody {
  return {
    type: `${publicBaseUrl}/api/problems/${problem.code}`,
    title: problems[problem.code].title,
    status: problem.status,
    code: problem.code,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    instance: `urn:uuid:${requestId}`,
    ...(problem.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: problem.retryAfterSeconds }),
    ...(problem.consentState === undefined ? {} : { consent: { state: problem.consentState } }),
  };
}
