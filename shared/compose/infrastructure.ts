import type { Bank } from '../bank/bank.ts';
import { tableOf } from '../bank/bank-table.ts';
import type { UpstreamCallNumbers } from '../resilience/attempt.ts';
import type { Time } from '../resilience/time.ts';
import { createUpstreamCall, type UpstreamCall } from '../resilience/upstream-call.ts';
import type { Settings } from '../settings.ts';
import { AzureTable } from '../storage/azure-tables.ts';
import { createCredential, dropRefusedToken } from '../storage/credential.ts';
import { createTableOpener, type TableName } from '../storage/open-tables.ts';
import type { Table } from '../storage/tables.ts';
import type { Upstream } from '../telemetry/dimensions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createHttpClient } from '../upstream/http-client.ts';
import { createSdkTransport } from '../upstream/sdk-transport.ts';

/** What the process itself brings. */
export type Surroundings = { time: Time; telemetry: Telemetry; hasIdentityEndpoint: boolean };

/** A page of rows is 4 MiB at most (learn.microsoft.com, "Query timeout and pagination"), its envelope some more. */
const maxTableBytes = 5 * 1024 * 1024;

/** A connection pool for each party: those that we call ourselves, and those that an SDK calls. */
const composePools = (numbers: Settings['policy']) => ({
  http: {
    personTokenIssuer: createHttpClient({ connectTimeoutMs: numbers.personTokenIssuer.connectMs }),
    maskinporten: createHttpClient({ connectTimeoutMs: numbers.maskinporten.connectMs }),
    altinn: createHttpClient({ connectTimeoutMs: numbers.altinn.connectMs }),
    lanekassen: createHttpClient({ connectTimeoutMs: numbers.lanekassen.connectMs }),
  },
  sdk: {
    keyVault: createHttpClient({ connectTimeoutMs: numbers.keyVault.connectMs }),
    tables: createHttpClient({ connectTimeoutMs: numbers.tables.connectMs, maxReplyBytes: maxTableBytes }),
  },
});

/** Builds the infrastructure; nothing is fetched here. */
export function composeInfrastructure(settings: Settings, { time, telemetry, hasIdentityEndpoint }: Surroundings) {
  const { policy: numbers } = settings;
  const policies = new Map<string, UpstreamCall>();
  const policy = (upstream: Upstream, own: UpstreamCallNumbers, which = ''): UpstreamCall => {
    const key = `${upstream} ${which}`;
    const made = policies.get(key) ?? createUpstreamCall(upstream, own, numbers.common, { time, telemetry });
    policies.set(key, made);
    return made;
  };
  const credential = createCredential(settings.identity.clientId, hasIdentityEndpoint, {
    policy: policy('identity', numbers.identity),
    totalMs: numbers.identity.totalMs,
    time,
    telemetry,
  });
  const { http, sdk } = composePools(numbers);
  const transport = {
    keyVault: () => createSdkTransport(sdk.keyVault),
    tables: () => createSdkTransport(sdk.tables),
  };
  const opener = createTableOpener(
    settings.state,
    settings.banks.map(({ organisationNumber }) => organisationNumber),
    credential,
    {
      transport: transport.tables,
      totalMs: numbers.identity.totalMs + numbers.tables.totalMs,
      time,
    },
  );
  const tablesUnder = (under: UpstreamCall): Readonly<Record<TableName, Table>> => ({
    consents: table('consents', under),
    sessions: table('sessions', under),
  });
  const table = (name: TableName, under: UpstreamCall) =>
    new AzureTable({
      name,
      opener,
      attempts: numbers.tableAttempts,
      policy: under,
      time,
      telemetry,
      onRefusedToken: dropRefusedToken(credential),
    });
  return {
    time,
    telemetry,
    /**
     * The one policy of an upstream, with guards of its own: made at the first call, and the same for all banks. `which`: where several
     * parties go by one name (identity providers, vaults), each has its own.
     */
    policy,
    http,
    /** What the SDKs of the vault and the tables send through. */
    transport,
    credential,
    tables: tablesUnder(policy('tables', numbers.tables)),
    /** The tables under guards of their own: a failure of the sweep does not block customers, nor the other way round. */
    sweptTables: tablesUnder(policy('tables-sweep', { ...numbers.tables, concurrency: 8 })),
    /** Closes every connection. */
    close: (): Promise<unknown> => Promise.all(Object.values({ ...http, ...sdk }).map((pool) => pool.close())),
    /** Opens the tables before the first use. After a failure that use tries again. */
    warmTables: () => void opener.client('consents').catch(() => {}),
  };
}

/** What every subject builds on: a policy for each upstream, a connection pool for each party, the app's identity, the tables. */
export type Infrastructure = ReturnType<typeof composeInfrastructure>;

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
