// Tokens without a browser, for people who try the API by hand (docs/requests.http). The customers are fictitious, and nothing
// but the local world believes in these tokens.
import type { Clock, SimulatedAnswer, SimulatedRequest } from '../kit/simulator.ts';
import type { TestCustomer } from '../test-customers.ts';
import type { SigningKeys } from './keys.ts';
import { logoutClaims, personClaims, subjectOf, type TokenIssuer } from './tokens.ts';

/** `GET /test-token?name=…` and `GET /test-logout-token?name=…`: a token of the customer of that name. */
export function createTestTokens(
  customers: readonly TestCustomer[],
  keys: SigningKeys,
  issuer: () => TokenIssuer,
  clock: Clock,
) {
  const answer = (status: number, body: object): SimulatedAnswer => ({
    status,
    headers: { 'cache-control': 'no-store' },
    body,
  });
  const withCustomer = async (
    request: SimulatedRequest,
    sign: (nationalId: string, now: number) => Promise<object>,
  ) => {
    const name = request.query.get('name')?.toUpperCase();
    const customer = customers.find((one) => one.name === name);
    return customer
      ? answer(200, await sign(customer.nationalId, Math.floor(clock() / 1000)))
      : answer(404, { error: 'no customer of that name', names: customers.map((one) => one.name) });
  };
  return {
    /** A person token of a new login session. */
    person: (request: SimulatedRequest) =>
      withCustomer(request, async (nationalId, now) => ({
        token: await keys.sign(personClaims(issuer(), nationalId, now)),
        expiresInSeconds: issuer().lifetimeSeconds,
      })),
    /** A logout token that ends all sessions of the customer. */
    logout: (request: SimulatedRequest) =>
      withCustomer(request, async (nationalId, now) => {
        const sub = subjectOf(issuer().clientId, nationalId);
        return { logoutToken: await keys.sign(logoutClaims(issuer(), { sub }, now), { typ: 'logout+jwt' }) };
      }),
  };
}
