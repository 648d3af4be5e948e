import { randomUUID } from 'node:crypto';
import type { KeyedName } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Row, Step, Table, Values } from '../storage/tables.ts';
import { type ConsentState, consentMoves, isFinal } from './consent.ts';

// During a rotation of PERSON_KEY_SECRET (`../shared/interface.md` §4) a person has two keys, and old and new processes
// work on the same tables. Rows move from one partition to the other in three steps, each repeatable by anybody:
// the head says where they are going (from then on every guarded write here fails), they are written there in one guarded
// batch that can succeed only once, the head says where they are gone. Who comes upon a half-done move completes it.

const headKey = 'consent-head';
/** Long past the life of whatever still names the old partition: a callback's state lives a day at most. */
const signpostMs = 2 * 86_400_000;
/** A transaction of Table Storage takes a hundred steps. */
const batchRows = 90;
const maxRounds = 8;

const text = (row: Row | undefined, name: string) => {
  const value = row?.values[name];
  return typeof value === 'string' ? value : undefined;
};
const contended = () => new ProblemError('upstream-unavailable', { fault: 'person-moving', retryAfterSeconds: 5 });

/** The rows of a person's consents where they are now: follows the signposts, and completes a move that was begun. */
export async function settledHead(
  table: Table,
  asked: KeyedName,
  deadline: Deadline,
): Promise<{ person: KeyedName; rows: Row[] }> {
  let person = asked;
  for (let round = 0; round < maxRounds; round++) {
    const rows = await table.readPartition(person, 'consent-', deadline);
    const head = rows.find((row) => row.rowKey === headKey);
    const gone = text(head, 'movedTo');
    if (gone === undefined && text(head, 'movingTo') === undefined) return { person, rows };
    if (gone === undefined) await complete(table, person, deadline);
    person = gone ?? person;
  }
  throw contended();
}

/** Brings what stands under the person's other keys to the first, the one in use. */
export async function settlePerson(table: Table, keys: readonly KeyedName[], deadline: Deadline): Promise<void> {
  const [to, ...others] = keys;
  if (to === undefined) return;
  for (const from of others) await moveOnUse(table, { from, to }, deadline);
}

/** Moves what stands under the person's other key (`from`) to `to`, where there is anything. For every request while two secrets are set. */
async function moveOnUse(
  table: Table,
  { from, to }: { from: KeyedName; to: KeyedName },
  deadline: Deadline,
): Promise<void> {
  for (let round = 0; round < maxRounds; round++) {
    const rows = await table.readPartition(from, 'consent-', deadline);
    const head = rows.find((row) => row.rowKey === headKey);
    if (text(head, 'movingTo') !== undefined) {
      await complete(table, from, deadline);
      continue;
    }
    if (rows.length === 0 || text(head, 'movedTo') !== undefined) return;
    const values: Values = { ...head?.values, movingTo: to, moveId: randomUUID() };
    const marked = { partitionKey: from, rowKey: headKey, values };
    // Lost: somebody wrote, or is moving them too. Look again.
    await (head === undefined ? table.insert(marked, deadline) : table.replace(marked, head.etag, deadline));
  }
  throw contended();
}

async function complete(table: Table, from: KeyedName, deadline: Deadline): Promise<void> {
  const rows = await table.readPartition(from, '', deadline);
  const head = rows.find((row) => row.rowKey === headKey);
  const to = text(head, 'movingTo');
  const moveId = text(head, 'moveId');
  if (head === undefined || to === undefined || moveId === undefined) return;
  const data = rows.filter((row) => row.rowKey.startsWith('log-') || isConsent(row));
  await write(table, { to, moveId, rows: data, purgeAt: text(head, 'purgeAt') }, deadline);
  // Events name a consent by its id only.
  for (const row of data.filter(isConsent)) {
    const id = row.rowKey.slice('consent-'.length);
    const values: Values = { person: to, purgeAt: text(row, 'purgeAt') ?? inTwoDays(row) };
    await table.upsert({ partitionKey: `id-${id}`, rowKey: 'id', values }, deadline);
  }
  const signpost = { partitionKey: from, rowKey: headKey, values: { movedTo: to, purgeAt: inTwoDays(undefined) } };
  const removals = data
    .slice(0, batchRows)
    .map(({ partitionKey, rowKey }): Step => ({ remove: { partitionKey, rowKey } }));
  // Rows beyond a batch stay behind the signpost until the sweep. `false`: somebody else has done this step.
  await table.batch([{ replace: signpost, etag: head.etag }, ...removals], deadline);
}

/** A state that is not known counts as one that may change. */
const mayChange = (row: Row) => {
  const state = text(row, 'state') ?? '';
  return !(state in consentMoves) || !isFinal(state as ConsentState);
};
const isConsent = (row: Row) => row.rowKey.startsWith('consent-') && row.rowKey !== headKey;
const inTwoDays = (row: Row | undefined) => new Date((row?.writtenAt ?? Date.now()) + signpostMs).toISOString();

/** Writes the rows under `to`, once for each `moveId`: who repeats a move that is done would bring back what has changed since. */
async function write(
  table: Table,
  move: { to: KeyedName; moveId: string; rows: readonly Row[]; purgeAt: string | undefined },
  deadline: Deadline,
): Promise<void> {
  const step = (row: Row): Step => ({
    upsert: { partitionKey: move.to, rowKey: row.rowKey, values: withoutWriteId(row.values) },
  });
  const guarded = move.rows.filter((row) => isConsent(row) && mayChange(row));
  const marker = { partitionKey: move.to, rowKey: `move-${move.moveId}`, values: { purgeAt: inTwoDays(undefined) } };
  for (let round = 0; round < maxRounds; round++) {
    const done = await table.read(move.to, marker.rowKey, deadline);
    if (done.row !== undefined) return;
    // What never changes any more needs no guard.
    const settled = move.rows.filter((row) => !guarded.includes(row));
    for (let index = 0; index < settled.length; index += batchRows)
      await table.batch(settled.slice(index, index + batchRows).map(step), deadline);
    const { row: head } = await table.read(move.to, headKey, deadline);
    const values: Values = move.purgeAt === undefined ? {} : { purgeAt: move.purgeAt };
    const next = { partitionKey: move.to, rowKey: headKey, values };
    const guard: Step = head === undefined ? { insert: next } : { replace: next, etag: head.etag };
    if (await table.batch([guard, { insert: marker }, ...guarded.map(step)], deadline)) return;
  }
  throw contended();
}

function withoutWriteId(values: Values): Values {
  const { writeId: _, ...rest } = values;
  return rest;
}
