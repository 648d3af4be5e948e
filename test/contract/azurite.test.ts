import { spawn } from 'node:child_process';
import { RestError, TableClient, TableServiceClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type AzuriteTables, startAzuriteTables } from '../../local/azurite.ts';
import { quickTest as it, slowTest } from '../part.ts';

// Azurite runs as in `npm start`, in a process of its own.
delete process.env.AZURITES;
let azurite: AzuriteTables;
let table: TableClient;

beforeAll(async () => {
  azurite = await startAzuriteTables();
  table = TableClient.fromConnectionString(azurite.connectionString, 'rows', { allowInsecureConnection: true });
  await table.createTable();
});
afterAll(async () => {
  await azurite?.close();
});

const statusOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: unknown) => (error instanceof RestError ? error.statusCode : String(error)),
  );

describe('Azurite as the state table', () => {
  it('creates a table once; creating it again is no error, neither for the client nor for a caller that lists tables', async () => {
    await table.createTable();
    const service = TableServiceClient.fromConnectionString(azurite.connectionString, {
      allowInsecureConnection: true,
    });
    const names: unknown[] = [];
    for await (const { name } of service.listTables()) names.push(name);
    expect(names).toEqual(['rows']);
  });

  it('inserts a row that is absent (409 otherwise), reads it, and answers 404 for an absent row', async () => {
    const row = { partitionKey: 'insert', rowKey: '1', text: 'blå', big: 2n ** 40n, bytes: Uint8Array.of(1, 2, 3) };
    await table.createEntity(row);
    expect(await statusOf(table.createEntity(row))).toBe(409);
    const read = await table.getEntity('insert', '1');
    expect(read).toMatchObject({ text: 'blå', big: 2n ** 40n });
    expect([...(read.bytes as Uint8Array)]).toEqual([1, 2, 3]);
    expect(await statusOf(table.getEntity('insert', 'absent'))).toBe(404);
  });

  it('guards updates and deletes by ETag (412)', async () => {
    const keys = { partitionKey: 'etag', rowKey: '1' };
    const { etag = '' } = await table.createEntity({ ...keys, n: 1 });
    const updated = await table.updateEntity({ ...keys, n: 2 }, 'Replace', { etag });
    expect(updated.etag).not.toBe(etag);
    expect(await statusOf(table.updateEntity({ ...keys, n: 3 }, 'Replace', { etag }))).toBe(412);
    expect(await statusOf(table.deleteEntity('etag', '1', { etag }))).toBe(412);
    expect((await table.getEntity('etag', '1')).n).toBe(2);
    await table.deleteEntity('etag', '1', { etag: updated.etag ?? '' });
    expect(await statusOf(table.getEntity('etag', '1'))).toBe(404);
  });

  it('gives every write another ETag, however soon it follows', async () => {
    const keys = { partitionKey: 'fast', rowKey: '1' };
    const etags = [(await table.createEntity({ ...keys, n: 0 })).etag];
    for (let n = 1; n <= 20; n += 1) etags.push((await table.updateEntity({ ...keys, n }, 'Replace')).etag);
    expect(new Set(etags).size).toBe(21);
  });

  it('carries out a batch as a whole or not at all', async () => {
    await table.submitTransaction([
      ['create', { partitionKey: 'batch', rowKey: 'a', n: 1 }],
      ['create', { partitionKey: 'batch', rowKey: 'b', n: 1 }],
    ]);
    const failed = table.submitTransaction([
      ['create', { partitionKey: 'batch', rowKey: 'c', n: 1 }],
      ['create', { partitionKey: 'batch', rowKey: 'a', n: 2 }],
    ]);
    expect(await statusOf(failed)).toBe(409);
    const keys: unknown[] = [];
    for await (const row of table.listEntities({ queryOptions: { filter: "PartitionKey eq 'batch'" } }))
      keys.push(row.rowKey);
    expect(keys.sort()).toEqual(['a', 'b']);
  });

  it('returns the time in the Date header and in the timestamp of a row', async () => {
    const dates: (string | undefined)[] = [];
    const options = {
      onResponse: (answer: { headers: { get(name: string): string | undefined } }) =>
        dates.push(answer.headers.get('date')),
    };
    await table.createEntity({ partitionKey: 'time', rowKey: '1' }, options);
    const row = await table.getEntity('time', '1', options);
    expect(dates).toHaveLength(2);
    for (const date of dates) expect(Math.abs(Date.parse(date ?? '') - Date.now())).toBeLessThan(5000);
    expect(Math.abs(Date.parse(row.timestamp ?? '') - Date.now())).toBeLessThan(5000);
  });

  it('is refused by the client itself without allowInsecureConnection', async () => {
    const insecure = TableClient.fromConnectionString(azurite.connectionString, 'rows', {
      allowInsecureConnection: false,
    });
    await expect(insecure.getEntity('insert', '1')).rejects.toThrow(/insecure|https/i);
  });

  slowTest('reports a port that is in use', async () => {
    const port = Number(new URL(azurite.url).port);
    await expect(startAzuriteTables({ port })).rejects.toThrow(`Port ${port} for Azurite's tables is taken`);
  });

  slowTest('ends with the process that started it, even if that is killed', async () => {
    const script = `import { startAzuriteTables } from ${JSON.stringify(new URL('../../local/azurite.ts', import.meta.url).href)};
      const azurite = await startAzuriteTables();
      console.log(azurite.pid);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
    const isAlive = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    expect(isAlive()).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(isAlive, { timeout: 3000 }).toBe(false);
  });
});
