import type { TableClient } from '@azure/data-tables';
import { createReads } from './azure-reads.ts';
import { createTableCall, type TablePorts } from './azure-table-call.ts';
import { createWrites } from './azure-writes.ts';
import type { Table } from './tables.ts';

/** `Table` on the real SDK, every call under the policy of the state table. */
export function createAzureTable(
  name: string,
  client: () => Promise<TableClient>,
  attempts: { read: number; write: number },
  ports: TablePorts,
): Table {
  const call = createTableCall(name, client, attempts, ports);
  const reads = createReads(name, client, call, ports.time);
  return { ...reads, ...createWrites(call, reads.read) };
}
