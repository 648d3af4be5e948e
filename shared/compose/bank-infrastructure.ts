import type { Bank } from '../bank/bank.ts';
import { tableOf } from '../bank/bank-table.ts';
import type { UpstreamCall } from '../resilience/upstream-call.ts';
import type { Table } from '../storage/tables.ts';
import type { Infrastructure } from './infrastructure.ts';

/** What one bank's parts build on: tables in which only its own rows are read, and the app's policies under the bank's share. */
export type BankInfrastructure = Pick<Infrastructure, 'time' | 'telemetry' | 'http' | 'policy' | 'tables'>;

/** The infrastructure of one bank. */
export function infrastructureOf({ organisationNumber }: Bank, infrastructure: Infrastructure): BankInfrastructure {
  const own = (table: Table) => tableOf(organisationNumber, table, infrastructure.telemetry);
  return {
    time: infrastructure.time,
    telemetry: infrastructure.telemetry,
    http: infrastructure.http,
    policy: (upstream, numbers) => sharedBy(organisationNumber, infrastructure.policy(upstream, numbers)),
    tables: { consents: own(infrastructure.tables.consents), sessions: own(infrastructure.tables.sessions) },
  };
}

/** The policy, each call under the bank's share of its places. */
const sharedBy = (share: string, policy: UpstreamCall): UpstreamCall => ({
  queueWait: policy.queueWait,
  run: (call, deadline, attempt, options) => policy.run(call, deadline, attempt, { share, ...options }),
});
