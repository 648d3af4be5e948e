// A functions app that answers as the test says, for states of the card that the real app shows rarely or briefly.
import { type StubAnswer as PlainAnswer, serveStub } from '../stub-server.ts';

/** `answers` has the next answers of each route; the last answer of a list is repeated. `calls` are `METHOD /path`, in order. */
export type StubApi = {
  url: string;
  answers: Record<string, StubAnswer[]>;
  calls: {
    route: string;
    authorization: string | undefined;
    prefer: string | undefined;
    cacheControl: string | undefined;
    body: string;
  }[];
  count(route: string): number;
  close(): Promise<void>;
};

/** An answer. With `until` it is sent only after that. */
export type StubAnswer = PlainAnswer & { until?: Promise<void> };

/** Starts the stub. Its headers for other origins are those of the real host: only `allowedOrigin` may read. */
export async function startStubApi(allowedOrigin: () => string): Promise<StubApi> {
  const answers: StubApi['answers'] = {};
  const calls: StubApi['calls'] = [];
  const { url, close } = await serveStub('stub API', 0, async ({ method, path, headers: sent, body }) => {
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
          'access-control-allow-headers': 'authorization, cache-control, content-type, prefer',
        },
      };
    const route = `${method} ${path.replace('/api', '')}`;
    calls.push({
      route,
      authorization: sent.authorization,
      prefer: sent.prefer?.toString(),
      cacheControl: sent['cache-control'],
      body,
    });
    const queue = answers[route] ?? [];
    const next = (queue.length > 1 ? queue.shift() : queue[0]) ?? { status: 404 };
    await next.until;
    // What a client sees of a connection that ends: an answer that CORS does not let it read.
    if (next.status === 0) return { status: 503 };
    return { ...next, headers: { ...headers, ...next.headers } };
  });
  const count = (route: string) => calls.filter((call) => call.route === route).length;
  return { url: `${url}/api`, answers, calls, count, close };
}

/** A problem in the form of `docs/contracts/interface.md` §3. */
export const problem = (status: number, code: string, retryAfterSeconds?: number): StubAnswer => ({
  status,
  headers: {
    'content-type': 'application/problem+json',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  },
  body: { status, code, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
});

const day = 86_400_000;

/** An instant the given number of days from now. */
export const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString();

/** `GET /saldo` with these accounts. `consent` changes its part of the answer, `fetchedAt` the time. */
export const saldo = (
  total: string,
  accounts: [type: string, name: string, amount: string][],
  {
    consent = {},
    fetchedAt = new Date().toISOString(),
    heldUntil = inDays(1 / 24),
  }: { consent?: object; fetchedAt?: string; heldUntil?: string } = {},
): StubAnswer => ({
  status: 200,
  body: {
    total: { amount: total, currency: 'NOK' },
    accounts: accounts.map(([type, name, amount]) => ({
      type,
      name,
      balance: { amount, currency: 'NOK' },
      lastChangedAt: '2026-10-15T22:30:00.307Z',
    })),
    fetchedAt,
    heldUntil,
    source: { name: 'Lånekassen', logoRequired: true },
    consent: {
      validTo: '2027-06-30T20:00:00Z',
      renewFrom: inDays(100),
      withdrawUrl: 'https://altinn.invalid/active',
      ...consent,
    },
  },
});

/** `GET`, `POST` or `DELETE` of the consent. An accepted consent has its `withdrawUrl`, as in the service. */
export const consent = (state: string, more = {}): StubAnswer => ({
  status: 200,
  body: { state, ...(state === 'accepted' ? { withdrawUrl: 'https://altinn.invalid/active' } : {}), ...more },
});

/** One loan and nothing else. */
export const oneLoan = saldo('250100.50', [['lan', 'Lån', '250100.50']]);

/** All four accounts of the contract. */
export const allAccounts: [string, string, string][] = [
  ['lan', 'Lån', '1198979.70'],
  ['renter', 'Renter', '1337.62'],
  ['gebyr', 'Gebyr', '590.00'],
  ['omkostninger', 'Omkostninger', '3410.75'],
];
