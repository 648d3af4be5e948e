// The matrix: every endpoint × status × body, with header forms and connections shared among them, with the program's own clients over
// in-process sockets. The expected results are in `oracle.ts`, reviewed by hand.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProblemError } from '../../../shared/problems.ts';
import { createHttpClient } from '../../../shared/upstream/http-client.ts';
import { leaks } from '../../fixtures/leaks.ts';
import { startIssuer } from '../../unit/support/issuer.ts';
import { recordedTelemetry } from '../../unit/support/recorder.ts';
import { callOf, goodAnswer, type Issuer, ownError } from './calls.ts';
import { type Endpoint, endpoints, mendable, mostCalls } from './oracle.ts';
import { matrixRows, type Row } from './rows.ts';
import { startRowServer } from './wire.ts';

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer('RS256');
});
afterAll(() => {
  delete process.env.IDENTITY_ENDPOINT;
  delete process.env.IDENTITY_HEADER;
});

const rows = matrixRows();

const outcomeOf = async (call: () => Promise<string>): Promise<string> => {
  try {
    return await call();
  } catch (error) {
    return error instanceof ProblemError ? error.code : `${error}`;
  }
};

/** What is wrong with a row; nothing if it is as expected. */
async function faultsOf(
  row: Row,
  server: Awaited<ReturnType<typeof startRowServer>>,
  number: number,
): Promise<string[]> {
  const telemetry = recordedTelemetry();
  const http = createHttpClient({ connectTimeoutMs: 1000 });
  const surroundings = { origin: server.origin, http, telemetry, issuer, row: `r${number}` };
  const call = await callOf(row.endpoint, surroundings);
  const faults: string[] = [];
  if (row.connection === 'reused' && row.endpoint !== 'identity') {
    const before = await outcomeOf(call);
    if (before !== 'answered') faults.push(`sound before: ${before}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  server.state.requests = 0;
  server.state.fault = { status: row.status, body: row.body, form: row.form, own: ownError(row.endpoint, row.status) };
  const outcome = await outcomeOf(call);
  server.state.fault = undefined;
  if (outcome !== row.expected) faults.push(`${outcome}, not ${row.expected}`);
  if (server.state.requests > mostCalls[row.endpoint]) faults.push(`${server.state.requests} calls`);
  if (outcome === 'configuration' && row.form !== 'cut' && mendable.includes(row.status) && !isOwn404(row))
    faults.push('a setting is blamed for what a retry could fix');
  // A requested delay is kept; otherwise the next customer is served at once.
  if (!(row.status === 429 && row.form.startsWith('Retry-After'))) {
    const next = await outcomeOf(call);
    if (next !== 'answered') faults.push(`sound again: ${next}`);
  }
  if (leaks.test(telemetry.lines.join('\n'))) faults.push('a leak');
  await http.close();
  return faults;
}

/** Key Vault's own 404 is about a key that does not exist. */
const isOwn404 = ({ status, body }: Row) => status === 404 && body === 'own';

async function runAll(endpoint: Endpoint): Promise<string[]> {
  const good = await goodAnswer(endpoint, { issuer });
  const own = rows.filter((row) => row.endpoint === endpoint);
  const wrong: string[] = [];
  let next = 0;
  // The identity SDK has one endpoint for each process.
  const workers = endpoint === 'identity' ? 1 : 12;
  const work = async () => {
    const server = await startRowServer((_path, response) => good(response, server.origin));
    for (let number = next++; number < own.length; number = next++) {
      const row = own[number] as Row;
      const faults = await faultsOf(row, server, number);
      if (faults.length > 0)
        wrong.push(`${row.status} ${row.body}, ${row.form}, ${row.connection}: ${faults.join('; ')}`);
    }
    server.close();
  };
  await Promise.all(Array.from({ length: workers }, work));
  return wrong;
}

describe('every row gives the result in the table, and the next customer is served', () => {
  // The rows mostly wait, so they run at the same time; the slowest begins.
  test.concurrent.each(endpoints.toSorted((a, b) => Number(b === 'identity') - Number(a === 'identity')))(
    '%s',
    async (endpoint) => {
      expect((await runAll(endpoint)).sort()).toEqual([]);
    },
    240_000,
  );
});

test('there are more than five thousand rows, and every status and body occurs', () => {
  expect(rows.length).toBeGreaterThan(5000);
});
