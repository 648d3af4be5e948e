// Tokens without a browser, for people who try the API by hand (docs/requests.http). The customers are fictitious, and nothing
// but the local world accepts these tokens.
import type { Exchange } from '../kit/simulator.ts';
import type { TestCustomer } from '../test-customers.ts';
import type { Tokens } from './tokens.ts';

/** `GET /test-token?name=…` and `GET /test-logout-token?name=…`: a token of the customer of that name. */
export function createTestTokens(customers: readonly TestCustomer[], tokens: Tokens) {
  const withCustomer = (answer: (nationalId: string) => Promise<object>) => async (exchange: Exchange) => {
    exchange.header('cache-control', 'no-store');
    const name = exchange.req.query('name')?.toUpperCase();
    const customer = customers.find((one) => one.name === name);
    return customer
      ? exchange.json(await answer(customer.nationalId))
      : exchange.json({ error: 'no customer of that name', names: customers.map((one) => one.name) }, 404);
  };
  return {
    /** A person token of a new login session. */
    person: withCustomer(async (nationalId) => ({
      token: await tokens.person(nationalId),
      expiresInSeconds: tokens.lifetimeSeconds,
    })),
    /** A logout token that ends all sessions of the customer. */
    logout: withCustomer(async (nationalId) => ({
      logoutToken: await tokens.logout({ sub: tokens.subjectOf(nationalId) }),
    })),
  };
}
