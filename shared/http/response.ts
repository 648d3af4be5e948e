import type { HttpResponseInit } from '@azure/functions';
import { problems } from '../problem-catalogue.ts';
import type { ProblemError } from '../problems.ts';
import type { ProblemBody } from './answers.ts';

/** What a handler answers: JSON with a status, a public HTML page, a redirect, or nothing (204; 304 for what the caller has already). */
export type Answer =
  | { status: 200 | 201 | 503; body: object; etag?: string }
  | { status: 200 | 404; page: string }
  | { status: 204 }
  | { status: 303; location: string }
  | { status: 304; etag: string };

/** The headers of every answer (`docs/contracts/interface.md` §1). */
export const commonHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Without this a script of another origin cannot read them.
  'access-control-expose-headers': 'Retry-After, X-Request-Id',
};

/** A page that is the same for everyone. Any cache may keep it for an hour. It loads and runs nothing, and cannot be framed. */
const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'public, max-age=3600',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** A page of one browser's one visit. */
const unkept = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

/** The response to what a handler answers. */
export function toResponse(answer: Answer): HttpResponseInit {
  // The callback's address carries `state`, which no other page may learn.
  if (answer.status === 303)
    return { status: 303, headers: { location: answer.location, 'referrer-policy': 'no-referrer' } };
  if (answer.status === 204) return { status: 204 };
  if ('page' in answer)
    return {
      status: answer.status,
      body: answer.page,
      headers: answer.status === 200 ? pageHeaders : { ...pageHeaders, ...unkept },
    };
  const headers = 'etag' in answer && answer.etag !== undefined ? { etag: answer.etag } : {};
  if (answer.status === 304) return { status: 304, headers };
  return { status: answer.status, jsonBody: answer.body, headers };
}

/** The response to a problem. `publicBaseUrl`: as `problemBody` takes it. */
export function problemResponse(problem: ProblemError, requestId: string, publicBaseUrl: string): HttpResponseInit {
  return {
    status: problem.status,
    body: JSON.stringify(problemBody(problem, requestId, publicBaseUrl)),
    headers: {
      'content-type': 'application/problem+json',
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      ...(problem.retryAfterSeconds === undefined ? {} : { 'retry-after': String(problem.retryAfterSeconds) }),
    },
  };
}

/** The response with the headers of every answer. `appliedWait`: the wait that the caller asked for and got, seconds. */
export function withCommonHeaders(
  response: HttpResponseInit,
  requestId: string,
  appliedWait: number | undefined,
): HttpResponseInit {
  const preference = appliedWait === undefined ? {} : { 'preference-applied': `wait=${appliedWait}` };
  return { ...response, headers: { ...commonHeaders, 'x-request-id': requestId, ...preference, ...response.headers } };
}

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
