// A functions app that answers what the test says: for states of the card that the real app shows rarely or for a moment.
import { type SimulatedAnswer, serve } from '../../local/simulators/simulator.ts';

/** `answers` holds what each route says next; the last answer of a list is repeated. `calls` are `METHOD /path`, in order. */
export type StubApi = {
  url: string;
  answers: Record<string, StubAnswer[]>;
  calls: { route: string; authorization: string | undefined; body: string }[];
  close(): Promise<void>;
};

/** An answer; with `until`, not before that. */
export type StubAnswer = SimulatedAnswer & { until?: Promise<void> };

/** Starts the stub; its headers for other origins are those of the real host: `allowedOrigin` may read, nobody else. */
export async function startStubApi(allowedOrigin: () => string): Promise<StubApi> {
  const answers: StubApi['answers'] = {};
  const calls: StubApi['calls'] = [];
  const { url, close } = await serve('stub API', 0, async ({ method, path, headers: sent, body }) => {
    const headers = {
      'access-control-allow-origin': allowedOrigin(),
      'access-control-expose-headers': 'Retry-After, X-Request-Id',
      'cache-control': 'no-store',
      'x-request-id': '11111111-2222-4333-8444-555555555555',
    };
    if (method === 'OPTIONS')
      return {
        status: 204,
        headers: {
          ...headers,
          'access-control-allow-methods': 'GET, POST, DELETE',
          'access-control-allow-headers': 'authorization, content-type',
        },
      };
    const route = `${method} ${path.replace('/api', '')}`;
    calls.push({ route, authorization: sent.authorization, body });
    const queue = answers[route] ?? [];
    const next = (queue.length > 1 ? queue.shift() : queue[0]) ?? { status: 404 };
    await next.until;
    return { ...next, headers: { ...headers, ...next.headers } };
  });
  return { url: `${url}/api`, answers, calls, close };
}

/** A problem as `interface.md` §3 has it. */
export const problem = (status: number, code: string, retryAfterSeconds?: number): StubAnswer => ({
  status,
  headers: {
    'content-type': 'application/problem+json',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  },
  body: { status, code, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
});
