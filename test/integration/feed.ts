// How tests run the timer `sync-consent-events` and look into the state table.
import { TableClient } from '@azure/data-tables';
import { expect } from 'vitest';
import type { SpawnedHost } from '../../local/host/spawn.ts';
import type { World } from '../../local/world.ts';

/** A schedule that does not come round while a test runs: runs are asked for. */
export const onDemandOnly = { SYNC_CONSENT_EVENTS_SCHEDULE: '0 0 0 1 1 *', PURGE_EXPIRED_SCHEDULE: '0 0 0 1 1 *' };

const runsOf = (host: SpawnedHost) => host.output().match(/^.*"event":"sync-consent-events".*$/gm) ?? [];

/** Asks for a run without waiting for it. */
export async function beginSync(host: SpawnedHost): Promise<void> {
  const reply = await fetch(`${host.url}/admin/functions/sync-consent-events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"input":""}',
  });
  expect(reply.status).toBe(202);
}

/** Runs the timer now and waits for its end. Gives `complete`, `unfinished`, `busy` or `failed <code> <fault>`. */
export async function runSync(host: SpawnedHost): Promise<string> {
  const before = runsOf(host).length;
  await beginSync(host);
  await expect.poll(() => runsOf(host).length, { timeout: 20_000, interval: 20 }).toBeGreaterThan(before);
  const line = runsOf(host)[before] ?? '';
  const ended = JSON.parse(line.slice(line.indexOf('{'))) as Record<string, string>;
  return ended.result === 'failed' ? `failed ${ended.code} ${ended.fault}` : String(ended.result);
}

const tableOf = (world: World, name: string) =>
  TableClient.fromConnectionString(world.azurite.connectionString, name, { allowInsecureConnection: true });

/** All rows of a state table, as they are stored. */
export async function rowsOf(world: World, table: 'consents' | 'sessions'): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for await (const row of tableOf(world, table).listEntities()) rows.push(row);
  return rows;
}

/** Changes values of the one row of that row key, so that a test need not wait for the clock. */
export async function changeRow(
  world: World,
  table: 'consents' | 'sessions',
  rowKey: string,
  values: Record<string, string>,
): Promise<void> {
  const found = (await rowsOf(world, table)).filter((row) => row.rowKey === rowKey);
  expect(found).toHaveLength(1);
  await tableOf(world, table).updateEntity(
    { partitionKey: String(found[0]?.partitionKey), rowKey, ...values },
    'Merge',
  );
}

/** States of session rows, sorted: `held`, `ended`, …; index rows have none. */
export async function sessionStates(world: World): Promise<string[]> {
  return (await rowsOf(world, 'sessions')).flatMap((row) => (typeof row.state === 'string' ? [row.state] : [])).sort();
}

/** The stored state of a consent. */
export async function consentState(world: World, id: string): Promise<unknown> {
  return (await rowsOf(world, 'consents')).find((row) => row.rowKey === `consent-${id}`)?.state;
}
