import { randomBytes } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { createBlobFolder } from './blob-store.ts';
import { exportRows, type Manifest } from './export-rows.ts';
import { rowOf, type StoredRow } from './row-lines.ts';

/** Rows a page: this many are in memory besides the part that is being filled. */
const pageRows = 1000;

/** Every row of a table, page by page, as it is stored. */
export async function* rowsIn(client: TableClient): AsyncGenerator<StoredRow> {
  for await (const page of client.listEntities({ disableTypeConversion: true }).byPage({ maxPageSize: pageRows }))
    for (const entity of page) yield rowOf(entity);
}

/** The name of an export: its time, so that names sort, and a random part, because two instances may begin at once. */
export const exportName = (now: Date): string =>
  `consents/${now.toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}`;

/**
 * Exports the table `consents` into a folder of its own below `containerUrl`. Rejects when a row could not be read or a part
 * not written. Without a manifest the export is not complete and is not used.
 */
export async function exportConsents(
  client: TableClient,
  containerUrl: string,
  credential: (() => Promise<TokenCredential>) | undefined,
  ports: { now: () => number; wait: (ms: number) => Promise<void> },
): Promise<Manifest & { name: string }> {
  const name = exportName(new Date(ports.now()));
  const url = new URL(containerUrl);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${name}`;
  const store = createBlobFolder(url.href, credential, ports.wait);
  return { ...(await exportRows('consents', rowsIn(client), store, ports.now)), name };
}
