import type { TableClient } from '@azure/data-tables';
import { ProblemError } from '../problems.ts';
import type { Attempt } from '../resilience/attempt.ts';
import { type Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { UpstreamCall } from '../resilience/upstream-call.ts';
import { reasonOf } from '../telemetry/alerts.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { failedSend, invalidReply, judged } from '../upstream/reply.ts';
import { SdkFailure, throughSdk } from '../upstream/sdk-transport.ts';
import type { TableName, TableOpener } from './open-tables.ts';
import { answerOf, isMissingTable } from './table-errors.ts';

/** What a call to a table needs besides the SDK. */
export type TablePorts = {
  name: TableName;
  opener: Pick<TableOpener, 'client' | 'forget'>;
  attempts: { read: number; write: number };
  policy: UpstreamCall;
  time: Time;
  telemetry: Telemetry;
  /** A call that began at `startedAt` got a 401: the identity's next token must be a new one. */
  onRefusedToken?: (startedAt: number) => void;
};

/** A call to a table: the SDK's, under the deadline and in the attempt that it is given. */
export type TableWork<T> = (client: TableClient, signal: AbortSignal, attempt: number) => Promise<T>;

/**
 * One call to the table under the policy, with the SDK's own retries off: one layer only. `work` handles the answers that it
 * expects (a missing row, a failed guard). What it throws is a failure.
 */
export async function callTable<T>(
  ports: TablePorts,
  kind: 'read' | 'write',
  deadline: Deadline,
  work: TableWork<T>,
): Promise<T> {
  let renewed = false;
  return ports.policy.run<T, { client: TableClient } | { fault: unknown }>(
    `tables-${kind}`,
    deadline,
    async ({ signal, number, prepared }) => {
      const startedAt = ports.time.now();
      try {
        if ('fault' in prepared) throw prepared.fault;
        const { client } = prepared;
        return { value: await throughSdk(() => work(client, signal, number)) };
      } catch (error) {
        const failed = failedCall(ports, error, { renewed, startedAt });
        renewed ||= 'again' in failed && failed.again === 'token';
        return failed;
      }
    },
    {
      maxAttempts: ports.attempts[kind],
      // Once a process, opening (identity, marker row) takes longer than an attempt. Its failure is judged like any other.
      prepare: async (left) => {
        try {
          return { client: await left.within(() => ports.opener.client(ports.name)) };
        } catch (fault) {
          return { fault };
        }
      },
    },
  );
}

/** What a failed call means to the policy, by what the service answered. `tried`: of the call before this. */
export function failedCall(ports: TablePorts, error: unknown, tried = { renewed: true, startedAt: 0 }): Attempt<never> {
  const { name, opener, time, telemetry, onRefusedToken } = ports;
  if (error instanceof ProblemError) return { problem: error, elsewhere: error.code !== 'upstream-invalid-reply' };
  if (error instanceof DeadlineExceeded) return { outcome: 'timeout', fault: 'opening' };
  const { failure, cause } = error instanceof SdkFailure ? error : new SdkFailure({}, error);
  const reply = answerOf(error);
  // What was thrown below the SDK by a part of ours: the identity's fault, a row that is not the one asked for.
  if (cause instanceof ProblemError) return failedCall(ports, cause, tried);
  if (failure) return failedSend(`tables-${name}`)(failure);
  // An exception without an answer.
  if (reply === undefined) return { outcome: 'connection', fault: 'no-answer', cause };
  if (isMissingTable(error)) {
    // The next attempt opens the table again, and so creates it.
    opener.forget();
    telemetry.alert('table-missing', 'A state table is gone and is created again, empty. Find out who removed it.', {
      table: name,
      reason: name,
    });
    return { outcome: 'connection', fault: `${name}-missing` };
  }
  if (reply.status < 300) return { problem: invalidReply('tables', `${name}-unreadable`, cause) };
  // A status that is about a row, for a call that expects none (`TableBeingDeleted`, or a gateway's page): it says nothing.
  if ([404, 409, 412].includes(reply.status))
    return { outcome: 'gateway-error', fault: `${name}-status-${reply.status}` };
  const found = judged('tables', reply, time.now(), tried.renewed);
  if (found.meaning === 'failed') return found.failed;
  if (found.meaning === 'renew') {
    onRefusedToken?.(tried.startedAt);
    return { again: 'token', otherwise: { outcome: 'connection', fault: `${name}-status-401` } };
  }
  telemetry.alert(
    'tables-refused',
    'Check that the app identity is Storage Table Data Contributor on the account of STATE_TABLE_ENDPOINT.',
    { fault: `tables-${reply.status}`, reason: reasonOf(reply.status) },
  );
  return { problem: new ProblemError('configuration', { fault: `tables-refused-${reply.status}`, party: 'tables' }) };
}
