import type { TableClient } from '@azure/data-tables';
import { ProblemError } from '../problems.ts';
import { retryAfterOf } from '../resilience/azure-retry-after.ts';
import { type Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import type { Attempt, Policy } from '../resilience/policy.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { invalidReply } from '../upstream/reply.ts';
import type { TableName, TableOpener } from './open-tables.ts';
import { isMissingTable, statusOf } from './table-errors.ts';

/** What a call to a table needs besides the SDK. */
export type TablePorts = {
  policy: Policy;
  time: Time;
  telemetry: Telemetry;
  /** The table is gone: whoever opened it must open (and create) it anew. */
  onMissing?: () => void;
};

/** One call under the policy. `work` reads what has a meaning to it (a missing row, a failed guard); what it throws is a failure. */
export type TableCall = <T>(
  kind: 'read' | 'write',
  deadline: Deadline,
  work: (client: TableClient, signal: AbortSignal, attempt: number) => Promise<T>,
) => Promise<T>;

/** Calls to the table `name` with the SDK's own retries off: one layer only. */
export function createTableCall(
  name: TableName,
  opener: Pick<TableOpener, 'client' | 'opened'>,
  attempts: { read: number; write: number },
  ports: TablePorts,
): TableCall {
  return async <T>(
    kind: 'read' | 'write',
    deadline: Deadline,
    work: (client: TableClient, signal: AbortSignal, attempt: number) => Promise<T>,
  ): Promise<T> => {
    return ports.policy.run<T, { client: TableClient } | { fault: unknown }>(
      `tables-${kind}`,
      deadline,
      async ({ signal, number, prepared }) => {
        try {
          if ('fault' in prepared) throw prepared.fault;
          return { value: await work(prepared.client, signal, number) };
        } catch (error) {
          return failedCall(name, error, ports);
        }
      },
      {
        maxAttempts: attempts[kind],
        // Opening takes longer than a try (identity, the marker row), once a process; a failure is judged like any other.
        prepare: async (left) => {
          const opened = opener.opened(name);
          if (opened) return { client: opened };
          try {
            return { client: await left.within(() => opener.client(name)) };
          } catch (fault) {
            return { fault };
          }
        },
      },
    );
  };
}

/** What a failed call means to the policy. */
export function failedCall(name: string, error: unknown, { time, telemetry, onMissing }: TablePorts): Attempt<never> {
  if (error instanceof ProblemError) return { problem: error, elsewhere: error.code !== 'upstream-invalid-reply' };
  if (error instanceof DeadlineExceeded) return { outcome: 'timeout', fault: 'opening' };
  const status = statusOf(error);
  const errorName = (error as { name?: unknown } | undefined)?.name;
  if (errorName === 'AbortError') return { outcome: 'timeout', fault: 'timeout' };
  // A success that could not be read: told by a status, or by whatever the SDK's reader stumbled over.
  if (status !== undefined ? status < 400 : errorName !== 'RestError')
    return { problem: invalidReply(`tables-${name}-unreadable`, error) };
  // Also where the line broke inside the body.
  if (status === undefined) return { outcome: 'connection', fault: 'connection' };
  if (isMissingTable(error)) {
    // Opened, and so made, anew by the next attempt.
    onMissing?.();
    return { outcome: 'connection', fault: `${name}-missing` };
  }
  const asked = { retryAfterMs: retryAfterOf(error, time.now()), fault: `${name}-status-${status}` };
  if (status === 429) return { outcome: 'throttled', ...asked };
  if (status === 500) return { outcome: 'server-error', ...asked };
  // Where no caller asked for it (`TableBeingDeleted`, a gateway's 404), it says nothing about a row.
  if (status > 500 || [404, 409, 412].includes(status)) return { outcome: 'gateway-error', ...asked };
  telemetry.alert(
    'tables-refused',
    'Check that the app identity is Storage Table Data Contributor on the account of STATE_TABLE_ENDPOINT.',
    { fault: `tables-${status}` },
  );
  return { problem: new ProblemError('configuration', { fault: `tables-refused-${status}` }) };
}
