// Helpers that run the timer `sync-consent-events` and read the state table.
import { TableClient } from '@azure/data-tables';
import { expect } from 'vitest';
import type { SpawnedHost } from '../../local/host/spawn.ts';
import type { World } from '../../local/test-world.ts';

const runsOf = (host: SpawnedHost) => host.output().match(/^.*"event":"sync-consent-events".*$/gm) ?? [];

/** Starts a run without waiting for it. */
export async function beginSync(host: SpawnedHost): Promise<void> {
  const reply = await fetch(`${host.url}/admin/functions/sync-consent-events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"input":""}',
  });
  expect(reply.status).toBe(202);
}

/** Runs the timer now and waits for its end. Returns `complete`, `unfinished`, `busy` or `failed <code> <fault>`. */
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

/** A document of a row, as it is stored. */
export type StoredDocument = Record<string, unknown> & { partitionKey: string; rowKey: string };

/** The documents of a state table: persons, sessions, subjects, the feed. */
export async function documentsOf(world: World, table: 'consents' | 'sessions'): Promise<StoredDocument[]> {
  return (await rowsOf(world, table))
    .filter(({ doc }) => doc !== undefined)
    .map(({ doc, partitionKey, rowKey }) => ({
      ...(JSON.parse(String(doc)) as Record<string, unknown>),
      partitionKey: String(partitionKey),
      rowKey: String(rowKey),
    }));
}

/** Changes the one document that `find` picks. So a test need not wait for the clock, and can store what another version wrote. */
export async function changeDocument(
  world: World,
  table: 'consents' | 'sessions',
  find: (document: StoredDocument) => boolean,
  change: (document: Record<string, unknown>) => unknown,
): Promise<void> {
  const found = (await documentsOf(world, table)).filter(find);
  expect(found).toHaveLength(1);
  const { partitionKey = '', rowKey = '', ...document } = found[0] ?? {};
  const doc = JSON.stringify(change(document));
  await tableOf(world, table).updateEntity({ partitionKey, rowKey, doc }, 'Merge');
}

type StoredConsent = Record<string, unknown> & { id: string; state: string };

/** The consents in a person's document; none for any other document. */
export const consentsIn = (document: Record<string, unknown>) => (document.consents ?? []) as StoredConsent[];

/** Whether a document is the person's with that consent. */
export const isPersonOf = (id: string) => (document: Record<string, unknown>) =>
  consentsIn(document).some((consent) => consent.id === id);

/** Changes a stored consent. */
export const changeConsent = (world: World, id: string, values: Record<string, unknown>): Promise<void> =>
  changeDocument(world, 'consents', isPersonOf(id), (document) => ({
    ...document,
    consents: consentsIn(document).map((consent) => (consent.id === id ? { ...consent, ...values } : consent)),
  }));

/** States of session rows, sorted: `held`, `ended`, …. */
export async function sessionStates(world: World): Promise<string[]> {
  const sessions = (await documentsOf(world, 'sessions')).filter(({ rowKey }) => rowKey === 'session');
  return sessions.map(({ state }) => String(state)).sort();
}

/** The stored state of a consent. */
export async function consentState(world: World, id: string): Promise<unknown> {
  const consents = (await documentsOf(world, 'consents')).flatMap(consentsIn);
  return consents.find((consent) => consent.id === id)?.state;
}
