// /authorize and /token of the identity provider: OpenID Connect Core 1.0 §3.1, with PKCE (RFC 7636) in place of a client
// secret, since the client is a page in the browser.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createBrowserSessions } from '../kit/html.ts';
import type { Clock, SimulatedAnswer, SimulatedRequest } from '../kit/simulator.ts';
import type { TestCustomer } from '../test-customers.ts';
import { type RegisteredClient, readAuthorizeRequest, withParameters } from './authorize-request.ts';
import type { SigningKeys } from './keys.ts';
import { choicePage, messagePage } from './pages.ts';
import { idClaims, personClaims, subjectOf, type TokenIssuer } from './tokens.ts';

type Code = {
  customer: TestCustomer;
  redirectUri: string;
  nonce: string | undefined;
  codeChallenge: string;
  expiresAt: number;
};

const codeLifetimeMs = 60_000;

function found(location: string): SimulatedAnswer {
  return { status: 302, headers: { location, 'cache-control': 'no-store' } };
}

function refusal(error: string): SimulatedAnswer {
  return { status: 400, headers: { 'cache-control': 'no-store' }, body: { error } };
}

/** The two endpoints. `issuer` is asked for at each use, since the address is known only once the server runs. */
export function createCodeFlow(
  client: RegisteredClient,
  customers: readonly TestCustomer[],
  keys: SigningKeys,
  issuer: () => TokenIssuer,
  clock: Clock,
) {
  const sessions = createBrowserSessions<never>('bank_login_simulator');
  const codes = new Map<string, Code>();
  const choices = customers.map((customer) => ({
    subject: subjectOf(client.clientId, customer.nationalId),
    name: customer.name,
    case: customer.case,
  }));

  /** GET shows the customers; POST, with the same query and the form's token, gives the code. */
  function authorize(request: SimulatedRequest): SimulatedAnswer {
    const wanted = readAuthorizeRequest(request.query, client);
    if ('error' in wanted) {
      const { error, description, redirectUri, state } = wanted;
      if (redirectUri === undefined) return messagePage(400, 'Innloggingen kan ikke starte', description);
      return found(withParameters(redirectUri, { error, error_description: description, state }));
    }
    const { session, setCookie } = sessions.of(request);
    if (request.method === 'GET') {
      return choicePage({
        csrf: session.csrf,
        action: `/authorize?${request.query}`,
        redirectUri: wanted.redirectUri,
        choices,
        ...(setCookie === undefined ? {} : { setCookie }),
      });
    }
    const form = sessions.formOf(request, session);
    const customer = customers[choices.findIndex(({ subject }) => subject === form?.get('customer'))];
    if (!form || !customer) {
      return messagePage(403, 'Skjemaet er ikke gyldig', 'Gå tilbake, last siden på nytt og prøv igjen.');
    }
    const code = randomBytes(32).toString('base64url');
    const { redirectUri, nonce, codeChallenge, state } = wanted;
    codes.set(code, { customer, redirectUri, nonce, codeChallenge, expiresAt: clock() + codeLifetimeMs });
    return found(withParameters(redirectUri, { code, state, iss: issuer().issuer }));
  }

  async function token(request: SimulatedRequest): Promise<SimulatedAnswer> {
    if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '')) {
      return refusal('invalid_request');
    }
    const form = new URLSearchParams(request.body);
    if (form.get('grant_type') !== 'authorization_code') return refusal('unsupported_grant_type');
    if (form.get('client_id') !== client.clientId) return refusal('invalid_client');
    const code = form.get('code') ?? '';
    const login = codes.get(code);
    // Used up by the first attempt, a failed one too.
    codes.delete(code);
    const verifier = form.get('code_verifier') ?? '';
    const isGranted =
      login !== undefined &&
      login.expiresAt > clock() &&
      login.redirectUri === form.get('redirect_uri') &&
      login.codeChallenge === createHash('sha256').update(verifier).digest('base64url');
    if (!isGranted) return refusal('invalid_grant');

    const by = issuer();
    const sid = randomUUID();
    const now = Math.floor(clock() / 1000);
    return {
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: {
        access_token: await keys.sign(personClaims(by, login.customer.nationalId, now, { sid })),
        token_type: 'Bearer',
        expires_in: by.lifetimeSeconds,
        scope: 'openid',
        id_token: await keys.sign(idClaims(by, login.customer, { sid, nonce: login.nonce }, now)),
      },
    };
  }

  return { authorize, token };
}
