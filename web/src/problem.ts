import type { Problem as ApiProblem } from './api-types.ts';

/**
 * Why a call failed. `code` is one of the service's (`docs/problems`), or one of the client's own: `unreachable` (no answer, or
 * none that can be read), `token-missing` (`getToken` returned none, and nothing was sent).
 */
export type Problem = {
  code: ApiProblem['code'] | 'unreachable' | 'token-missing';
  /** HTTP status; 0 for the client's own. */
  status: number;
  /** The id by which the bank's platform team finds the call. */
  requestId?: string;
  /** Seconds before the next call may be made; from the body, or from the header. */
  retryAfterSeconds?: number;
};

/** The result of a call. It throws only when it is aborted. */
export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** Reads an answer that is not 2xx (RFC 9457); one without a code of ours, such as a proxy's, becomes `unreachable`. */
export async function readProblem(answer: Response): Promise<Problem> {
  const body = ((await answer.json().catch(() => undefined)) ?? {}) as Record<string, unknown>;
  const seconds = Number(body.retryAfterSeconds ?? answer.headers.get('retry-after') ?? Number.NaN);
  const requestId = answer.headers.get('x-request-id') ?? String(body.instance ?? '').replace(/^urn:uuid:/, '');
  return {
    // A code that is newer than this card is returned as it is.
    code: typeof body.code === 'string' ? (body.code as Problem['code']) : 'unreachable',
    status: answer.status,
    ...(requestId ? { requestId } : {}),
    ...(Number.isFinite(seconds) ? { retryAfterSeconds: Math.max(0, seconds) } : {}),
  };
}
