import type { CommonNumbers, UpstreamCallNumbers } from '../resilience/attempt.ts';
import type { Time } from '../resilience/time.ts';
import { createUpstreamCall, type UpstreamCall } from '../resilience/upstream-call.ts';
import type { Settings } from '../settings.ts';
import { AzureTable } from '../storage/azure-tables.ts';
import { createCredential, dropRefusedToken, type Identity } from '../storage/credential.ts';
import { createTableOpener, type TableName } from '../storage/open-tables.ts';
import type { Table } from '../storage/tables.ts';
import type { Upstream } from '../telemetry/dimensions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createHttpClient, type HttpClient } from '../upstream/http-client.ts';
import { createSdkTransport, type SdkTransport } from '../upstream/sdk-transport.ts';

/** What the process itself brings. */
export type Surroundings = { time: Time; telemetry: Telemetry; hasIdentityEndpoint: boolean };

/** What every subject builds on: a policy for each upstream, a connection pool for each party, the app's identity, the tables. */
export type Infrastructure = {
  time: Time;
  telemetry: Telemetry;
  /** The one policy of an upstream, with guards of its own: made at the first call, and the same for all banks. */
  policy: (upstream: Upstream, own: UpstreamCallNumbers) => UpstreamCall;
  /** One more policy, where several parties go by one name: each identity provider has its own. */
  anotherPolicy: (upstream: Upstream, own: UpstreamCallNumbers) => UpstreamCall;
  http: Readonly<Record<'personTokenIssuer' | 'maskinporten' | 'altinn' | 'lanekassen', HttpClient>>;
  /** What the SDKs of the vault and the tables send through. */
  transport: Readonly<Record<'keyVault' | 'tables', () => Promise<SdkTransport>>>;
  credential: () => Promise<Identity>;
  tables: Readonly<Record<TableName, Table>>;
  /** The tables under guards of their own: a failure of the sweep does not block customers, nor the other way round. */
  sweptTables: Readonly<Record<TableName, Table>>;
  /** Closes every connection. */
  close(): Promise<unknown>;
  /** Opens the tables before the first use. After a failure that use tries again. */
  warmTables(): void;
};

/** A page of rows is 4 MiB at most (learn.microsoft.com, "Query timeout and pagination"), its envelope some more. */
const maxTableBytes = 5 * 1024 * 1024;

/** Builds the infrastructure; nothing is fetched here. */
export function composeInfrastructure(
  settings: Settings,
  { time, telemetry, hasIdentityEndpoint }: Surroundings,
): Infrastructure {
  const { policy: numbers } = settings;
  const common: CommonNumbers = numbers.common;
  const anotherPolicy: Infrastructure['policy'] = (upstream, own) =>
    createUpstreamCall(upstream, own, common, { time, telemetry });
  const policies = new Map<Upstream, UpstreamCall>();
  const policy: Infrastructure['policy'] = (upstream, own) => {
    const made = policies.get(upstream) ?? anotherPolicy(upstream, own);
    policies.set(upstream, made);
    return made;
  };
  const credential = createCredential(settings.identity.clientId, hasIdentityEndpoint, {
    policy: policy('identity', numbers.identity),
    totalMs: numbers.identity.totalMs,
    time,
    telemetry,
  });
  const pools = {
    personTokenIssuer: createHttpClient({ connectTimeoutMs: numbers.personTokenIssuer.connectMs }),
    maskinporten: createHttpClient({ connectTimeoutMs: numbers.maskinporten.connectMs }),
    altinn: createHttpClient({ connectTimeoutMs: numbers.altinn.connectMs }),
    lanekassen: createHttpClient({ connectTimeoutMs: numbers.lanekassen.connectMs }),
    keyVault: createHttpClient({ connectTimeoutMs: numbers.keyVault.connectMs }),
    tables: createHttpClient({ connectTimeoutMs: numbers.tables.connectMs, maxReplyBytes: maxTableBytes }),
  };
  const transport = {
    keyVault: () => createSdkTransport(pools.keyVault),
    tables: () => createSdkTransport(pools.tables),
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
  const tablesUnder = (under: UpstreamCall) => ({
    consents: table('consents', under),
    sessions: table('sessions', under),
  });
  const table = (name: TableName, under: UpstreamCall) =>
    new AzureTable(name, opener, numbers.tableAttempts, {
      policy: under,
      time,
      telemetry,
      onRefusedToken: dropRefusedToken(credential),
      onMissing() {
        opener.forget();
        telemetry.alert(
          'table-missing',
          'A state table is gone and is created again, empty. Find out who removed it.',
          {
            table: name,
          },
        );
      },
    });
  return {
    time,
    telemetry,
    policy,
    anotherPolicy,
    http: pools,
    transport,
    close: () => Promise.all(Object.values(pools).map((pool) => pool.close())),
    credential,
    tables: tablesUnder(policy('tables', numbers.tables)),
    sweptTables: tablesUnder(policy('tables-sweep', { ...numbers.tables, concurrency: 8 })),
    warmTables: () => void opener.client('consents').catch(() => {}),
  };
}
