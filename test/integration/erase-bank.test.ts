// `npm run erase-bank` deletes every row of a bank that has left the list, and no row of another bank.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AzuriteTables, startAzuriteTables } from '../../local/azurite.ts';
import { eraseRows } from '../../tools/erase-bank/erase.ts';
import { exampleEnvironment } from '../bench/fleet/example-environment.ts';

const [kept, goes] = ['310000019', '974760673'] as const;
let azurite: AzuriteTables;
const table = (name: string) =>
  TableClient.fromConnectionString(azurite.connectionString, name, { allowInsecureConnection: true });
const rowsIn = async (name: string) => {
  const rows: { partitionKey?: string; bank?: unknown; banks?: unknown }[] = [];
  for await (const row of table(name).listEntities()) rows.push(row as (typeof rows)[number]);
  return rows;
};

beforeAll(async () => {
  azurite = await startAzuriteTables();
  for (const name of ['consents', 'sessions']) {
    await table(name).createTable();
    for (const bank of [kept, goes])
      for (let n = 0; n < 30; n++)
        await table(name).createEntity({ partitionKey: randomUUID(), rowKey: 'person', bank });
  }
  await table('consents').createEntity({ partitionKey: 'bank', rowKey: 'bank', banks: `${kept} ${goes}` });
}, 60_000);
afterAll(() => azurite?.close());

const run = (...args: string[]) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const { STATE_TABLE_ENDPOINT: _, ...settings } = exampleEnvironment;
    const env = { ...settings, PATH: process.env.PATH ?? '', STATE_TABLE_CONNECTION_STRING: azurite.connectionString };
    execFile('node', ['tools/erase-bank/main.ts', ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });

test('erase-bank refuses a bank that is still served, or a call without --bank, and erases nothing', async () => {
  expect(await run('--bank', kept)).toMatchObject({ code: 2, output: expect.stringContaining('still in BANKS') });
  expect(await run()).toMatchObject({ code: 2, output: expect.stringContaining('npm run erase-bank -- --bank') });
  expect(await rowsIn('consents')).toHaveLength(61);
}, 60_000);

test('a row that is written during the run stays, is counted, and is erased by the next run', async () => {
  const own = table('changed');
  await own.createTable();
  const row = { partitionKey: 'p', rowKey: 'person', bank: goes };
  await own.createEntity(row);
  let isWritten = false;
  const client = Object.assign(table('changed'), {
    deleteEntity: async (...args: Parameters<TableClient['deleteEntity']>) => {
      // The app writes the row just before the first run erases it.
      if (!isWritten) await own.updateEntity({ ...row, later: true }, 'Replace');
      isWritten = true;
      return own.deleteEntity(...args);
    },
  });
  expect(await eraseRows(client, goes, () => {})).toEqual({ removed: 0, changed: 1 });
  expect(await rowsIn('changed')).toMatchObject([{ ...row, later: true }]);
  expect(await eraseRows(client, goes, () => {})).toEqual({ removed: 1, changed: 0 });
  expect(await rowsIn('changed')).toEqual([]);
}, 60_000);

test("erase-bank erases the bank's rows from both tables with a report, and no row of another bank", async () => {
  const { code, output } = await run('--bank', goes);
  expect({ code, output }).toMatchObject({
    code: 0,
    output: expect.stringContaining(`consents: 30 rows of ${goes} erased`),
  });
  expect(output).toContain(`sessions: 30 rows of ${goes} erased`);
  for (const name of ['consents', 'sessions']) {
    const rows = await rowsIn(name);
    expect(rows.filter(({ bank }) => bank === goes)).toEqual([]);
    expect(rows.filter(({ bank }) => bank === kept)).toHaveLength(30);
  }
  expect((await rowsIn('consents')).find(({ partitionKey }) => partitionKey === 'bank')?.banks).toBe(kept);
  expect(await run('--bank', goes)).toMatchObject({
    code: 0,
    output: expect.stringContaining('No row named this bank'),
  });
}, 60_000);
