// Eksempelbanken: the demo bank's page with the small back end that logs its customers in. Only for this machine.
import { createMiddleware } from 'hono/factory';
import { createCookieSessions } from '../simulators/kit/cookie-sessions.ts';
import { createRoutes, serve } from '../simulators/kit/simulator.ts';
import { type BankLook, readPageFiles } from './page-files.ts';
import { createSignIn, type SignedIn, type SignInAttempt } from './sign-in.ts';

/** How long a login may take, in milliseconds. */
const attemptLifeMs = 10 * 60_000;

/**
 * `apiUrl`: base of the functions app including `/api`. `loginUrl`, `clientId`: the bank's identity provider and the bank's name there.
 * `logoFile`: Lånekassen's logo, if there is a file on this machine. `cookieName`: Eksempelbanken's by default.
 */
type BankOptions = BankLook & {
  port?: number;
  apiUrl: string;
  loginUrl: string;
  clientId: string;
  logoFile?: string | undefined;
  cookieName?: string;
};

/**
 * Starts the bank page on 127.0.0.1, port 3000 by default. If the port is in use, the error names it. The identity provider must know
 * `<url>/innlogging/retur` as redirect URI and `<url>/` as post-logout redirect URI.
 */
export async function startBank(options: BankOptions): Promise<{ url: string; close(): Promise<void> }> {
  // Read again for each request, so a page that is loaded again shows what `npm run dev` has built.
  const files = () => readPageFiles(options.apiUrl, options.logoFile, options);
  const signIn = createSignIn(options.loginUrl, options.clientId);
  /** A login in progress, or a customer who is logged in. */
  const sessions = createCookieSessions<{ endsAt: number; attempt?: SignInAttempt; customer?: SignedIn }>(
    options.cookieName ?? 'eksempelbanken',
  );
  const headers = pageHeaders(new URL(options.apiUrl).origin, new URL(options.loginUrl).origin);
  const url = () => server.url;

  const routes = createRoutes();
  routes.use(async (exchange, next) => {
    for (const [name, value] of Object.entries(headers)) exchange.header(name, value);
    // Another host name for this port (localhost, or a rebound DNS name) gets only a redirect to the right one.
    if (exchange.req.header('host') !== new URL(url()).host) return exchange.redirect(`${url()}/`, 303);
    return next();
  });
  // After a failed login the browser returns to the page, which says so.
  routes.onError((error, exchange) => {
    // Only this program's and openid-client's messages: no code, no token, nothing about the customer. The rest of the error is not logged.
    console.error(`bank page: ${exchange.req.path}: ${error.message}`);
    return exchange.redirect('/?innlogging=feilet', 303);
  });
  for (const path of files().keys())
    routes.get(path, (exchange) => {
      const { contentType = '', body = '' } = files().get(path) ?? {};
      return exchange.body(body, 200, { 'content-type': contentType });
    });

  routes.get('/innlogging', async (exchange) => {
    const { attempt, url: loginPage } = await signIn.begin(`${url()}/innlogging/retur`);
    sessions.open(exchange, { attempt, endsAt: Date.now() + attemptLifeMs });
    return exchange.redirect(loginPage, 303);
  });
  routes.get('/innlogging/retur', async (exchange) => {
    const attempt = sessions.of(exchange)?.attempt;
    if (attempt === undefined) throw new Error('no login under way in this browser');
    // A login attempt can be used once, also if it fails.
    sessions.forget(exchange);
    const customer = await signIn.finish(attempt, new URL(exchange.req.url));
    sessions.open(exchange, { customer, endsAt: customer.expiresAt });
    return exchange.redirect('/', 303);
  });
  routes.get('/sesjon', ownPageOnly, (exchange) => {
    const customer = sessions.of(exchange)?.customer;
    if (customer === undefined) return exchange.body(null, 401);
    return exchange.json({ ...customer, expiresAt: new Date(customer.expiresAt).toISOString() });
  });
  routes.post('/logg-ut', ownPageOnly, async (exchange) => {
    sessions.end(exchange);
    // If the identity provider is down, the customer must not stay logged in here.
    return exchange.redirect((await signIn.endUrl(`${url()}/`).catch(() => undefined)) ?? '/', 303);
  });

  const server = await serve('the bank page', options.port ?? 3000, routes);
  return server;
}

/**
 * For the bank's own page only. Other ports of 127.0.0.1 count as the same site, so `SameSite` cookies do not keep them out; Fetch Metadata
 * does. `Origin` does not help: under `no-referrer` the page's own form sends `null`.
 */
const ownPageOnly = createMiddleware(async (exchange, next) =>
  exchange.req.header('sec-fetch-site') === 'same-origin' ? next() : exchange.body(null, 403),
);

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
      // The login's address is allowed too, because browsers apply this rule to redirects after a form, and a logout ends there.
      `form-action 'self' ${loginOrigin}`,
      // No script on the page, including the card's, makes markup from text.
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}
