// The source of a restore: a folder on this machine, or the container of the exports.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TokenCredential } from '@azure/identity';
import * as z from 'zod';
import { createBlobFolder } from '../../shared/backup/blob-store.ts';
import { type Manifest, manifestName } from '../../shared/backup/export-rows.ts';

/** An export that a restore reads. */
export type Source = { read(name: string): Promise<Buffer> };

const manifestSchema = z.strictObject({
  format: z.literal(1),
  table: z.literal('consents'),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  rows: z.int().nonnegative(),
  parts: z.array(
    z.strictObject({
      name: z.string().regex(/^rows-\d{6}\.ndjson\.gz$/),
      rows: z.int().positive(),
      bytes: z.int().positive(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

/** `from`: the folder of one export, as a path or as an https address of its blobs. */
export function openSource(
  from: string,
  credential: () => Promise<TokenCredential>,
  wait: (ms: number) => Promise<void>,
): Source {
  if (!/^https?:\/\//.test(from)) return { read: (name) => readFile(join(from, name)) };
  const isSigned = new URL(from).searchParams.has('sig');
  return createBlobFolder(from, isSigned ? undefined : credential, wait);
}

/**
 * The export's manifest. Throws `RangeError` with the reason if there is none, or if it has another format. A store that refuses or does not
 * answer says nothing about the export, so its own error is thrown.
 */
export async function readManifest(source: Source): Promise<Manifest> {
  const bytes = await source.read(manifestName).catch((cause: { status?: number; code?: string }) => {
    if (cause.status !== 404 && cause.code !== 'ENOENT') throw cause;
    throw new RangeError(
      `There is no ${manifestName}: this is not an export, or it is not complete. Use another one.`,
      { cause },
    );
  });
  let tree: unknown;
  try {
    tree = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new RangeError(`${manifestName} is not JSON.`);
  }
  const parsed = manifestSchema.safeParse(tree);
  if (!parsed.success) throw new RangeError(`${manifestName} has a format that this program does not know.`);
  const { data } = parsed;
  if (data.parts.reduce((sum, part) => sum + part.rows, 0) !== data.rows)
    throw new RangeError(`${manifestName} has another number of rows than its parts together.`);
  return data;
}
