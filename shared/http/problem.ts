import { type ProblemError, problems } from '../problems.ts';
import type { ProblemBody } from './answers.ts';

/** Where each problem is explained: `type` is this and `<code>.md`. The address is the project's future home: `docs/decisions/0009-problem-links.md`. */
export const documentation = 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/';

/** The body for one occurrence; cause, fault and stack stay behind. */
export function problemBody(problem: ProblemError, requestId: string): ProblemBody {
  return {
    type: `${documentation}${problem.code}.md`,
    title: problems[problem.code].title,
    status: problem.status,
    code: problem.code,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    instance: `urn:uuid:${requestId}`,
    ...(problem.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: problem.retryAfterSeconds }),
    ...(problem.consentState === undefined ? {} : { consent: { state: problem.consentState } }),
  };
}
