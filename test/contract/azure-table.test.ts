// `Table` on the real SDK over sockets: Azurite behind a proxy that can lose answers and answer in place of the service.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AzuriteTables, startAzuriteTables } from '../../local/azurite.ts';
import { Secret } from '../../shared/person/secret.ts';
import { Deadline } from '../../shared/resilience/deadline.ts';
import { systemTime } from '../../shared/resilience/time.ts';
import { createUpstreamCall } from '../../shared/resilience/upstream-call.ts';
import { AzureTable } from '../../shared/storage/azure-tables.ts';
import { createTableOpener } from '../../shared/storage/open-tables.ts';
import type { Step, Table, Values } from '../../shared/storage/tables.ts';
import { createHttpClient, type HttpClient } from '../../shared/upstream/http-client.ts';
import { createSdkTransport } from '../../shared/upstream/sdk-transport.ts';
import { type FaultProxy, startFaultProxy } from '../fault-proxy.ts';
import { faultOf } from '../unit/support/problems.ts';
import { recordedTelemetry } from '../unit/support/recorder.ts';

let azurite: AzuriteTables;
let proxy: FaultProxy;
let http: HttpClient;
let telemetry: ReturnType<typeof recordedTelemetry>;
let table: Table;

beforeAll(async () => {
  azurite = await startAzuriteTables();
  proxy = await startFaultProxy(azurite.url);
  http = createHttpClient({ connectTimeoutMs: 2000, maxReplyBytes: 5_000_000 });
});
afterAll(async () => {
  await http?.close();
  await proxy?.close();
  await azurite?.close();
});

/** A process of its own, for the tables' purposes. */
function open({ totalMs = 20_000 } = {}): Table {
  const time = systemTime;
  const connectionString = new Secret(azurite.connectionString.replace(new URL(azurite.url).origin, proxy.url));
  const location = { endpoint: undefined, connectionString };
  const opener = createTableOpener(location, ['910000000'], async () => ({ getToken: async () => null }), {
    totalMs: 20_000,
    time,
    transport: () => createSdkTransport(http),
  });
  const numbers = { tryMs: 10_000, totalMs, maxAttempts: 3, concurrency: 64, queue: 64, quiet: true };
  const common = {
    backoff: { baseMs: 1, capMs: 1 },
    budget: { tokens: 100, perSuccess: 1, floorMs: 1000 },
    breaker: { windowMs: 1000, minCalls: 1000, failureShare: 1, minOpenMs: 1, maxOpenMs: 1, maxDelayMs: 1 },
    rateLimiter: { remainingShare: 0.5, recovery: { perPause: 1.5, minMs: 4000, maxMs: 10_000 }, minPerMinute: 30 },
    cold: { silentMs: 600_000, slowFactor: 1000 },
  };
  const policy = createUpstreamCall('tables', numbers, common, { time, telemetry });
  return new AzureTable({
    name: 'consents',
    opener,
    attempts: { read: 3, write: 2 },
    policy,
    time,
    telemetry,
  });
}

beforeEach(async () => {
  proxy.faults.clear();
  telemetry = recordedTelemetry();
  table = open();
  await table.read('p', 'opened', soon());
  proxy.faults.forget();
});

const soon = () => Deadline.after(systemTime, 20_000);
const row = (partitionKey: string, rowKey: string, values: Values = {}) => ({ partitionKey, rowKey, values });
const ifNew = (step: Step): Step => ({ ...step, etag: null });
const write = (...steps: [Step, ...Step[]]) => table.write(steps, soon());
const etagOf = async (partitionKey: string, rowKey: string) =>
  (await table.read(partitionKey, rowKey, soon())).row?.etag;
const textOf = async (partitionKey: string, rowKey: string) =>
  (await table.read(partitionKey, rowKey, soon())).row?.values.text;

describe('one row', () => {
  test('is inserted, replaced, upserted and removed under its ETag', async () => {
    const inserted = await write(ifNew(row('one', "o'r", { text: 'a', is: true })));
    expect(inserted).toBe(await etagOf('one', "o'r"));
    const replaced = await write({ ...row('one', "o'r", { text: 'b' }), etag: String(inserted) });
    expect([replaced, await textOf('one', "o'r")]).toEqual([await etagOf('one', "o'r"), 'b']);
    const upserted = await write(row('one', "o'r", { text: 'c' }));
    expect(upserted).toBe(await etagOf('one', "o'r"));
    expect(await table.remove('one', "o'r", String(replaced), soon())).toBe(false);
    expect(await table.remove('one', "o'r", String(upserted), soon())).toBe(true);
    expect(await table.remove('one', "o'r", String(upserted), soon())).toBe(true);
    expect(await etagOf('one', "o'r")).toBeUndefined();
  });

  test('whose ETag or absence does not match is not written, and the result is undefined', async () => {
    const etag = String(await write(ifNew(row('guard', 'r', { text: 'a' }))));
    expect(await write(ifNew(row('guard', 'r', { text: 'b' })))).toBeUndefined();
    await write({ ...row('guard', 'r', { text: 'c' }), etag });
    expect(await write({ ...row('guard', 'r', { text: 'd' }), etag })).toBeUndefined();
    expect(await write({ ...row('guard', 'absent', { text: 'e' }), etag })).toBeUndefined();
    expect(await textOf('guard', 'r')).toBe('c');
    expect(await etagOf('guard', 'absent')).toBeUndefined();
    expect(telemetry.lines).toEqual([]);
  });
});

describe('a transaction', () => {
  test.each(['insert', 'replace', 'upsert'] as const)(
    'returns the ETag of its first row (%s), not of another',
    async (kind) => {
      const partition = `first-${kind}`;
      const before = kind === 'insert' ? '' : String(await write(ifNew(row(partition, 'z', { text: 'old' }))));
      const first = row(partition, 'z', { text: 'new' });
      const step: Step = kind === 'insert' ? ifNew(first) : kind === 'replace' ? { ...first, etag: before } : first;
      // Sorted by key, the first step would be the last.
      const etag = await write(step, ifNew(row(partition, 'a')), row(partition, 'm'));
      expect(etag).toBe(await etagOf(partition, 'z'));
      expect(etag).not.toBe(await etagOf(partition, 'a'));
      expect(await textOf(partition, 'z')).toBe('new');
      // The next change accepts the ETag.
      expect(await write({ ...row(partition, 'z'), etag: String(etag) })).toBeDefined();
    },
  );

  test("is written as a whole or not at all, whichever row's ETag does not match", async () => {
    const etag = String(await write(ifNew(row('whole', 'doc', { text: 'a' }))));
    await write(ifNew(row('whole', 'log')));
    const doc = row('whole', 'doc', { text: 'b' });
    expect(await write({ ...doc, etag }, ifNew(row('whole', 'log')))).toBeUndefined();
    expect(await write({ ...doc, etag: 'W/"stale"' }, ifNew(row('whole', 'new')))).toBeUndefined();
    expect(await write(doc, { ...row('whole', 'absent'), etag })).toBeUndefined();
    expect(await textOf('whole', 'doc')).toBe('a');
    expect(await etagOf('whole', 'new')).toBeUndefined();
    expect(await etagOf('whole', 'absent')).toBeUndefined();
  });
});

describe('a write whose answer is lost', () => {
  const lose = () => proxy.faults.set({ kind: 'lost' }, { times: 1 });

  test('is recognised when it is sent again (insert, replacement, transaction), and returns the stored ETag', async () => {
    lose();
    const inserted = await write(ifNew(row('lost', 'r', { text: 'a' })));
    expect(inserted).toBe(await etagOf('lost', 'r'));
    lose();
    const replaced = await write({ ...row('lost', 'r', { text: 'b' }), etag: String(inserted) });
    expect([replaced, await textOf('lost', 'r')]).toEqual([await etagOf('lost', 'r'), 'b']);
    lose();
    const both = await write({ ...row('lost', 'r'), etag: String(replaced) }, ifNew(row('lost', 'log')));
    expect(both).toBe(await etagOf('lost', 'r'));
    expect(await etagOf('lost', 'log')).toBeDefined();
    lose();
    expect(await table.remove('lost', 'r', String(both), soon())).toBe(true);
  });

  test('stays refused if its row was already there', async () => {
    await write(ifNew(row('lost', 'taken', { text: 'theirs' })));
    lose();
    expect(await write(ifNew(row('lost', 'taken', { text: 'ours' })))).toBeUndefined();
    expect(await textOf('lost', 'taken')).toBe('theirs');
  });
});

describe('a failure of the service', () => {
  const refuse = (status: number, code?: string, times = 100) => {
    const body = code === undefined ? '' : JSON.stringify({ 'odata.error': { code, message: { value: 'synthetic' } } });
    proxy.faults.set({ kind: 'answer', status, headers: { 'content-type': 'application/json' }, body }, { times });
  };
  const etag = 'W/"1"';
  const calls: [string, () => Promise<unknown>][] = [
    ['read', () => table.read('p', 'r', soon())],
    ['readRange', () => table.readRange('p', { from: 'a', to: 'b', limit: 10 }, soon())],
    ['insert', () => write(ifNew(row('p', 'r')))],
    ['replace', () => write({ ...row('p', 'r'), etag })],
    ['upsert', () => write(row('p', 'r'))],
    ['transaction', () => write({ ...row('p', 'r'), etag }, ifNew(row('p', 's')))],
    ['upserts', () => write(row('p', 'r'), row('p', 's'))],
    ['remove', () => table.remove('p', 'r', etag, soon())],
    ['duePage', () => table.duePage(new Date(), undefined, soon())],
  ];
  const all = calls.map(([name]) => name);
  const only = (...names: string[]) => names;
  const but = (...names: string[]) => all.filter((name) => !names.includes(name));

  test.each<[number, string | undefined, string[]]>([
    [409, 'TableBeingDeleted', all],
    [409, undefined, all],
    [409, 'EntityAlreadyExists', but('insert', 'transaction')],
    [412, undefined, all],
    [412, 'UpdateConditionNotSatisfied', but('replace', 'transaction', 'remove')],
    [404, undefined, all],
    [404, 'ResourceNotFound', only('readRange', 'insert', 'upsert', 'upserts', 'duePage')],
  ])('%i %s ends in upstream-unavailable for a call without a matching condition', async (status, code, names) => {
    refuse(status, code);
    for (const [name, call] of calls) {
      if (!names.includes(name)) continue;
      proxy.faults.forget();
      expect([name, await faultOf(call)]).toEqual([name, `upstream-unavailable tables-consents-status-${status}`]);
      // Retried like any other answer without information; the sweep retries by itself.
      const attempts = name === 'duePage' ? 1 : name.startsWith('read') ? 3 : 2;
      expect([name, proxy.faults.requests().length]).toEqual([name, attempts]);
    }
    expect(telemetry.of('tables-refused')).toEqual([]);
  });

  test('that passes is not noticed', async () => {
    refuse(409, 'TableBeingDeleted', 1);
    expect(await write(ifNew(row('passes', 'r')))).toBe(await etagOf('passes', 'r'));
    refuse(412, undefined, 1);
    expect(await write(row('passes', 'r'))).toBe(await etagOf('passes', 'r'));
  });

  test('with a missing table never means an absent row: the next attempt opens the table again', async () => {
    refuse(404, 'TableNotFound', 1);
    expect((await table.read('p', 'r', soon())).row).toBeUndefined();
    expect(telemetry.of('table-missing')).toHaveLength(1);
    refuse(404, 'TableNotFound');
    expect(await faultOf(() => table.read('p', 'r', soon()))).toBe('upstream-unavailable tables-consents-missing');
  });

  test.each([
    ['TableBeingDeleted', 409],
    [undefined, 409],
    [undefined, 404],
  ])('%s (%i) while the tables are opened is unavailable, not another bank', async (code, status) => {
    table = open();
    refuse(status, code);
    expect(await faultOf(() => table.read('p', 'r', soon()))).toBe(
      `upstream-unavailable tables-consents-status-${status}`,
    );
    proxy.faults.clear();
    expect((await table.read('p', 'r', soon())).row).toBeUndefined();
  });

  test("while the bank's row is written to a table that is being deleted is not another bank", async () => {
    const { row: bank } = await table.read('bank', 'bank', soon());
    await table.remove('bank', 'bank', String(bank?.etag), soon());
    table = open();
    const body = JSON.stringify({ 'odata.error': { code: 'TableBeingDeleted', message: { value: 'synthetic' } } });
    const matches = (method: string, path: string) => method === 'POST' && path.endsWith('/consents');
    const headers = { 'content-type': 'application/json' };
    proxy.faults.set({ kind: 'answer', status: 409, headers, body }, { times: 1, matches });
    expect((await table.read('bank', 'bank', soon())).row?.values.banks).toBe('910000000');
  });

  test.each([
    [412, 'upstream-unavailable tables-consents-status-412'],
    [503, 'upstream-unavailable tables-status-503'],
  ])('a step of a transaction that fails with %i and no code does not count as a success', async (status, fault) => {
    const parts = ['--batchresponse_x', 'Content-Type: multipart/mixed; boundary=changesetresponse_y', ''];
    const step = ['--changesetresponse_y', 'Content-Type: application/http', '', `HTTP/1.1 ${status} No`, '', ''];
    const body = [...parts, ...step, '--changesetresponse_y--', '--batchresponse_x--', ''].join('\r\n');
    const headers = { 'content-type': 'multipart/mixed; boundary=batchresponse_x' };
    proxy.faults.set({ kind: 'answer', status: 202, headers, body }, { times: 100 });
    expect(await faultOf(() => write(ifNew(row('p', 'r')), ifNew(row('p', 's'))))).toBe(fault);
  });

  test('a success without an ETag is an invalid reply, not a lost race', async () => {
    proxy.faults.set({ kind: 'answer', status: 204 }, { times: 100 });
    expect(await faultOf(() => write(ifNew(row('p', 'r'))))).toBe('upstream-invalid-reply tables-write-etag');
  });

  test('a refusal of the identity is still configuration', async () => {
    refuse(403, 'AuthorizationFailure');
    expect(await faultOf(() => table.read('p', 'r', soon()))).toBe('configuration tables-refused-403');
    expect(telemetry.of('tables-refused')).toHaveLength(1);
  });
});

describe('a scan', () => {
  const at = new Date('2026-11-23T08:00:00.000Z');
  const past = '2026-11-23T07:59:59.999Z';

  test('reads 2 500 rows in three pages, each from the position of the one before', async () => {
    for (let batch = 0; batch < 25; batch++) {
      const steps = Array.from({ length: 100 }, (_, index): Step => {
        const rowKey = String(index).padStart(3, '0');
        return ifNew(row(`scan-${String(batch).padStart(2, '0')}`, rowKey, { purgeAt: past }));
      });
      await table.write(steps as [Step, ...Step[]], soon());
    }
    await write(ifNew(row('scan', 'erase', { eraseAt: past, purgeAt: '2099-01-01T00:00:00.000Z' })));
    await write(ifNew(row('scan', 'due-now', { purgeAt: at.toISOString() })));
    await write(ifNew(row('scan', 'without', { text: 'x' })));
    const sizes: number[] = [];
    const keys = new Set<string>();
    let position: string | undefined;
    do {
      // Another process continues.
      const page = await open().duePage(at, position, soon());
      if (page === undefined) throw new Error('refused');
      sizes.push(page.rows.length);
      for (const { partitionKey, rowKey } of page.rows) keys.add(`${partitionKey}|${rowKey}`);
      position = page.next;
    } while (position !== undefined && sizes.length < 10);
    expect(sizes).toEqual([1000, 1000, 501]);
    expect(keys.size).toBe(2501);
    expect(keys.has('scan|erase')).toBe(true);
    expect([...keys].some((key) => key.startsWith('scan|due-now') || key.startsWith('scan|without'))).toBe(false);
  });

  test.each(['stale', 'bnVsbA==', '', '%%%'])('with an unreadable position (%j) throws nothing', async (position) => {
    const page = await table.duePage(at, position, soon());
    // An empty position begins at the start.
    expect(page === undefined).toBe(position !== '');
  });

  test('with a position that the service refuses is distinguished from an outage', async () => {
    const position = Buffer.from(JSON.stringify({ nextPartitionKey: '1!8!c2Nhbg--' })).toString('base64');
    const body = JSON.stringify({ 'odata.error': { code: 'InvalidInput', message: { value: 'synthetic' } } });
    proxy.faults.set({ kind: 'answer', status: 400, headers: { 'content-type': 'application/json' }, body });
    expect(await table.duePage(at, position, soon())).toBeUndefined();
    expect(await faultOf(() => table.duePage(at, undefined, soon()))).toBe('configuration tables-refused-400');
  });

  test('may take longer for a page than a customer would wait for a row', async () => {
    table = open({ totalMs: 500 });
    await table.duePage(at, undefined, soon());
    proxy.faults.set({ kind: 'late', ms: 1500 });
    expect(await faultOf(() => table.read('p', 'r', soon()))).toBe('upstream-unavailable tables-timeout');
    expect((await table.duePage(at, undefined, soon()))?.rows).toHaveLength(1000);
  });

  test('a page ends with the deadline', async () => {
    proxy.faults.set({ kind: 'late', ms: 10_000 });
    const deadline = Deadline.after(systemTime, 300);
    expect(await faultOf(() => table.duePage(at, undefined, deadline))).toMatch(/^upstream-unavailable tables-/);
  });
});
