// Searches for data that must never be written: in log lines, and in clear in table rows.
import { TableClient, TableServiceClient } from '@azure/data-tables';
import { type TestCustomer, testCustomers } from '../../local/simulators/test-customers.ts';
import type { World } from '../../local/test-world.ts';

/** Every row of every table, as JSON lines, by table. */
export async function allRows(connectionString: string): Promise<Map<string, string[]>> {
  const options = { allowInsecureConnection: true };
  const rows = new Map<string, string[]>();
  for await (const { name } of TableServiceClient.fromConnectionString(connectionString, options).listTables()) {
    if (name === undefined) continue;
    const lines: string[] = [];
    for await (const row of TableClient.fromConnectionString(connectionString, name, options).listEntities())
      lines.push(JSON.stringify(row));
    rows.set(name, lines);
  }
  return rows;
}

/** What a text must not contain, by a name that may be shown if it does. */
export type Secrets = Map<string, RegExp>;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const exactly = (text: string) => new RegExp(escaped(text));

/** The ways to write an amount: with decimal point or comma, and in øre. Not inside a longer number, a time of day, a UUID or base64. */
function amountPatterns(customer: TestCustomer): [string, RegExp][] {
  const ore = (customer.accounts ?? []).map(({ amount }) => Math.round(Number(amount) * 100));
  const total = ore.reduce((sum, one) => sum + one, 0);
  return [...ore, total]
    .filter((one) => Math.abs(one) >= 5000)
    .map((one) => {
      const kroner = String(Math.trunc(Math.abs(one) / 100));
      const rest = String(Math.abs(one) % 100).padStart(2, '0');
      return [
        `amount of ${customer.name}`,
        new RegExp(`(?<![\\w:.+/-])-?(?:${kroner}[.,]${rest}|${kroner}${rest})(?![\\w+/=-])`),
      ];
    });
}

/** Every secret of this world so far, and those that the test adds (person tokens, states). */
export function secretsOf(world: World, extra: Record<string, readonly string[]> = {}): Secrets {
  const secrets: Secrets = new Map();
  const add = (name: string, pattern: RegExp) => secrets.set(`${name} #${secrets.size}`, pattern);
  for (const customer of testCustomers) {
    add(`national id of ${customer.name}`, exactly(customer.nationalId));
    for (const [name, pattern] of amountPatterns(customer)) add(name, pattern);
  }
  // The signature identifies a JWT best; header and claims are found by their shape below.
  for (const token of [...world.maskinporten.control.issued(), ...world.identity.control.issued()])
    add('token', exactly(token.split('.')[2] ?? token));
  for (const [name, values] of Object.entries(extra)) for (const value of values) add(name, exactly(value));
  for (const name of ['LANEKASSEN_API_KEY', 'PERSON_KEY_SECRET', 'SESSION_KEY_SECRET', 'IDENTITY_HEADER'])
    add(name, exactly(world.environment[name] ?? name));
  add('anything shaped like a JWT', /\beyJ[\w-]{10,}\.[\w-]{10,}/);
  return secrets;
}

/** The names of the secrets found in `text`. The secrets themselves are not returned, because the result goes into a test report. */
export function found(text: string, secrets: Secrets): string[] {
  return [...secrets].filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
}
