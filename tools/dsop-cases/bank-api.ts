import { randomUUID } from 'node:crypto';
import type { ApiCall } from './evidence.ts';

/** An answer of our API, and what the report keeps of it. */
export type Answer = { status: number; body: Record<string, unknown>; seen: ApiCall };

/** Calls our API as a bank's front end does. `path` begins behind `/api`. */
export type BankApi = (method: string, path: string, token: string, body?: object) => Promise<Answer>;

/** How long an answer may take, milliseconds: longer than the program's own limit. */
const timeoutMs = 15_000;

/** The API at `apiUrl` (with `/api`). A call that gets no answer counts as status 0. */
export function createBankApi(apiUrl: string): BankApi {
  return async (method, path, token, body) => {
    const requestId = randomUUID();
    const call = `${method} ${path}`;
    try {
      const reply = await fetch(`${apiUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'x-request-id': requestId,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await reply.text();
      const answer = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
      const { code } = answer;
      return {
        status: reply.status,
        body: answer,
        seen: { call, status: reply.status, ...(typeof code === 'string' ? { code } : {}), requestId },
      };
    } catch {
      return { status: 0, body: {}, seen: { call, status: 0, code: 'no answer', requestId } };
    }
  };
}
