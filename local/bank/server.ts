// Eksempelbanken: the demo bank's page with the small back end that logs its customers in. Only for this machine.
import { type SimulatedAnswer, type SimulatedRequest, serve } from '../simulators/kit/simulator.ts';
import { BankSessions } from './bank-sessions.ts';
import { readPageFiles } from './page-files.ts';
import { createSignIn } from './sign-in.ts';

/**
 * `apiUrl`: base of the functions app including `/api`. `loginUrl`, `clientId`: the bank's identity provider and the
 * bank's name there. `url`: the page's address if it isn't `http://127.0.0.1:<port>`. `port` 0 takes a free one.
 * `logoFile`: Lånekassen's logo, if there is one on this machine.
 */
export type BankOptions = {
  port?: number;
  apiUrl: string;
  loginUrl: string;
  clientId: string;
  url?: string;
  logoFile?: string | undefined;
};

/**
 * Starts the bank page on 127.0.0.1, port 3000 unless another is named; the error names a taken port. The identity
 * provider must know `<url>/innlogging/retur` as redirect URI and `<url>/` as post-logout redirect URI.
 */
export async function startBank(options: BankOptions): Promise<{ url: string; close(): Promise<void> }> {
  const files = readPageFiles(options.apiUrl, options.logoFile);
  const signIn = createSignIn(options.loginUrl, options.clientId);
  const sessions = new BankSessions();
  const headers = pageHeaders(new URL(options.apiUrl).origin, new URL(options.loginUrl).origin);
  let url = options.url ?? '';
  const redirectUri = () => `${url}/innlogging/retur`;

  const routes: Record<string, (request: SimulatedRequest) => Promise<SimulatedAnswer> | SimulatedAnswer> = {
    'GET /innlogging': async () => {
      const { attempt, url: loginPage } = await signIn.begin(redirectUri());
      return { status: 303, headers: { location: loginPage, 'set-cookie': sessions.open({ attempt }) } };
    },

    'GET /innlogging/retur': async ({ headers: sent, query }) => {
      const attempt = sessions.takeAttempt(sent.cookie);
      if (attempt === undefined) throw new Error('no login under way in this browser');
      const customer = await signIn.finish(attempt, query, redirectUri());
      return { status: 303, headers: { location: '/', 'set-cookie': sessions.open({ customer }) } };
    },

    'GET /sesjon': (request) => {
      if (!isFromOwnPage(request)) return { status: 403 };
      const customer = sessions.customer(request.headers.cookie);
      if (customer === undefined) return { status: 401 };
      return { status: 200, body: { ...customer, expiresAt: new Date(customer.expiresAt).toISOString() } };
    },

    'POST /logg-ut': async (request) => {
      if (!isFromOwnPage(request)) return { status: 403 };
      const removal = sessions.end(request.headers.cookie);
      // An identity provider that is down must not keep the customer logged in here.
      const location = (await signIn.endUrl(`${url}/`).catch(() => undefined)) ?? '/';
      return { status: 303, headers: { location, 'set-cookie': removal } };
    },
  };

  const server = await serve('the bank page', options.port ?? 3000, async (request) => {
    // Another host name for this port (localhost, or a rebound DNS name) gets nothing but the way to the right one.
    if (request.headers.host !== new URL(url).host)
      return { status: 303, headers: { ...headers, location: `${url}/` } };
    const file = request.method === 'GET' ? files.get(request.path) : undefined;
    if (file) return { status: 200, headers: { ...headers, 'content-type': file.contentType }, body: file.body };
    const route = routes[`${request.method} ${request.path}`];
    if (route === undefined) return { status: 404, headers };
    try {
      const answer = await route(request);
      return { ...answer, headers: { ...headers, ...answer.headers } };
    } catch (error) {
      // Only our own words and status numbers are in these messages: no code, no token, nothing of the customer.
      console.error(`bank page: ${request.path}: ${error instanceof Error ? error.message : 'failed'}`);
      return { status: 303, headers: { ...headers, location: '/?innlogging=feilet' } };
    }
  });
  url ||= server.url;
  return { url, close: server.close };
}

/**
 * True for a call made by the bank's own page. Other ports of 127.0.0.1 count as the same site, so `SameSite` cookies do
 * not keep them out; Fetch Metadata does. `Origin` is no help: under `no-referrer` a form of our own sends `null`.
 */
const isFromOwnPage = ({ headers }: SimulatedRequest) => headers['sec-fetch-site'] === 'same-origin';

function pageHeaders(apiOrigin: string, loginOrigin: string): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `connect-src 'self' ${apiOrigin}`,
      "img-src 'self' data:",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      // The login's address too: browsers hold redirects after a form to this, and logging out ends there.
      `form-action 'self' ${loginOrigin}`,
      // No script here, the card's included, makes markup out of text.
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}
