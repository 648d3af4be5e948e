// Tokens without a browser, for people who try the API by hand (docs/requests.http). The customers are fictitious, and nothing
// but the local world accepts these tokens.
import type { KeyRing } from '../kit/key-ring.ts';
import type { Clock, Exchange } from '../kit/simulator.ts';
import type { TestCustomer } from '../test-customers.ts';
import { logoutClaims, personClaims, subjectOf, type TokenIssuer } from './tokens.ts';

/** `GET /test-token?name=…` and `GET /test-logout-token?name=…`: a token of the customer of that name. */
export function createTestTokens(
  customers: readonly TestCustomer[],
  keys: KeyRing,
  issuer: () => TokenIssuer,
  clock: Clock,
) {
  const withCustomer = async (exchange: Exchange, sign: (nationalId: string, now: number) => Promise<object>) => {
    exchange.header('cache-control', 'no-store');
    const name = exchange.req.query('name')?.toUpperCase();
    const customer = customers.find((one) => one.name === name);
    return customer
      ? exchange.json(await sign(customer.nationalId, Math.floor(clock() / 1000)))
      : exchange.json({ error: 'no customer of that name', names: customers.map((one) => one.name) }, 404);
  };
  return {
    /** A person token of a new login session. */
    person: (exchange: Exchange) =>
      withCustomer(exchange, async (nationalId, now) => ({
        token: await keys.sign(personClaims(issuer(), nationalId, now)),
        expiresInSeconds: issuer().lifetimeSeconds,
      })),
    /** A logout token that ends all sessions of the customer. */
    logout: (exchange: Exchange) =>
      withCustomer(exchange, async (nationalId, now) => {
        const sub = subjectOf(issuer().clientId, nationalId);
        return { logoutToken: await keys.sign(logoutClaims(issuer(), { sub }, now), { typ: 'logout+jwt' }) };
      }),
  };
}
