import type { KeyedName } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { LogEntry } from './consent-log.ts';
import type { ConsentStore } from './consent-store.ts';
import type { ShownEntry } from './shown-consent.ts';

const pageSize = 100;

/**
 * A page of the customer's log, newest first. The next page is asked for by the last entry's `at`, so entries of one and
 * the same millisecond are never parted: those that would be are left to the next page as a whole.
 */
export async function readLogPage(
  store: ConsentStore,
  person: KeyedName,
  before: number | undefined,
  deadline: Deadline,
): Promise<ShownEntry[]> {
  const entries = await store.readLog(person, before, pageSize + 1, deadline);
  return firstPage(entries).map(({ at, event, consentValidTo }) => ({
    at: new Date(at).toISOString(),
    event,
    ...(consentValidTo === undefined ? {} : { consentValidTo: new Date(consentValidTo).toISOString() }),
  }));
}

function firstPage(entries: readonly LogEntry[]): readonly LogEntry[] {
  const cut = entries[pageSize];
  if (cut === undefined) return entries;
  const whole = entries.filter(({ at }) => at > cut.at);
  // More than a page in one millisecond cannot come of one person's acts; better a parted page than none.
  return whole.length > 0 ? whole : entries.slice(0, pageSize);
}
