import type { SessionKey } from '../person/person-key.ts';

/** Keyed names looked for in one damaged row: more sessions than any row can list. */
const maxNames = 100;

/**
 * The keys in the text of a row that cannot be read: what it may have listed is erased with it. A key that was none of a
 * session leads to no row.
 */
export function namesIn(unreadable: string | undefined): SessionKey[] {
  // From the end: the lists of sessions are behind other keys, which must not take their place.
  const names = unreadable?.match(/(?<![\w-])[\w-]{43}(?![\w-])/g) ?? [];
  return [...new Set(names.reverse())].slice(0, maxNames) as SessionKey[];
}
