import type { TableClient } from '@azure/data-tables';
import { ProblemError } from '../problems.ts';
import { unavailable } from '../resilience/upstream-problems.ts';
import { invalidReply } from '../upstream/reply.ts';
import { SdkFailure, throughSdk } from '../upstream/sdk-transport.ts';
import { failedCall, type TableCall, type TablePorts } from './azure-table-call.ts';
import type { TableName } from './open-tables.ts';
import { toRow } from './table-entities.ts';
import { isRowMissing, statusOf } from './table-errors.ts';
import type { Row, Table } from './tables.ts';

/** What the SDK passes on with every reply. */
type OnResponse = { headers: { get(name: string): string | undefined } };

const quoted = (text: string) => text.replaceAll("'", "''");

/** The service's own limit for a query, milliseconds (learn.microsoft.com, "Query timeout and pagination"). */
const scanMs = 30_000;

/** The reading half of `Table` on the real SDK. */
export function createReads(
  name: TableName,
  client: () => Promise<TableClient>,
  call: TableCall,
  ports: TablePorts,
): Pick<Table, 'read' | 'readRange' | 'duePage'> {
  const { time } = ports;
  return {
    read: (partitionKey, rowKey, deadline) =>
      call('read', deadline, async (tableClient, abortSignal) => {
        let serviceNow = Number.NaN;
        const onResponse = (response: OnResponse) => {
          serviceNow = Date.parse(response.headers.get('date') ?? '');
        };
        const row = await throughSdk(() =>
          tableClient.getEntity(partitionKey, rowKey, { abortSignal, onResponse }),
        ).then(
          (entity) => {
            // The SDK passes on any row. One that is not the requested row is no answer.
            if (entity.partitionKey !== partitionKey || entity.rowKey !== rowKey)
              throw invalidReply('tables', `${name}-row`);
            return toRow(entity);
          },
          (error: unknown) => {
            if (isRowMissing(error)) return undefined;
            throw error;
          },
        );
        return { row, serviceNow: Number.isNaN(serviceNow) ? time.now() : serviceNow };
      }),

    readRange: (partitionKey, { from, to, limit }, deadline) =>
      call('read', deadline, async (tableClient, abortSignal) => {
        const filter = `PartitionKey eq '${quoted(partitionKey)}' and RowKey ge '${quoted(from)}' and RowKey lt '${quoted(to)}'`;
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

    // Outside the policy of the other calls, whose limits and breaker are for customers: the service may take five seconds for a page in
    // which few rows are due. The sweep repeats a failed page itself.
    async duePage(before, position, deadline) {
      const at = before.toISOString();
      const from = position === undefined ? {} : { continuationToken: position };
      try {
        return await deadline.atMost(scanMs).bound(async (abortSignal) => {
          const pages = (await client())
            .listEntities({ queryOptions: { filter: `purgeAt lt '${at}' or eraseAt lt '${at}'` }, abortSignal })
            .byPage({ maxPageSize: 1000, ...from });
          const { value: page } = await throughSdk(() => pages.next());
          return { rows: page.map(toRow), next: page.continuationToken };
        });
      } catch (error) {
        // The service refuses the position, or the SDK cannot read it.
        const { reply, failure, cause } = error instanceof SdkFailure ? error : new SdkFailure({}, error);
        const isUnread = reply === undefined && failure === undefined && !(cause instanceof ProblemError);
        const isRefused = error instanceof SdkFailure && (statusOf(error) === 400 || isUnread);
        if (position !== undefined && isRefused) return undefined;
        const failed = failedCall(name, error, ports);
        if ('problem' in failed) throw failed.problem;
        throw unavailable('tables', 'fault' in failed ? failed.fault : 'scan', time.random());
      }
    },
  };
}
