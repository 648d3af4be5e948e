// The bank's own identity provider: OpenID Connect code flow with PKCE, and the tokens that say who calls.
import { cors } from 'hono/cors';
import { decodeJwt } from 'jose';
import { createKeyRing } from '../kit/key-ring.ts';
import { createRoutes, type Exchange, type SimulatorOptions, serve } from '../kit/simulator.ts';
import { type TestCustomer, testCustomers } from '../test-customers.ts';
import { withParameters } from './authorize-request.ts';
import { createCodeFlow } from './code-flow.ts';
import { messagePage } from './pages.ts';
import { createTokens } from './tokens.ts';

/** Settings of the simulated identity provider. `audience` is `aud` of the person token. */
export type BankLoginOptions = SimulatorOptions & {
  clientId: string;
  audience: string;
  redirectUris: readonly string[];
  /** Addresses to which a logout may redirect; none by default. */
  postLogoutRedirectUris?: readonly string[];
  /** The client's address for logout tokens; by default none are sent. */
  backChannelLogoutUri?: string;
  /** Origins whose pages may fetch a test token (`/test-token`); default none. */
  testTokenOrigins?: readonly string[];
  customers?: readonly TestCustomer[];
  /** Life of person token and id token; default 600. */
  tokenLifetimeSeconds?: number;
};

/** Reads the audience of an id token that is only a hint, so an unreadable token is no hint. */
function audienceOf(hint: string): unknown {
  try {
    return decodeJwt(hint).aud;
  } catch {
    return undefined;
  }
}

function metadata(url: string): Record<string, unknown> {
  return {
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    end_session_endpoint: `${url}/logout`,
    jwks_uri: `${url}/jwks`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    scopes_supported: ['openid'],
    authorization_response_iss_parameter_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  };
}

/** Starts the identity provider on 127.0.0.1. No login is remembered there: the customer is chosen at each login. */
export async function startBankLogin(options: BankLoginOptions) {
  const { clock = Date.now, clientId, redirectUris, customers = testCustomers, backChannelLogoutUri } = options;
  const keys = await createKeyRing();
  const backChannelAnswers: number[] = [];

  const issuer = (): string => running.url;
  const tokens = createTokens(keys, options, issuer, clock);
  const flow = createCodeFlow(options, customers, tokens, issuer, clock);

  /**
   * Reports a logout to the client, if the id token says which login session ends (Back-Channel Logout 1.0 §2.5). The logout continues
   * without an answer.
   */
  async function endSession(hint: string): Promise<void> {
    const session = await tokens.sessionOf(hint);
    if (!session || !backChannelLogoutUri) return;
    const body = new URLSearchParams({ logout_token: await tokens.logout(session) });
    const sent = fetch(backChannelLogoutUri, { method: 'POST', body, signal: AbortSignal.timeout(5000) });
    backChannelAnswers.push(
      await sent.then(
        ({ status }) => status,
        () => 0,
      ),
    );
  }

  /** A token of the customer named in `?name=`, without a browser, for people who try the API by hand (docs/requests.http). */
  const forNamed = (answer: (nationalId: string) => Promise<object>) => async (exchange: Exchange) => {
    exchange.header('cache-control', 'no-store');
    const name = exchange.req.query('name')?.toUpperCase();
    const customer = customers.find((one) => one.name === name);
    return customer
      ? exchange.json(await answer(customer.nationalId))
      : exchange.json({ error: 'no customer of that name', names: customers.map((one) => one.name) }, 404);
  };
  const testToken = forNamed(async (nationalId) => ({
    token: await tokens.person(nationalId),
    expiresInSeconds: tokens.lifetimeSeconds,
  }));
  const testLogoutToken = forNamed(async (nationalId) => ({
    logoutToken: await tokens.logout({ sub: tokens.subjectOf(nationalId) }),
  }));

  /** OpenID Connect RP-Initiated Logout 1.0. */
  async function logout(exchange: Exchange): Promise<Response> {
    const { req } = exchange;
    const given = req.method === 'POST' ? new URLSearchParams(await req.text()) : new URL(req.url).searchParams;
    const redirectUri = given.get('post_logout_redirect_uri');
    const hint = given.get('id_token_hint');
    if (hint !== null) await endSession(hint);
    if (redirectUri === null) return messagePage(exchange, 200, 'Du er logget ut', 'Du kan lukke vinduet.');
    const isOurs = given.get('client_id') === clientId || (hint !== null && audienceOf(hint) === clientId);
    if (!isOurs || !(options.postLogoutRedirectUris ?? []).includes(redirectUri))
      return messagePage(exchange, 400, 'Ugyldig utlogging', 'Adressen for retur er ikke registrert.');
    exchange.header('cache-control', 'no-store');
    return exchange.redirect(withParameters(redirectUri, { state: given.get('state') ?? undefined }));
  }

  // The client may be a script of the bank's page on another origin. A developer's page gets test tokens and nothing else.
  const mayRead = (origins: readonly string[]) =>
    cors({ origin: (origin) => (origins.includes(origin) ? origin : null), allowMethods: [], credentials: false });
  const ofBank = mayRead(redirectUris.filter((uri) => /^https?:/.test(uri)).map((uri) => new URL(uri).origin));

  const routes = createRoutes();
  routes.get('/.well-known/openid-configuration', ofBank, () => Response.json(metadata(running.url)));
  routes.get('/jwks', ofBank, () => Response.json({ keys: keys.published() }));
  routes.on(['GET', 'POST'], '/authorize', flow.authorize);
  routes.post('/token', ofBank, flow.token);
  routes.on(['GET', 'POST'], '/logout', logout);
  routes.get('/test-token', mayRead(options.testTokenOrigins ?? []), testToken);
  routes.get('/test-logout-token', testLogoutToken);
  const running = await serve('bank login', options.port ?? 0, routes);

  return {
    ...running,
    control: {
      /** A person token without the browser; a new `sid` unless one is given. */
      login: tokens.person,
      /** Signs exactly these claims. */
      sign: keys.sign,
      /** A logout token for the client. */
      logoutToken: tokens.logout,
      /** `sub` of a customer, as in the tokens. */
      subjectOf: tokens.subjectOf,
      /** The client's answers to the logout tokens, as statuses; 0: no answer. */
      backChannelAnswers: () => [...backChannelAnswers],
      /** A new key signs from now on; the earlier ones stay published unless `forgetOld`. */
      rotateKey: (forgetOld = false) => keys.rotate(!forgetOld),
    },
  };
}
