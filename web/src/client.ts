// The typed client: the service's calls with the customer's own token. It keeps nothing: no token, no answer.
import type { Api, ConsentLog, CurrentConsent, EndedConsent, FoundConsent, Saldo } from './api-types.ts';
import { type Answer, type Problem, readProblem } from './problem.ts';
import { isWebAddress } from './web-address.ts';

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
 * Gives the customer's person token, from wherever the bank keeps it; asked before every call, so that it is kept nowhere
 * here. `renew`: the service has refused the one given before. Nothing, or a throw: the customer is not logged in.
 */
export type GetToken = (how: { renew: boolean }) => string | null | undefined | Promise<string | null | undefined>;

export type ClientOptions = {
  /** The service's address including `/api`: https, or http on this machine. */
  apiUrl: string;
  getToken: GetToken;
  /** How long the service may take before it answers `saldo-not-ready`: 1–8 (`Prefer: wait`); 8 if left out. */
  waitSeconds?: number | undefined;
  /** When a call is given up, in milliseconds. The service itself gives up at 8 s. */
  timeoutMs?: number;
  /** For tests. */
  fetch?: typeof fetch;
};

/** A call may be ended by its `signal`; it then rejects with the signal's reason. */
export type CallOptions = { signal?: AbortSignal | undefined };

/** `docs/front-end.md` says what each is for. */
export type StudielanClient = {
  currentConsent(options?: CallOptions): Promise<Answer<CurrentConsent>>;
  /** `returnUrl`: where Altinn's round ends; it must be among the ones that the bank has allowed. */
  startConsent(returnUrl: string, options?: CallOptions): Promise<Answer<FoundConsent>>;
  endConsent(options?: CallOptions): Promise<Answer<EndedConsent>>;
  /** Newest first, 100 at a time; `before` is the last entry's `at`. */
  consentLog(before?: string, options?: CallOptions): Promise<Answer<ConsentLog>>;
  saldo(options?: CallOptions): Promise<Answer<Saldo>>;
  /** Logout: the held saldo is erased on the server. Goes on when the page is left meanwhile. */
  endSession(options?: CallOptions): Promise<Answer<undefined>>;
};

/** A call of the OpenAPI document: its method and path are checked against it, and its answer comes from there. */
type Call<Name extends keyof Api> = {
  method: Api[Name]['method'];
  path: Api[Name]['path'];
  query?: string;
  body?: Api[Name] extends { body: infer Body } ? Body : never;
  keepalive?: boolean;
};
type Success<Name extends keyof Api> = Api[Name]['answers'][keyof Api[Name]['answers'] & (200 | 201 | 204)];

/** A client for one customer's visit. Throws a `TypeError` at once for an `apiUrl` that is not https (loopback aside). */
export function createStudielanClient(options: ClientOptions): StudielanClient {
  if (!isWebAddress(options.apiUrl)) throw new TypeError('apiUrl must be https (http on loopback only).');
  const base = options.apiUrl.replace(/\/+$/, '');

  async function token(renew: boolean): Promise<string> {
    try {
      return (await options.getToken({ renew })) || '';
    } catch {
      return '';
    }
  }

  const send = (what: Call<keyof Api>, bearer: string, signal: AbortSignal) => {
    const { method, path, query = '', body, keepalive = false } = what;
    const wait = Math.trunc(options.waitSeconds ?? Number.NaN);
    const init = {
      method,
      headers: {
        authorization: `Bearer ${bearer}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(wait >= 1 && wait <= 8 ? { prefer: `wait=${wait}` } : {}),
      },
      body: body === undefined ? null : JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      keepalive,
      signal,
    } as const;
    return (options.fetch ?? fetch)(base + path + query, init);
  };

  async function call<Name extends keyof Api>(
    what: Call<Name>,
    { signal }: CallOptions = {},
  ): Promise<Answer<Success<Name>>> {
    const failed = (problem: Problem) => ({ ok: false, problem }) as const;
    const giveUp = new AbortController();
    const abort = () => giveUp.abort();
    const timer = setTimeout(abort, options.timeoutMs ?? 15_000);
    signal?.addEventListener('abort', abort);
    try {
      const first = await token(false);
      signal?.throwIfAborted();
      if (first === '') return failed({ code: 'token-missing', status: 0 });
      let answer = await send(what, first, giveUp.signal);
      if (answer.status === 401) {
        const problem = await readProblem(answer);
        // A token that ran out meanwhile: once more with a new one, if the bank has one.
        const second = problem.code === 'person-token-invalid' ? await token(true) : '';
        signal?.throwIfAborted();
        if (second === '' || second === first) return failed(problem);
        answer = await send(what, second, giveUp.signal);
      }
      if (!answer.ok) return failed(await readProblem(answer));
      return { ok: true, value: (answer.status === 204 ? undefined : await answer.json()) as Success<Name> };
    } catch {
      signal?.throwIfAborted();
      return failed({ code: 'unreachable', status: 0 });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  return {
    currentConsent: (how) => call<'getConsent'>({ method: 'GET', path: '/consents/current' }, how),
    startConsent: (returnUrl, how) =>
      call<'startConsent'>({ method: 'POST', path: '/consents', body: { returnUrl } }, how),
    endConsent: (how) => call<'endConsent'>({ method: 'DELETE', path: '/consents/current' }, how),
    consentLog: (before, how) => {
      const query = before === undefined ? '' : `?before=${encodeURIComponent(before)}`;
      return call<'getConsentLog'>({ method: 'GET', path: '/consents/log', query }, how);
    },
    saldo: (how) => call<'getSaldo'>({ method: 'GET', path: '/saldo' }, how),
    endSession: (how) => call<'logout'>({ method: 'DELETE', path: '/session', keepalive: true }, how),
  };
}
