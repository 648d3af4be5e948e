// The report of a bank: its queries over the rows of a scenario, checked by hand, and the command against a stand-in for Azure Monitor over
// a socket.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bankReport } from '../../../tools/bank-report/command.ts';
import { reportOf } from '../../../tools/bank-report/document.ts';
import { monthOf, reportQueries } from '../../../tools/bank-report/queries.ts';
import { type Played, play } from '../../../tools/monitoring/scenarios/run.ts';

const component = '/subscriptions/1/resourceGroups/rg(prod)/providers/Microsoft.Insights/components/appi';
const run = promisify(execFile);

describe("the report's queries", { timeout: 120_000 }, () => {
  let played: Played;
  beforeAll(async () => {
    played = await play('one-bank-fails');
  });
  afterAll(() => played.close());
  // The scenario's rows belong to a component of this name.
  const ask = async (bank: string, month: string) => {
    const { lookups, consents } = reportQueries({ bank, component: 'component', month: monthOf(month) });
    const both = async ([all, byDay]: [string, string]) => ({
      all: await played.run(all, 76),
      byDay: await played.run(byDay, 76),
    });
    return { lookups: await both(lookups), consents: await both(consents) };
  };

  test('count one bank and one month', async () => {
    const served = await ask('310000019', '2026-11');
    // 75 rounds of ten customers, and five rounds of consents with two customers each. Most of them look again.
    const [all] = served.lookups.all;
    expect(all).toMatchObject({ failedOurs: 0, failedUpstreams: 0 });
    expect(all?.customers).toBe(760);
    expect(all?.answered).toBe(all?.customers);
    expect(Number(all?.lookups)).toBeGreaterThan(Number(all?.customers));
    expect(Number(all?.p50Ms)).toBeLessThanOrEqual(Number(all?.p95Ms));
    expect(served.lookups.byDay).toEqual([{ ...all, day: expect.stringContaining('2026-11-23') }]);
    // Five rounds of consents. Each request in a round is accepted or refused.
    const [consents] = served.consents.all;
    expect(Number(consents?.asked) % 5).toBe(0);
    expect(Number(consents?.given)).toBeGreaterThan(0);
    const fails = await ask('310000035', '2026-11');
    expect(fails.lookups.all).toMatchObject([{ answered: 0, withSaldo: 0 }]);
    expect(fails.lookups.all[0]?.failedUpstreams).toBe(fails.lookups.all[0]?.customers);
    expect(fails.consents.all).toEqual([]);
    for (const [bank, month] of [
      ['310000019', '2026-10'],
      ['310000019', '2026-12'],
      ['310000043', '2026-11'],
    ] as const) {
      const { lookups } = reportQueries({ bank, component: 'component', month: monthOf(month) });
      expect(await played.run(lookups[0], 76)).toEqual([]);
    }
  });
});

test('a month is a calendar month in UTC, and any other text is refused', () => {
  expect(monthOf('2026-12')).toEqual({
    name: '2026-12',
    from: '2026-12-01T00:00:00Z',
    until: '2027-01-01T00:00:00.000Z',
  });
  for (const wrong of ['2026-13', '2026-1', 'november', "2026-11'", '2026-11-01'])
    expect(() => monthOf(wrong)).toThrow('--month must be');
});

test('the report has a line for each day with activity, and zeros where nothing was counted', () => {
  const subject = { bank: '310000019', component, month: monthOf('2026-11') };
  const report = reportOf(subject, {
    lookups: {
      all: [{ day: '2026-11-01T00:00:00Z', lookups: 30, customers: 20, answered: 19, withSaldo: 15, p50Ms: 90 }],
      byDay: [{ day: '2026-11-23T00:00:00Z', lookups: 30, customers: 20, answered: 19, withSaldo: 15, p50Ms: 90 }],
    },
    consents: {
      all: [{ day: '2026-11-01T00:00:00Z', asked: 4, given: 3, withdrawn: 1 }],
      byDay: [{ day: '2026-11-02T00:00:00Z', asked: 4, given: 3, withdrawn: 1 }],
    },
  });
  expect(report?.csv.split('\r\n')).toEqual([
    'bank,day,customers,answered,withSaldo,failedOurs,failedUpstreams,lookups,p50Ms,p95Ms,p99Ms,asked,given,rejected,withdrawn,expired',
    '310000019,2026-11,20,19,15,0,0,30,90,,,4,3,0,1,0',
    '310000019,2026-11-02,0,0,0,0,0,0,,,,4,3,0,1,0',
    '310000019,2026-11-23,20,19,15,0,0,30,90,,,0,0,0,0,0',
    '',
  ]);
  expect(report?.markdown).toContain('| **answered** | **95.00 %** |');
  expect(report?.markdown).toContain('| **consents given, of those asked for** | **75.00 %** |');
  const nearly = [{ day: '2026-11-01T00:00:00Z', customers: 200_000, answered: 199_999 }];
  const none = { all: [], byDay: [] };
  expect(reportOf(subject, { lookups: { all: nearly, byDay: [] }, consents: none })?.markdown).toContain('**99.99 %**');
  expect(reportOf(subject, { lookups: { all: [], byDay: [] }, consents: { all: [], byDay: [] } })).toBeUndefined();
});

describe('the command', () => {
  let server: Server;
  let answer: () => { status: number; body: unknown } = () => ({ status: 500, body: {} });
  const asked: { url: string; query: string; timespan: string }[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += chunk));
      request.on('end', () => {
        asked.push({ url: request.url ?? '', ...JSON.parse(text) });
        const { status, body } = answer();
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => void asked.splice(0));
  afterAll(() => void server.close());

  const command = async (
    changed: Record<string, string | undefined> = {},
    deployed: Record<string, string> = {},
    now = '2026-12-03T07:00:00.000Z',
  ) => {
    const folder = mkdtempSync(join(tmpdir(), 'bank-report-'));
    const flags = { bank: '310000019', month: '2026-11', workspace: 'w-1', component, out: folder, ...changed };
    const args = Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
    const { port } = server.address() as AddressInfo;
    const said: string[] = [];
    const ports = {
      token: async () => 'token',
      deployed: () => deployed,
      now: () => Date.parse(now),
      address: `http://127.0.0.1:${port}`,
      say: (line: string) => void said.push(line),
    };
    const code = await bankReport(args, ports).catch((error: Error) => {
      if (!(error instanceof RangeError)) throw error;
      said.push(error.message);
      return 2;
    });
    return { code, said: said.join('\n'), folder };
  };
  const table = (columns: string[], ...rows: unknown[][]) => ({
    tables: [{ name: 'PrimaryResult', columns: columns.map((name) => ({ name, type: 'string' })), rows }],
  });

  test('requests one bank and one month, and writes both files', async () => {
    answer = () => ({ status: 200, body: table(['day', 'customers', 'answered'], ['2026-11-01T00:00:00Z', 20, 20]) });
    const { code, folder, said } = await command();
    expect(code).toBe(0);
    expect(said).toContain('bank-310000019-2026-11.md');
    expect(readFileSync(join(folder, 'bank-310000019-2026-11.csv'), 'utf8')).toContain('310000019,2026-11,20,20,');
    expect(readFileSync(join(folder, 'bank-310000019-2026-11.md'), 'utf8')).toContain('**100.00 %**');
    expect(asked).toHaveLength(4);
    for (const { url, query, timespan } of asked) {
      expect(url).toBe('/v1/workspaces/w-1/query');
      expect(query).toContain("let onlyBank = '310000019';");
      expect(query).toContain(`let component = '${component.toLowerCase()}';`);
      expect(timespan).toBe('2026-11-01T00:00:00Z/2026-12-01T00:00:00.000Z');
    }
  });

  test('ends the report now while the month is not over; makes its folder, and replaces an earlier report', async () => {
    answer = () => ({ status: 200, body: table(['day', 'customers', 'answered'], ['2026-11-01T00:00:00Z', 20, 20]) });
    const at = '2026-11-29T23:10:00.000Z';
    const { folder } = await command();
    const out = join(folder, 'a', 'b');
    const { code, said } = await command({ out }, {}, at);
    expect([code, said]).toEqual([0, expect.stringContaining('The month is not over')]);
    expect(readFileSync(join(out, 'bank-310000019-2026-11.md'), 'utf8')).toContain(`to ${at} (UTC)`);
    expect(asked.at(-1)?.timespan).toBe(`2026-11-01T00:00:00Z/${at}`);
    expect((await command({ out })).said).not.toContain('The month is not over');
    expect(readFileSync(join(out, 'bank-310000019-2026-11.md'), 'utf8')).toContain('to 2026-12-01T00:00:00.000Z (UTC)');
  });

  test('takes options that are not given from the azd environment', async () => {
    answer = () => ({ status: 200, body: table(['day', 'customers', 'answered'], ['2026-11-01T00:00:00Z', 20, 20]) });
    const workspaceId =
      '/subscriptions/1/resourceGroups/logs(prod)/providers/Microsoft.OperationalInsights/workspaces/log-1';
    const deployed = { TELEMETRY_WORKSPACE_ID: workspaceId, APPLICATION_INSIGHTS_ID: component };
    expect((await command({ workspace: undefined, component: undefined }, deployed)).code).toBe(0);
    expect(asked[0]).toMatchObject({ url: `/v1${workspaceId}/query` });
    expect(asked[0]?.query).toContain(`let component = '${component.toLowerCase()}';`);
    asked.splice(0);
    expect((await command({}, deployed)).code).toBe(0);
    expect(asked[0]?.url).toBe('/v1/workspaces/w-1/query');
    asked.splice(0);
    expect(await command({ workspace: undefined })).toMatchObject({
      code: 2,
      said: 'No azd environment that was provisioned says where the telemetry is: give --workspace and --component.',
    });
    expect(asked).toEqual([]);
  });

  test.each([
    ['nothing was heard', 200, table(['day']), 1, 'There is no telemetry of bank 310000019'],
    ['not allowed', 403, {}, 2, 'you need Log Analytics Reader'],
    ['no workspace', 404, {}, 2, 'there is no such workspace'],
    ['half an answer', 200, { ...table(['day']), error: { code: 'PartialError' } }, 2, 'did not answer in full'],
    ['no table', 200, { rows: [] }, 2, 'something that is no table'],
  ])('%s: writes nothing, and says why', async (_, status, body, expected, words) => {
    answer = () => ({ status, body });
    const { code, said, folder } = await command();
    expect([code, said]).toEqual([expected, expect.stringContaining(words)]);
    expect(() => readFileSync(join(folder, 'bank-310000019-2026-11.md'))).toThrow();
  });

  test.each([
    ['bank', "310000019' or 1==1 //", '--bank must be an organisation number'],
    ['month', '2026-13', '--month must be'],
    ['month', '2027-01', '--month is a month that has not begun'],
    ['workspace', '/subscriptions/1/../x?y', '--workspace must be a resource id'],
    ['component', "x'; AppRequests", '--component must be a resource id'],
  ])('refuses a wrong --%s, and sends no request', async (flag, value, words) => {
    const { code, said } = await command({ [flag]: value });
    expect([code, said]).toEqual([2, expect.stringContaining(words)]);
    expect(asked).toEqual([]);
  });

  test('sends no request when no one is signed in', async () => {
    const { port } = server.address() as AddressInfo;
    const args = ['--bank', '310000019', '--month', '2026-11', '--workspace', 'w-1', '--component', component];
    const ports = {
      token: async () => undefined,
      deployed: () => ({}),
      now: () => Date.parse('2026-12-03'),
      address: `http://127.0.0.1:${port}`,
      say: () => {},
    };
    await expect(bankReport(args, ports)).rejects.toThrow('No one is signed in');
    expect(asked).toEqual([]);
  });

  test('prints its usage without options', async () => {
    await expect(run(process.execPath, ['tools/bank-report/main.ts'])).rejects.toMatchObject({
      code: 2,
      stdout: expect.stringContaining('--bank <organisation number>'),
    });
  });
});
