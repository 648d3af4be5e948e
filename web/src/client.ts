// The typed client: the service's calls with the customer's own token, or through the bank's own back end with its cookie. It
// keeps nothing: no token, no answer.
import type { AnswersOf, BodyOf, VerbOf } from './api.ts';
import type { ConsentLog, CurrentConsent, EndedConsent, FoundConsent, paths, Saldo } from './api-types.ts';
import { type Answer, type Problem, readProblem } from './problem.ts';
import { isOwnOrigin, webAddress } from './web-address.ts';

export type {
  Account,
  ConsentLog,
  CurrentConsent,
  EndedConsent,
  FoundConsent,
  Money,
  Saldo,
} from './api-types.ts';
export type { Answer, Problem } from './problem.ts';

/**
 * Returns the customer's person token (a JWT) from where the bank keeps it. The client calls it before every call and keeps no
 * token. `renew`: the service has refused the token before. If it returns nothing, or no JWT (the HTML of a login page), the
 * customer is not logged in. If it throws, or does not settle within `timeoutMs`, the problem is `unreachable`.
 */
export type GetToken = (how: { renew: boolean }) => string | null | undefined | Promise<string | null | undefined>;

export type ClientOptions = {
  /**
   * The service's address including `/api`: https, or http on this machine. In a browser it may be relative (`/api/studielan`):
   * the bank's own back end, which forwards the calls.
   */
  apiUrl: string;
  /** Not used with `credentials: 'same-origin'`. */
  getToken?: GetToken | undefined;
  /**
   * `same-origin`: the bank's back end adds the token, and finds the customer by the cookie of the page's own origin. Every call
   * then has the header `X-Studielan: 1`, which no page of another origin can send without CORS. Default `omit`: no cookie.
   */
  credentials?: 'omit' | 'same-origin' | undefined;
  /** How long the service may take before it answers `saldo-not-ready`: 1–8 (`Prefer: wait`); 8 if left out. */
  waitSeconds?: number | undefined;
  /** The longest time of a call, `getToken` included, in milliseconds; default 15 000. The service itself answers within 8 s. */
  timeoutMs?: number;
  /** For tests. */
  fetch?: typeof fetch;
};

/** `signal` aborts a call, which then rejects with the signal's reason. */
export type CallOptions = { signal?: AbortSignal | undefined };

/** `fresh`: the customer has been to Altinn, so the service reads Altinn now (`Cache-Control: no-cache`; once in ten seconds). */
export type ReadOptions = CallOptions & { fresh?: boolean | undefined };

/** `docs/front-end.md` says what each is for. */
export type StudielanClient = {
  currentConsent(options?: ReadOptions): Promise<Answer<CurrentConsent>>;
  /** `returnUrl`: where Altinn's round ends; it must be among the ones that the bank has allowed. */
  startConsent(returnUrl: string, options?: CallOptions): Promise<Answer<FoundConsent>>;
  endConsent(options?: CallOptions): Promise<Answer<EndedConsent>>;
  /** Newest first, 100 at a time; `before` is the last entry's `at`. */
  consentLog(before?: string, options?: CallOptions): Promise<Answer<ConsentLog>>;
  saldo(options?: ReadOptions): Promise<Answer<Saldo>>;
  /** Logout: the held saldo is erased on the server. The call goes on when the customer leaves the page. */
  endSession(options?: CallOptions): Promise<Answer<undefined>>;
};

/** A call of the OpenAPI document, which gives its method, its path and the type of its answer. */
type Call<Path extends keyof paths, Verb extends VerbOf<Path>> = {
  method: Uppercase<Verb & string>;
  path: Path;
  query?: string;
  body?: BodyOf<Path, Verb>;
  keepalive?: boolean;
  fresh?: boolean | undefined;
};
type Success<Path extends keyof paths, Verb extends VerbOf<Path>> = AnswersOf<Path, Verb>[keyof AnswersOf<Path, Verb> &
  (200 | 201 | 204)];

/** The same, whichever call it is. */
type Sent = Omit<Call<keyof paths, never>, 'method' | 'body'> & { method: string; body?: unknown };

/** A JWT: three parts of base64url with dots between them. The service checks the rest. */
const jwt = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * A client for one customer's visit. Throws a `TypeError` at once for an `apiUrl` that is not https (loopback aside), for one of
 * another origin with `credentials: 'same-origin'`, and without `getToken` where a token is needed.
 */
export function createStudielanClient(options: ClientOptions): StudielanClient {
  const address = webAddress(options.apiUrl);
  if (address === undefined) throw new TypeError('apiUrl must be https (http on loopback only).');
  const byCookie = options.credentials === 'same-origin';
  if (byCookie && !isOwnOrigin(address))
    throw new TypeError("credentials: 'same-origin' needs an apiUrl of the page's own origin.");
  if (!byCookie && !options.getToken) throw new TypeError('getToken is missing.');
  const base = address.replace(/\/+$/, '');

  /** The token, or an empty string for none. Rejects when the bank's own function does. */
  const token = async (renew: boolean) => {
    const given = String((await options.getToken?.({ renew })) ?? '').trim();
    return jwt.test(given) ? given : '';
  };

  const send = (what: Sent, bearer: string, signal: AbortSignal) => {
    const { method, path, query = '', body, keepalive = false, fresh = false } = what;
    const wait = Math.trunc(options.waitSeconds ?? Number.NaN);
    const init = {
      method,
      headers: {
        ...(byCookie ? { 'x-studielan': '1' } : { authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(wait >= 1 && wait <= 8 ? { prefer: `wait=${wait}` } : {}),
        ...(fresh ? { 'cache-control': 'no-cache' } : {}),
      },
      body: body === undefined ? null : JSON.stringify(body),
      // The service's answers forbid storing. The mode `no-store` would add `Cache-Control: no-cache` to every call (Fetch
      // standard, HTTP-network-or-cache fetch), and to the service that means "read Altinn now".
      cache: 'default',
      credentials: byCookie ? 'same-origin' : 'omit',
      redirect: 'error',
      keepalive,
      signal,
    } as const;
    return (options.fetch ?? fetch)(base + path + query, init);
  };

  async function call<Path extends keyof paths, Verb extends VerbOf<Path>>(
    what: Call<Path, Verb>,
    { signal }: CallOptions = {},
  ): Promise<Answer<Success<Path, Verb>>> {
    const failed = (problem: Problem) => ({ ok: false, problem }) as const;
    const giveUp = new AbortController();
    const abort = () => giveUp.abort();
    const timer = setTimeout(abort, options.timeoutMs ?? 15_000);
    signal?.addEventListener('abort', abort);
    // A `getToken` that never settles ends like a call that never does.
    const givenUp = new Promise<never>((_resolve, reject) =>
      giveUp.signal.addEventListener('abort', () => reject(giveUp.signal.reason)),
    );
    givenUp.catch(() => undefined);
    try {
      signal?.throwIfAborted();
      const first = byCookie ? '' : await Promise.race([token(false), givenUp]);
      signal?.throwIfAborted();
      if (first === '' && !byCookie) return failed({ code: 'token-missing', status: 0 });
      let answer = await send(what, first, giveUp.signal);
      if (answer.status === 401) {
        const problem = await readProblem(answer);
        // The token may have expired: the call is made once more with a new one, if the bank has one.
        const renewable = problem.code === 'person-token-invalid' && !byCookie;
        const second = renewable ? await Promise.race([token(true), givenUp]) : '';
        signal?.throwIfAborted();
        if (second === '' || second === first) return failed(problem);
        answer = await send(what, second, giveUp.signal);
      }
      if (!answer.ok) return failed(await readProblem(answer));
      return { ok: true, value: (answer.status === 204 ? undefined : await answer.json()) as Success<Path, Verb> };
    } catch {
      signal?.throwIfAborted();
      return failed({ code: 'unreachable', status: 0 });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  return {
    currentConsent: (how) =>
      call<'/consents/current', 'get'>({ method: 'GET', path: '/consents/current', fresh: how?.fresh }, how),
    startConsent: (returnUrl, how) =>
      call<'/consents', 'post'>({ method: 'POST', path: '/consents', body: { returnUrl } }, how),
    endConsent: (how) => call<'/consents/current', 'delete'>({ method: 'DELETE', path: '/consents/current' }, how),
    consentLog: (before, how) => {
      const query = before === undefined ? '' : `?before=${encodeURIComponent(before)}`;
      return call<'/consents/log', 'get'>({ method: 'GET', path: '/consents/log', query }, how);
    },
    saldo: (how) => call<'/saldo', 'get'>({ method: 'GET', path: '/saldo', fresh: how?.fresh }, how),
    endSession: (how) => call<'/session', 'delete'>({ method: 'DELETE', path: '/session', keepalive: true }, how),
  };
}
