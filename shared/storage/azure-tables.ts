import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import { unavailable } from '../resilience/upstream-problems.ts';
import { invalidReply } from '../upstream/reply.ts';
import { SdkFailure, throughSdk } from '../upstream/sdk-transport.ts';
import { callTable, failedCall, type TablePorts, type TableWork } from './azure-table-call.ts';
import { entityOf, toAction, toRow } from './table-entities.ts';
import { isRowChanged, isRowMissing, isRowPresent, statusOf } from './table-errors.ts';
import type { Page, Row, Step, Table } from './tables.ts';

type Steps = Parameters<Table['write']>[0];

/** What the SDK passes on with every reply. */
type OnResponse = { headers: { get(name: string): string | undefined } };

const quoted = (text: string) => text.replaceAll("'", "''");

/** The service's own limit for a query, milliseconds (learn.microsoft.com, "Query timeout and pagination"). */
const scanMs = 30_000;

/**
 * `Table` on the real SDK, every call but the sweep's under the policy of the state table. Each write carries a `writeId`: when
 * its answer is lost and it is sent again, the guard fails, and the `writeId` in the row shows that the first one took effect.
 */
export class AzureTable implements Table {
  readonly #ports: TablePorts;

  constructor(ports: TablePorts) {
    this.#ports = ports;
  }

  read(partitionKey: string, rowKey: string, deadline: Deadline) {
    return this.#call('read', deadline, async (client, abortSignal) => {
      let serviceNow = Number.NaN;
      const onResponse = (response: OnResponse) => {
        serviceNow = Date.parse(response.headers.get('date') ?? '');
      };
      const get = () => client.getEntity(partitionKey, rowKey, { abortSignal, onResponse });
      const entity = await throughSdk(get).catch((error: unknown) => {
        if (isRowMissing(error)) return undefined;
        throw error;
      });
      // The SDK passes on any row. One that is not the requested row is no answer.
      if (entity && (entity.partitionKey !== partitionKey || entity.rowKey !== rowKey))
        throw invalidReply('tables', `${this.#ports.name}-row`);
      return {
        row: entity && toRow(entity),
        serviceNow: Number.isNaN(serviceNow) ? this.#ports.time.now() : serviceNow,
      };
    });
  }

  readRange(
    partitionKey: string,
    { from, to, limit }: { from: string; to: string; limit: number },
    deadline: Deadline,
  ) {
    return this.#call('read', deadline, async (client, abortSignal) => {
      const filter = `PartitionKey eq '${quoted(partitionKey)}' and RowKey ge '${quoted(from)}' and RowKey lt '${quoted(to)}'`;
      const rows: Row[] = [];
      // A page may be shorter than asked for although more follow, so pages are read until there are enough.
      const pages = client.listEntities({ queryOptions: { filter }, abortSignal }).byPage({ maxPageSize: limit });
      for await (const page of pages) {
        rows.push(...page.map(toRow));
        if (rows.length >= limit) break;
      }
      return rows.slice(0, limit);
    });
  }

  // Outside the policy of the other calls, whose limits and breaker are for customers: the service may take five seconds for a page in
  // which few rows are due. The sweep repeats a failed page itself.
  async duePage(before: Date, position: string | undefined, deadline: Deadline): Promise<Page | undefined> {
    const { name, opener, time } = this.#ports;
    const at = before.toISOString();
    const from = position === undefined ? {} : { continuationToken: position };
    try {
      return await deadline.atMost(scanMs).bound(async (abortSignal) => {
        const pages = (await opener.client(name))
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
      const failed = failedCall(this.#ports, error);
      if ('problem' in failed) throw failed.problem;
      throw unavailable('tables', 'fault' in failed ? failed.fault : 'scan', time.random());
    }
  }

  async write(steps: Steps, deadline: Deadline): Promise<string | undefined> {
    const writeId = randomUUID();
    const { etag, isRepeat } = await this.#call('write', deadline, async (client, signal, attempt) => {
      try {
        return { etag: await send(client, steps, writeId, signal), isRepeat: false };
      } catch (error) {
        if (!steps.some((step) => isGuardOf(step, error))) throw error;
        return { etag: undefined, isRepeat: attempt > 1 };
      }
    });
    if (!isRepeat) return etag;
    const { partitionKey, rowKey } = steps[0];
    const { row } = await this.read(partitionKey, rowKey, deadline);
    return row?.values.writeId === writeId ? row.etag : undefined;
  }

  remove(partitionKey: string, rowKey: string, etag: string, deadline: Deadline): Promise<boolean> {
    return this.#call('write', deadline, async (client, abortSignal) => {
      try {
        await client.deleteEntity(partitionKey, rowKey, { etag, abortSignal });
        return true;
      } catch (error) {
        if (isRowChanged(error)) return false;
        if (isRowMissing(error)) return true;
        throw error;
      }
    });
  }

  #call<T>(kind: 'read' | 'write', deadline: Deadline, work: TableWork<T>): Promise<T> {
    return callTable(this.#ports, kind, deadline, work);
  }
}

/** Whether the error says that the guard of this step failed. */
function isGuardOf({ etag }: Step, error: unknown): boolean {
  if (etag === null) return isRowPresent(error);
  return etag !== undefined && (isRowChanged(error) || isRowMissing(error));
}

/** Sends the steps. Returns the new ETag of the first row. */
async function send(client: TableClient, steps: Steps, writeId: string, abortSignal: AbortSignal): Promise<string> {
  const { etag } = steps.length === 1 ? await sendOne(steps[0]) : await sendAll();
  // Without it the next change could not be guarded.
  if (!etag) throw invalidReply('tables', 'write-etag');
  return etag;

  function sendOne(step: Step) {
    const entity = entityOf(step, writeId);
    if (step.etag === null) return client.createEntity(entity, { abortSignal });
    if (step.etag === undefined) return client.upsertEntity(entity, 'Replace', { abortSignal });
    return client.updateEntity(entity, 'Replace', { etag: step.etag, abortSignal });
  }

  async function sendAll() {
    const actions = steps.map((step) => toAction(step, writeId));
    const { subResponses } = await client.submitTransaction(actions, { abortSignal });
    // The SDK throws for a failed step only where it finds a JSON body.
    const failed = subResponses.find(({ status }) => status >= 300);
    if (failed) throw Object.assign(new Error('A step failed.'), { name: 'RestError', statusCode: failed.status });
    return { etag: subResponses.length === steps.length ? subResponses[0]?.etag : undefined };
  }
}
