import * as z from 'zod';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { invalidReply } from '../upstream/reply.ts';
import { documentKind, instant } from './document-schemas.ts';
import { Documents } from './documents.ts';
import type { Row, Table } from './tables.ts';

const progress = z.object({ position: z.string().min(1).optional(), walkedAt: instant.optional() });

/** How far the walk through a table has come, and when the last whole walk ended (milliseconds since 1970). */
const kind = documentKind('sweep', progress, () => ({}));

const tries = 3;
const pauseMs = 2000;
const pagesBetweenSaves = 20;
const saveMs = 5000;
/** Rows of a page that are dealt with at the same time. */
const lanes = 8;

/** Whether a share is used up: the rest is too short to start anything. */
export const isUsedUp = (share: Deadline) => share.remainingMs() < 100;

/**
 * Walks through the rows of a table that are due, page by page, from where the last run stopped, until the table ends or
 * `share` is used up. A walk begins at the earliest `pauseMs` after the last one ended. `deal` must not throw; a row that
 * stays is listed again by the next walk. Returns when the last whole walk ended. Throws what made a page fail three times.
 */
export async function walk(
  table: Table,
  share: Deadline,
  pauseMs: number,
  deal: (row: Row) => Promise<void>,
  ports: { time: Time; telemetry: Telemetry },
): Promise<number | undefined> {
  const { time } = ports;
  const documents = new Documents(kind, { table, ...ports });
  let at = await documents.read('sweep', share, { evenUnreadable: true });
  let { position, walkedAt } = at.doc ?? {};
  // An end in the future is no reason to wait.
  const restedMs = walkedAt === undefined || walkedAt > time.now() ? pauseMs : time.now() - walkedAt;
  if (restedMs < pauseMs) return walkedAt;

  const save = async () => {
    const next = { position, walkedAt };
    const deadline = Deadline.after(time, saveMs);
    const options = { seen: at, evenUnreadable: true };
    at = (await documents.change('sweep', deadline, () => ({ result: undefined, next }), options)).at;
  };
  let mayRestart = true;
  for (let pages = 0; !isUsedUp(share); ) {
    try {
      const page = await repeated(() => table.duePage(new Date(time.now()), position, share), share, time);
      if (page === undefined) {
        // Once a run, so that a service that refuses its own positions is not asked in a loop.
        if (!mayRestart) throw invalidReply('tables', 'position');
        mayRestart = false;
        position = undefined;
        continue;
      }
      pages += 1;
      await dealWith(page.rows, share, deal);
      // A page that was cut short is read again, unless it takes a whole share: the rows after it would never be reached then.
      if (isUsedUp(share) && pages > 1) break;
      position = page.next;
    } catch (fault) {
      if (isUsedUp(share)) break;
      // If this run made no progress, the next one starts from the beginning, so that one page does not block the rows before it.
      if (pages === 0) position = undefined;
      await save();
      throw fault;
    }
    if (position === undefined) {
      walkedAt = time.now();
      break;
    }
    if (pages % pagesBetweenSaves === 0) await save();
  }
  await save();
  return walkedAt;
}

/** The result of the first successful try of `work`, with pauses between the tries. */
async function repeated<T>(work: () => Promise<T>, share: Deadline, time: Time): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === tries) throw error;
      await share.bound((signal) => time.sleep(pauseMs * attempt * (0.5 + time.random()), signal));
    }
  }
}

/** Deals with rows, several at a time, until the share is used up. */
async function dealWith(rows: Row[], share: Deadline, deal: (row: Row) => Promise<void>): Promise<void> {
  const waiting = rows.values();
  const lane = async () => {
    for (const row of waiting) if (!isUsedUp(share)) await deal(row);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
