import type { PersonKey } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Step, Table, Values } from '../storage/tables.ts';
import type { Consent } from './consent.ts';

/** What can be in the customer's log. */
export const logEvents = [
  'consent-requested',
  'consent-accepted',
  'consent-rejected',
  'consent-revoked',
  'consent-ended',
  'saldo-fetched',
  'not-a-customer',
] as const;
export type LogEvent = (typeof logEvents)[number];

/** One entry as it is shown; instants as ISO 8601 in UTC. */
export type ShownEntry = { at: string; event: LogEvent; consentValidTo?: string | undefined };

/** One entry; instants in milliseconds since 1970. */
export type LogEntry = { at: number; event: LogEvent; consentValidTo?: number };

const stateEvents = {
  accepted: 'consent-accepted',
  rejected: 'consent-rejected',
  revoked: 'consent-revoked',
  ended: 'consent-ended',
} as const;

/**
 * What a change of consents adds to the log. Derived from the change and written in the same transaction, so that no state
 * can change without its entry and no entry is written twice. A request is logged once Altinn has returned its link.
 */
export function entriesOf(before: readonly Consent[], after: readonly Consent[], now: number): LogEntry[] {
  return after.flatMap((consent) => {
    const earlier = before.find(({ id }) => id === consent.id);
    const entry = (event: LogEvent): LogEntry => ({ at: now, event, consentValidTo: consent.validTo });
    const entries: LogEntry[] = [];
    if (earlier?.question?.consentUrl === undefined && consent.question?.consentUrl !== undefined)
      entries.push(entry('consent-requested'));
    const { state } = consent;
    // The final end of a request that was given up long ago is not logged, nor is an import, which is no answer.
    const isNews = earlier?.state !== state && !(earlier?.state === 'abandoned' && state === 'ended');
    if (isNews && state in stateEvents && (earlier !== undefined || consent.migrated === undefined))
      entries.push(entry(stateEvents[state as keyof typeof stateEvents]));
    return entries;
  });
}

const pageSize = 100;
const prefix = 'log-';
const lastInstant = 9_999_999_999_999;

/** Keys in order of time, newest first: a partition is read in the order of its row keys. */
const keyOf = (at: number) =>
  `${prefix}${String(lastInstant - Math.min(lastInstant, Math.max(0, at))).padStart(13, '0')}`;

const iso = (ms: number) => new Date(ms).toISOString();

/** The customer's log: rows of its own beside the person's, written in the transaction of the change that they report. */
export type ConsentLog = ReturnType<typeof createConsentLog>;

/** The log in the table `consents`. `random` returns a new tag. */
export function createConsentLog(
  table: Pick<Table, 'readRange'>,
  { retentionMs, random }: { retentionMs: number; random: () => string },
) {
  return {
    /** Keeps the entries of one change apart from those of others. The same for all its tries: a repeated try writes no second entry. */
    newTag: random,

    /** The step that writes an entry. `index`: its place among those of one change. */
    step: (person: PersonKey, { at, event, consentValidTo }: LogEntry, index: number, tag: string): Step => ({
      partitionKey: person,
      rowKey: `${keyOf(at)}-${9 - (index % 10)}${tag}`,
      values: {
        at: iso(at),
        event,
        ...(consentValidTo === undefined ? {} : { consentValidTo: iso(consentValidTo) }),
        purgeAt: iso(at + retentionMs),
      },
    }),

    /**
     * A page of at most 100 entries older than `before` (milliseconds since 1970), newest first, from all names that the
     * customer has had. The last entry's `at` names the next page, so a page never splits the entries of one millisecond.
     */
    async page(names: readonly PersonKey[], before: number | undefined, deadline: Deadline): Promise<ShownEntry[]> {
      // `~` sorts behind every suffix, so entries of `before` itself are left out.
      let from = before === undefined ? prefix : `${keyOf(before)}~`;
      const entries: ShownEntry[] = [];
      for (;;) {
        const range = { from, to: `${prefix}~`, limit: pageSize + 1 };
        const found = await Promise.all(names.map((name) => table.readRange(name, range, deadline)));
        // If a name has more rows than were read, those behind the last one are not known yet.
        const [end] = found.flatMap((rows) => rows[pageSize]?.rowKey ?? []).sort();
        const rows = found.flat().filter(({ rowKey }) => end === undefined || rowKey <= end);
        rows.sort((a, b) => (a.rowKey < b.rowKey ? -1 : 1));
        entries.push(...rows.map(({ values }) => entryOf(values)).filter((entry) => entry !== undefined));
        // Rows of another version may fill a page: the entries behind them are read too.
        if (end === undefined || entries.length > pageSize) return firstPage(entries);
        from = `${end}~`;
      }
    },
  };
}

/** The entry in a row; `undefined` when it cannot be read as one. */
function entryOf(values: Values): ShownEntry | undefined {
  const event = logEvents.find((known) => known === values.event);
  const instantOf = (name: string) => {
    const at = Date.parse(String(values[name] ?? ''));
    return Number.isNaN(at) ? undefined : iso(at);
  };
  const at = instantOf('at');
  if (at === undefined || event === undefined) return undefined;
  return { at, event, consentValidTo: instantOf('consentValidTo') };
}

function firstPage(entries: readonly ShownEntry[]): ShownEntry[] {
  const cut = entries[pageSize];
  if (cut === undefined) return [...entries];
  const whole = entries.slice(0, pageSize).filter(({ at }) => at !== cut.at);
  // One person cannot cause more than a page in one millisecond. If it happens, a split page is better than none.
  return whole.length > 0 ? whole : entries.slice(0, pageSize);
}
