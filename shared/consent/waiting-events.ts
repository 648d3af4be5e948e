import type { AltinnEvent } from '../altinn/events.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Table } from '../storage/tables.ts';

/** An event that could not be acted on: since when, and how often it was tried. Instants in milliseconds since 1970. */
export type WaitingEvent = AltinnEvent & { since: number; tries: number };

const minuteMs = 60_000;
const maxDelayMs = 24 * 60 * minuteMs;
/** After this long an event is given up: no consent lasts longer than a year. */
const keptMs = 366 * 24 * 60 * minuteMs;
const maxAtOnce = 100;
const maxWaiting = 1000;
const prefix = 'waiting-';

/** Events put aside, so that one that cannot be acted on does not stop the feed. */
export type WaitingEvents = ReturnType<typeof createWaitingEvents>;

/** Makes the store in the table `consents`: a row for each event, in the partition of one organisation's feed. */
export function createWaitingEvents(
  table: Pick<Table, 'readRange' | 'write' | 'read' | 'remove'>,
  partition: string,
  time: Pick<Time, 'now'>,
) {
  const iso = (ms: number) => new Date(ms).toISOString();
  const keyOf = ({ consentId, type }: AltinnEvent) => `${prefix}${consentId}-${type.replace(/[^a-z]/g, '')}`;
  const rowsOf = (consentId: string, limit: number, deadline: Deadline) => {
    const from = `${prefix}${consentId}`;
    return table.readRange(partition, { from, to: `${from}~`, limit }, deadline);
  };
  return {
    /** Puts an event aside, or sets the next try of one that waits: the delay doubles from one minute to a day. */
    async put({ since, tries, ...event }: WaitingEvent, deadline: Deadline): Promise<void> {
      const delayMs = Math.min(maxDelayMs, minuteMs * 2 ** Math.min(tries, 16));
      const values = {
        since: iso(since),
        tries: String(tries + 1),
        nextAt: iso(time.now() + delayMs),
        purgeAt: iso(since + keptMs),
      };
      await table.write([{ partitionKey: partition, rowKey: keyOf(event), values }], deadline);
    },

    async done(event: AltinnEvent, deadline: Deadline): Promise<void> {
      const { row } = await table.read(partition, keyOf(event), deadline);
      if (row) await table.remove(partition, row.rowKey, row.etag, deadline);
    },

    /** Events whose next try is due, at most 100, and whether an event waits, due or not. */
    async read(deadline: Deadline) {
      const rows = await rowsOf('', maxWaiting, deadline);
      const isDue = ({ nextAt }: Record<string, unknown>) => !(Date.parse(String(nextAt)) > time.now());
      const keys = new Set(rows.map(({ rowKey }) => rowKey));
      const due = rows
        .filter(({ values }) => isDue(values))
        .slice(0, maxAtOnce)
        .map(
          ({ rowKey, values }): WaitingEvent => ({
            ...eventIn(rowKey),
            since: Date.parse(String(values.since)) || 0,
            tries: Number(values.tries) || 1,
          }),
        );
      return { due, has: (event: AltinnEvent) => keys.has(keyOf(event)) };
    },

    /** Whether an event of this consent waits. */
    isWaiting: async (consentId: string, deadline: Deadline) => (await rowsOf(consentId, 1, deadline)).length > 0,
  };
}

/** The event that a row's key names: 36 characters of consent id, then the type. */
function eventIn(rowKey: string): AltinnEvent {
  const name = rowKey.slice(prefix.length);
  return { consentId: name.slice(0, 36), type: name.slice(37) };
}
