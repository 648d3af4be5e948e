import type { TableClient } from '@azure/data-tables';
import type { Time } from '../resilience/time.ts';
import { invalidReply } from '../upstream/reply.ts';
import type { TableCall } from './azure-table-call.ts';
import { toRow } from './table-entities.ts';
import { isMissingTable, statusOf } from './table-errors.ts';
import type { Row, Table } from './tables.ts';

/** What the SDK hands over with every reply. */
type OnResponse = { headers: { get(name: string): string | undefined } };

const quoted = (text: string) => text.replaceAll("'", "''");
const rangeFilter = (partitionKey: string, from: string, to: string) =>
  `PartitionKey eq '${quoted(partitionKey)}' and RowKey ge '${quoted(from)}' and RowKey lt '${quoted(to)}'`;

/** The reading half of `Table` on the real SDK. */
export function createReads(
  name: string,
  client: () => Promise<TableClient>,
  call: TableCall,
  time: Time,
): Pick<Table, 'read' | 'readPartition' | 'readRange' | 'expired'> {
  return {
    read: (partitionKey, rowKey, deadline) =>
      call('read', deadline, async (tableClient, abortSignal) => {
        let serviceNow = Number.NaN;
        const onResponse = (response: OnResponse) => {
          serviceNow = Date.parse(response.headers.get('date') ?? '');
        };
        const row = await tableClient.getEntity(partitionKey, rowKey, { abortSignal, onResponse }).then(
          (entity) => {
            // The SDK passes on whatever it finds; a row that is not the one asked for is no answer.
            if (entity.partitionKey !== partitionKey || entity.rowKey !== rowKey)
              throw invalidReply(`tables-${name}-row`);
            return toRow(entity);
          },
          (error: unknown) => {
            if (statusOf(error) === 404 && !isMissingTable(error)) return undefined;
            throw error;
          },
        );
        return { row, serviceNow: Number.isNaN(serviceNow) ? time.now() : serviceNow };
      }),

    readPartition: (partitionKey, prefix, deadline) =>
      call('read', deadline, async (tableClient, abortSignal) => {
        const filter = rangeFilter(partitionKey, prefix, `${prefix}~`);
        const rows: Row[] = [];
        for await (const entity of tableClient.listEntities({ queryOptions: { filter }, abortSignal }))
          rows.push(toRow(entity));
        return rows;
      }),

    readRange: (partitionKey, { from, to, limit }, deadline) =>
      call('read', deadline, async (tableClient, abortSignal) => {
        const filter = rangeFilter(partitionKey, from, to);
        const rows: Row[] = [];
        // A page may be shorter than asked for although more follow, so pages are read until there are enough.
        const pages = tableClient
          .listEntities({ queryOptions: { filter }, abortSignal })
          .byPage({ maxPageSize: limit });
        for await (const page of pages) {
          rows.push(...page.map(toRow));
          if (rows.length >= limit) break;
        }
        return rows.slice(0, limit);
      }),

    async *expired(before) {
      const filter = `purgeAt lt '${before.toISOString()}'`;
      for await (const entity of (await client()).listEntities({ queryOptions: { filter } })) yield toRow(entity);
    },
  };
}
