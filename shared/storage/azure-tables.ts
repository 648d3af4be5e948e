import { createReads } from './azure-reads.ts';
import { createTableCall, type TablePorts } from './azure-table-call.ts';
import { createWrites } from './azure-writes.ts';
import type { TableName, TableOpener } from './open-tables.ts';
import type { Table } from './tables.ts';

/** `Table` on the real SDK, every call under the policy of the state table. */
export function createAzureTable(
  name: TableName,
  opener: Pick<TableOpener, 'client' | 'opened'>,
  attempts: { read: number; write: number },
  ports: TablePorts,
): Table {
  const call = createTableCall(name, opener, attempts, ports);
  const reads = createReads(name, () => opener.client(name), call, ports.time);
  return { ...reads, ...createWrites(call, reads.read) };
}
