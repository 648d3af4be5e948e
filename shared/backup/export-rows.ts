import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { lineOf, type StoredRow } from './row-lines.ts';

/** A file of the export: compressed lines. */
export type Part = { name: string; rows: number; bytes: number; sha256: string };

/** The content list of an export. It is written last: an export without one is not complete. */
export type Manifest = {
  format: 1;
  table: string;
  /** ISO 8601, UTC. Each row is as it was at some instant between the two. */
  startedAt: string;
  endedAt: string;
  rows: number;
  parts: Part[];
};

/** Where an export is written. The store refuses to write a name twice. */
export type ExportStore = { write(name: string, bytes: Uint8Array): Promise<void> };

/** A part is closed at this many rows, or bytes of text. That bounds the memory. A row is 1 MiB at most. */
export const partRows = 5000;
const partBytes = 8 * 1024 * 1024;

/** The name of the manifest. */
export const manifestName = 'manifest.json';

/**
 * Writes all rows to the store, part by part, then the manifest. Holds one part at a time, however many rows there are.
 * Rejects with what the rows or the store reject with; the export is then not whole, and the next one has a name of its own.
 */
export async function exportRows(
  table: string,
  rows: AsyncIterable<StoredRow>,
  store: ExportStore,
  now: () => number,
): Promise<Manifest> {
  const startedAt = new Date(now()).toISOString();
  const parts: Part[] = [];
  let lines: string[] = [];
  let size = 0;
  const flush = async () => {
    if (lines.length === 0) return;
    // Off the event loop: customers are served by the same process.
    const bytes = await promisify(gzip)(`${lines.join('\n')}\n`);
    const name = `rows-${String(parts.length + 1).padStart(6, '0')}.ndjson.gz`;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await store.write(name, bytes);
    parts.push({ name, rows: lines.length, bytes: bytes.length, sha256 });
    lines = [];
    size = 0;
  };
  for await (const row of rows) {
    const line = lineOf(row);
    lines.push(line);
    size += Buffer.byteLength(line);
    if (lines.length >= partRows || size >= partBytes) await flush();
  }
  await flush();
  const total = parts.reduce((sum, part) => sum + part.rows, 0);
  const manifest: Manifest = {
    format: 1,
    table,
    startedAt,
    endedAt: new Date(now()).toISOString(),
    rows: total,
    parts,
  };
  await store.write(manifestName, Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`));
  return manifest;
}
