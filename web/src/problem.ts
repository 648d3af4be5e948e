import type { Problem as ApiProblem } from './api-types.ts';

/**
 * Why a call came to nothing. `code` is one of the service's (`docs/problems`), or one of the client's own: `unreachable`
 * (no answer, or none that can be read), `token-missing` (`getToken` gave none; nothing was sent).
 */
export type Problem = {
  code: ApiProblem['code'] | 'unreachable' | 'token-missing';
  /** HTTP status; 0 for the client's own. */
  status: number;
  /** What the bank's platform team finds the call by. */
  requestId?: string;
  /** Not to be asked again sooner; from the body, else from the header. */
  retryAfterSeconds?: number;
};

/** What a call came to. Nothing is thrown but at an abort. */
export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** Reads an answer that is not 2xx (RFC 9457); one without a code of ours, such as a proxy's, becomes `unreachable`. */
export async function readProblem(answer: Response): Promise<Problem> {
  const body = ((await answer.json().catch(() => undefined)) ?? {}) as Record<string, unknown>;
  const seconds = Number(body.retryAfterSeconds ?? answer.headers.get('retry-after') ?? Number.NaN);
  const requestId = answer.headers.get('x-request-id') ?? String(body.instance ?? '').replace(/^urn:uuid:/, '');
  return {
    // One that is not in the document yet is handed on as it is.
    code: typeof body.code === 'string' ? (body.code as Problem['code']) : 'unreachable',
    status: answer.status,
    ...(requestId ? { requestId } : {}),
    ...(Number.isFinite(seconds) ? { retryAfterSeconds: Math.max(0, seconds) } : {}),
  };
}
