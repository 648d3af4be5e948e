// /authorize and /token of the identity provider: OpenID Connect Core 1.0 §3.1, with PKCE (RFC 7636) in place of a client
// secret, because the client is a page in the browser.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createBrowserSessions } from '../kit/html.ts';
import type { Clock, Exchange } from '../kit/simulator.ts';
import type { TestCustomer } from '../test-customers.ts';
import {
  type AuthorizeRequest,
  type RegisteredClient,
  readAuthorizeRequest,
  withParameters,
} from './authorize-request.ts';
import { choicePage, messagePage } from './pages.ts';
import type { Tokens } from './tokens.ts';

const codeLifetimeMs = 60_000;

/** The two endpoints. `issuer` is a function, because the address is known only once the server runs. */
export function createCodeFlow(
  client: RegisteredClient,
  customers: readonly TestCustomer[],
  tokens: Tokens,
  issuer: () => string,
  clock: Clock,
) {
  const sessions = createBrowserSessions<never>(`bank_login_${client.clientId}`);
  const codes = new Map<string, { asked: AuthorizeRequest; customer: TestCustomer; expiresAt: number }>();
  const choices = customers.map((customer) => ({ ...customer, subject: tokens.subjectOf(customer.nationalId) }));

  /** GET shows the customers. POST, with the same query and the form's token, returns the code. */
  async function authorize(exchange: Exchange): Promise<Response> {
    exchange.header('cache-control', 'no-store');
    const query = new URL(exchange.req.url).searchParams;
    const asked = readAuthorizeRequest(query, client);
    if ('error' in asked) {
      const { error, description, redirectUri, state } = asked;
      if (redirectUri === undefined) return messagePage(exchange, 400, 'Innloggingen kan ikke starte', description);
      return exchange.redirect(withParameters(redirectUri, { error, error_description: description, state }));
    }
    const { redirect_uri: redirectUri, state } = asked;
    const session = sessions.of(exchange);
    if (exchange.req.method === 'GET')
      return choicePage(exchange, { session, action: `/authorize?${query}`, redirectUri, choices });
    const form = await sessions.formOf(exchange, session);
    const customer = choices.find(({ subject }) => subject === form?.get('customer'));
    if (!customer)
      return messagePage(exchange, 403, 'Skjemaet er ikke gyldig', 'Gå tilbake, last siden på nytt og prøv igjen.');
    const code = randomBytes(32).toString('base64url');
    codes.set(code, { asked, customer, expiresAt: clock() + codeLifetimeMs });
    return exchange.redirect(withParameters(redirectUri, { code, state, iss: issuer() }));
  }

  /** Returns person token and id token for a code and its verifier, once. */
  async function token(exchange: Exchange): Promise<Response> {
    exchange.header('cache-control', 'no-store');
    const refusal = (error: string) => exchange.json({ error }, 400);
    if (!/^application\/x-www-form-urlencoded\b/i.test(exchange.req.header('content-type') ?? ''))
      return refusal('invalid_request');
    const form = new URLSearchParams(await exchange.req.text());
    if (form.get('grant_type') !== 'authorization_code') return refusal('unsupported_grant_type');
    if (form.get('client_id') !== client.clientId) return refusal('invalid_client');
    const code = form.get('code') ?? '';
    const login = codes.get(code);
    // The first attempt uses the code up, even if it fails.
    codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isGranted =
      login !== undefined &&
      login.expiresAt > clock() &&
      login.asked.redirect_uri === form.get('redirect_uri') &&
      login.asked.code_challenge === challenge;
    if (!isGranted) return refusal('invalid_grant');
    const sid = randomUUID();
    return exchange.json({
      access_token: await tokens.person(login.customer.nationalId, { sid }),
      token_type: 'Bearer',
      expires_in: tokens.lifetimeSeconds,
      scope: 'openid',
      id_token: await tokens.id(login.customer, sid, login.asked.nonce),
    });
  }

  return { authorize, token };
}
