// The table of consents, exported and restored as an operator does it, on Azurite's tables and blobs.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AzuriteTables, startAzuriteTables } from '../../local/azurite.ts';
import { BlobFault, createBlobFolder } from '../../shared/backup/blob-store.ts';
import { exportConsents, rowsIn } from '../../shared/backup/export-consents.ts';
import { exportRows, type Manifest } from '../../shared/backup/export-rows.ts';
import type { StoredRow } from '../../shared/backup/row-lines.ts';
import { exampleEnvironment } from '../../tools/infra/example-environment.ts';
import { RestoreRefused, restore } from '../../tools/restore/restore.ts';
import { readManifest, type Source } from '../../tools/restore/source.ts';
import { type AzuriteBlobs, startAzuriteBlobs } from '../fixtures/azurite-blobs.ts';
import { changedBank } from '../fixtures/changed-banks.ts';

let azurite: AzuriteTables;
let blobs: AzuriteBlobs;
const folder = mkdtempSync(join(tmpdir(), 'restore-'));
beforeAll(async () => {
  azurite = await startAzuriteTables();
  blobs = await startAzuriteBlobs('exports');
}, 60_000);
afterAll(async () => {
  await azurite?.close();
  await blobs?.close();
  rmSync(folder, { recursive: true });
});

const table = (name: string) =>
  TableClient.fromConnectionString(azurite.connectionString, name, { allowInsecureConnection: true });
const organisationNumber = '974760673';
const now = () => Date.UTC(2026, 10, 29, 1, 30);
const wait = async () => {};

/** A source table of its own for each test. `consents` and `sessions` are restored into, and emptied each time. */
let sourceNumber = 0;
async function sourceTable(entities: readonly object[]): Promise<TableClient> {
  sourceNumber += 1;
  const client = table(`source${sourceNumber}`);
  await client.createTable();
  for (const entity of entities) await client.createEntity(entity as { partitionKey: string; rowKey: string });
  return client;
}
beforeEach(async () => {
  for (const name of ['consents', 'sessions']) await table(name).deleteTable();
});

const all = async (client: TableClient): Promise<StoredRow[]> => {
  const rows: StoredRow[] = [];
  for await (const row of rowsIn(client)) rows.push(row);
  return rows;
};
const ports = () => ({
  client: table('consents'),
  sessions: table('sessions'),
  organisationNumbers: [organisationNumber],
  say: () => {},
});

/** Rows with every kind of property, and with keys and text that need escaping. */
const rich = [
  { partitionKey: 'bank', rowKey: 'bank', organisationNumber },
  { partitionKey: 'p-æøå', rowKey: "a'b", text: 'linje\n"to"', flag: true, whole: 7, broken: 1.5 },
  { partitionKey: 'p-æøå', rowKey: 'b', large: { type: 'Int64', value: '9007199254740993' } },
  { partitionKey: 'p-2', rowKey: 'c', at: { type: 'DateTime', value: '2026-11-29T01:02:03.456Z' }, empty: '' },
  { partitionKey: 'p-2', rowKey: 'd', bytes: { type: 'Binary', value: 'AAEC' }, json: '{"schema":3,"doubts":[]}' },
  { partitionKey: 'p-3', rowKey: 'e', id: { type: 'Guid', value: '11111111-2222-3333-4444-555555555555' } },
];

async function exported(client: TableClient): Promise<{ source: Source; manifest: Manifest }> {
  const files = new Map<string, Uint8Array>();
  const manifest = await exportRows(
    'consents',
    rowsIn(client),
    { write: async (name, bytes) => void files.set(name, bytes) },
    now,
  );
  return { manifest, source: { read: async (name) => Buffer.from(files.get(name) ?? []) } };
}

/** An export with these rows in its parts. */
async function inParts(...lists: StoredRow[][]): Promise<{ source: Source; manifest: Manifest }> {
  const files = new Map<string, Uint8Array>();
  const made: Manifest[] = [];
  for (const [index, list] of lists.entries()) {
    const rows = (async function* () {
      yield* list;
    })();
    const name = `rows-${String(index + 1).padStart(6, '0')}.ndjson.gz`;
    const write = async (_name: string, bytes: Uint8Array) => void (files.has(name) || files.set(name, bytes));
    const { parts, ...manifest } = await exportRows('consents', rows, { write }, now);
    made.push({ ...manifest, parts: parts.map((part) => ({ ...part, name })) });
  }
  const [first] = made as [Manifest, ...Manifest[]];
  const parts = made.flatMap((one) => one.parts);
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  return { manifest: { ...first, rows, parts }, source: { read: async (name) => Buffer.from(files.get(name) ?? []) } };
}

describe('export and restore', () => {
  test('through blobs bring back every row with every property and its type', async () => {
    const client = await sourceTable(rich);
    const { name, ...manifest } = await exportConsents(client, blobs.containerUrl, undefined, { now, wait });
    expect(name).toMatch(/^consents\/2026-11-29T01-30-00-000Z-[0-9a-f]{8}$/);
    expect(manifest).toMatchObject({ format: 1, rows: rich.length, parts: [{ rows: rich.length }] });
    const url = new URL(blobs.containerUrl);
    url.pathname += `/${name}`;
    const source = createBlobFolder(url.href, undefined, wait);
    expect(await restore(source, await readManifest(source), ports())).toEqual({ written: rich.length });
    expect(await all(table('consents'))).toEqual(await all(client));
    // Nothing overwrites what was written, and the store says why without the address.
    const again = await source.write('manifest.json', Buffer.from('x')).catch((error: unknown) => String(error));
    expect(again).toMatch(/answers 409 to PUT manifest\.json/);
    expect(again).not.toContain('sig');
  });

  test("refuse an incomplete export, one with a damaged part, and another bank's, before anything is written", async () => {
    const broken = { read: async () => Promise.reject(new BlobFault(404, 'GET manifest.json')) };
    await expect(readManifest(broken)).rejects.toThrow(/not complete/);
    const row = (partitionKey: string, properties = {}) => ({ partitionKey, rowKey: 'r', properties });
    const marker = { ...row('bank', { banks: '310000000' }), rowKey: 'bank' };
    // What is wrong is in the second part.
    const { source, manifest } = await inParts([row('P-1'), row('P-2')], [marker]);
    await expect(restore(source, manifest, ports())).rejects.toThrow(/another app/);
    const read = async (name: string) =>
      Buffer.concat([await source.read(name), Buffer.from(name === 'rows-000002.ndjson.gz' ? 'x' : '')]);
    await expect(restore({ read }, manifest, ports())).rejects.toThrow(/checksum/);
    // Not even the tables are there.
    await expect(all(table('consents'))).rejects.toThrow();
  });

  test("refuse tables that are not empty, or another bank's export; the marker row does not count", async () => {
    const { source, manifest } = await exported(await sourceTable(rich));
    const consents = table('consents');
    await consents.createTable();
    await consents.createEntity({ partitionKey: 'bank', rowKey: 'bank', organisationNumber });
    await expect(restore(source, manifest, { ...ports(), organisationNumbers: ['310000000'] })).rejects.toThrow(
      /another app/,
    );
    await table('sessions').createTable();
    await table('sessions').createEntity({ partitionKey: 's', rowKey: 's' });
    await expect(restore(source, manifest, ports())).rejects.toThrow(/sessions is not empty/);
    await table('sessions').deleteEntity('s', 's');
    await consents.createEntity({ partitionKey: 'p-9', rowKey: 'x' });
    await expect(restore(source, manifest, ports())).rejects.toThrow(RestoreRefused);
    await consents.deleteEntity('p-9', 'x');
    expect(await restore(source, manifest, ports())).toEqual({ written: rich.length });
    await expect(restore(source, manifest, ports())).rejects.toThrow(/consents is not empty/);
  });

  test('continue after the last written part if interrupted, and only with the same export', async () => {
    const rows = Array.from({ length: 12 }, (_, n) => ({ partitionKey: `p-${n}`, rowKey: 'r', n: String(n) }));
    const client = await sourceTable(rows);
    // Parts of four rows, as if each were as large as a part may be.
    const whole = await all(client);
    const parts = [0, 4, 8].map((from) => whole.slice(from, from + 4));
    const { source: given, manifest } = await inParts(...parts);
    const read: string[] = [];
    // Each part is read once to check it, and once to write it.
    let left = 5;
    const source: Source = {
      async read(name) {
        if (left === 0) throw new Error('the line went dead');
        left -= 1;
        read.push(name);
        return given.read(name);
      },
    };
    await expect(restore(source, manifest, ports())).rejects.toThrow('the line went dead');
    left = 9;
    await expect(restore(source, { ...manifest, endedAt: 'another' }, ports())).rejects.toThrow(/another export/);
    expect(await restore(source, manifest, ports())).toEqual({ written: 12 });
    expect(read.slice(-4)).toEqual([1, 2, 3, 3].map((part) => `rows-00000${part}.ndjson.gz`));
    expect(await all(table('consents'))).toEqual(whole);
  });

  test('npm run restore refuses with a reason, restores, and says how long it took', async () => {
    const client = await sourceTable(rich);
    await exportRows(
      'consents',
      rowsIn(client),
      { write: async (name, bytes) => writeFileSync(join(folder, name), bytes) },
      now,
    );
    const run = async (args: readonly string[]) => {
      const program = fileURLToPath(new URL('../../tools/restore/main.ts', import.meta.url));
      const env = {
        PATH: process.env.PATH ?? '',
        ...exampleEnvironment,
        PUBLIC_BASE_URL: 'https://saldo.bank.example',
        MASKINPORTEN_ISSUER: 'https://test.maskinporten.no',
        MASKINPORTEN_KEY_ID: 'https://v.vault.azure.net/keys/maskinporten/0123456789abcdef0123456789abcdef',
        MASKINPORTEN_KID: 'kid-1',
        ALTINN_BASE_URL: 'https://platform.tt02.altinn.no',
        LANEKASSEN_BASE_URL: 'https://ekstern01.api.test.lanekassen.no',
        LANEKASSEN_API_KEY: 'api-key',
        PERSON_KEY_SECRET: Buffer.alloc(32, 1).toString('base64'),
        SESSION_KEY_SECRET: Buffer.alloc(32, 2).toString('base64'),
        STATE_TABLE_CONNECTION_STRING: azurite.connectionString,
        BANKS: changedBank(exampleEnvironment, { organisationNumber }).BANKS,
      };
      const child = spawn(process.execPath, [program, ...args], {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      return { code: await new Promise<number | null>((resolve) => child.once('close', resolve)), output };
    };
    expect((await run([])).code).toBe(2);
    expect(await run(['--from', join(folder, 'nothing')])).toMatchObject({
      code: 1,
      output: expect.stringContaining('There is no manifest.json'),
    });
    const restored = await run(['--from', folder]);
    expect(restored).toMatchObject({ code: 0, output: expect.stringContaining(`Restored: ${rich.length} rows in`) });
    expect(await all(table('consents'))).toEqual(await all(client));
    expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')).rows).toBe(rich.length);
  }, 60_000);
});
