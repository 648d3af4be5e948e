import { type ProblemError, problems } from '../problems.ts';

/** Where each problem is explained. The address is the project's future home: `docs/decisions/0009-problem-links.md`. */
const documentation = 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/';

/** The body of a problem as RFC 9457 has it, with our members (`../shared/interface.md` §3). */
export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  instance: string;
  retryAfterSeconds?: number;
  consent?: { state: string };
};

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
