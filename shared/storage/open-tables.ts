import type { TableClient, TableServiceClientOptions } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import type { Secret } from '../person/secret.ts';
import { ProblemError } from '../problems.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import { createHttpClient } from '../upstream/http-client.ts';
import { createSdkTransport, type SdkTransport, throughSdk } from '../upstream/sdk-transport.ts';
import { isMissingTable, isRowMissing, isRowPresent, statusOf } from './table-errors.ts';

/** The tables of the program. */
export const tableNames = ['consents', 'sessions'] as const;
export type TableName = (typeof tableNames)[number];

/** Where the tables are: an endpoint reached with the app's identity, or an emulator's connection string. */
export type TableLocation = { endpoint: string | undefined; connectionString: Secret | undefined };

const marker = { partitionKey: 'bank', rowKey: 'bank' };

/** The tables' clients. */
export type TableOpener = ReturnType<typeof createTableOpener>;

/**
 * Opens the tables at the first call: creates them if absent and sets the marker row that names the banks, so that an app of none
 * of them on the same tables is refused (`configuration`) before it reads a single customer's row. A bank that is new on the
 * app's list is added to the marker. A failure is not remembered: the next call tries again.
 */
export function createTableOpener(
  location: TableLocation,
  organisationNumbers: readonly string[],
  credential: () => Promise<TokenCredential>,
  /** `transport`: default ours, with a pool of its own. */
  limits: { totalMs: number; time: Time; transport?: () => Promise<SdkTransport> },
) {
  let isMissing = false;
  let opening: Promise<Map<TableName, TableClient>> | undefined;
  const open = async () => {
    const clients = await connect(location, credential, await limits.transport?.());
    const consents = clients.get('consents') as TableClient;
    let banks = await banksOf(consents);
    if (banks === undefined || isMissing) {
      for (const client of clients.values()) await throughSdk(() => client.createTable());
      // Insert, not upsert: two banks starting at once must not both believe they are first.
      await throughSdk(() => consents.createEntity({ ...marker, banks: organisationNumbers.join(' ') })).catch(
        (error: unknown) => {
          if (!isRowPresent(error)) throw error;
        },
      );
      isMissing = false;
    }
    banks ??= await banksOf(consents);
    const known = banks?.organisationNumbers ?? [];
    const added = organisationNumbers.filter((one) => !known.includes(one));
    if (added.length === organisationNumbers.length)
      throw new ProblemError('configuration', { fault: 'tables-of-another-bank', party: 'tables' });
    if (added.length > 0 && banks !== undefined) await addTo(consents, banks, added);
    return clients;
  };
  return {
    async client(name: TableName): Promise<TableClient> {
      // Bounded: a service that never answers must not keep every later caller waiting for the first one's attempt.
      opening ??= Deadline.after(limits.time, limits.totalMs)
        .within(open)
        .catch((error: unknown) => {
          opening = undefined;
          throw error;
        });
      return (await opening).get(name) as TableClient;
    },

    /** A table does not exist: the next call opens it again, and so creates it. */
    forget(): void {
      opening = undefined;
      isMissing = true;
    },
  };
}

/** The SDK's client of one table: by the emulator's connection string, or with an identity. Nothing is fetched but the identity. */
export async function connectTable(
  { endpoint = '', connectionString }: TableLocation,
  name: string,
  credential: () => Promise<TokenCredential>,
  options: TableServiceClientOptions = {},
): Promise<TableClient> {
  const { TableClient } = await import('@azure/data-tables');
  const text = connectionString?.reveal();
  if (text !== undefined)
    return TableClient.fromConnectionString(text, name, { ...options, allowInsecureConnection: true });
  const allowInsecureConnection = endpoint.startsWith('http:');
  return new TableClient(endpoint, name, await credential(), { ...options, allowInsecureConnection });
}

async function connect(
  location: TableLocation,
  credential: () => Promise<TokenCredential>,
  transport: SdkTransport | undefined,
) {
  // Our own layer retries (`azure-table-call.ts`); two layers would multiply. Our credential is for one host: no redirect.
  const httpClient = transport ?? (await createSdkTransport(createHttpClient({ connectTimeoutMs: 1000 })));
  const options = { retryOptions: { maxRetries: 0 }, redirectOptions: { maxRetries: 0 }, httpClient };
  const clients = new Map<TableName, TableClient>();
  for (const name of tableNames) {
    const client = await connectTable(location, name, credential, options);
    removeLogStep(client.pipeline);
    clients.set(name, client);
  }
  return clients;
}

/** The banks of a marker row, and what guards its change. An earlier version has written the number of its one bank. */
type Marker = { organisationNumbers: readonly string[]; etag: string };

async function banksOf(table: TableClient): Promise<Marker | undefined> {
  try {
    const row = await throughSdk(() => table.getEntity(marker.partitionKey, marker.rowKey));
    return { organisationNumbers: String(row.banks ?? row.organisationNumber).split(' '), etag: row.etag };
  } catch (error) {
    if (isRowMissing(error) || isMissingTable(error)) return undefined;
    throw error;
  }
}

/** Adds banks to the marker. Where another process was first, its marker is read at the next start: nothing is lost by it. */
async function addTo(
  table: TableClient,
  { organisationNumbers, etag }: Marker,
  added: readonly string[],
): Promise<void> {
  const banks = [...organisationNumbers, ...added].join(' ');
  await throughSdk(() => table.updateEntity({ ...marker, banks }, 'Replace', { etag })).catch((error: unknown) => {
    if (statusOf(error) !== 412) throw error;
  });
}

/** Takes the SDK's log step out of a table client: switched on from outside, it would write URLs, and with them person keys. */
export function removeLogStep(pipeline: TableClient['pipeline']): void {
  pipeline.removePolicy({ name: 'logPolicy' });
}
