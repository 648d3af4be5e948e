import * as z from 'zod';
import type { PersonKey, SessionKey } from '../person/person-key.ts';
import { type DocumentKind, documentVersion } from './documents.ts';

/** A SHA-256 or an HMAC of it, 43 characters of base64url. */
export const hash = z.string().regex(/^[\w-]{43}$/);
/** A key in a row. */
export const storedPersonKey = hash as unknown as z.ZodType<PersonKey>;
export const storedSessionKey = hash as unknown as z.ZodType<SessionKey>;

/**
 * Milliseconds since 1970, before the year 3000: with a retention added it is still a date of four digits, as which the
 * instants that the sweep goes by are compared.
 */
export const instant = z
  .int()
  .min(0)
  .max(Date.UTC(3000, 0, 1));

/** A kind of document by its schema. `isTimeless`: means the same in every version, so one of a newer version is read too. */
export function documentKind<D>(
  kind: DocumentKind<D>['kind'],
  schema: z.ZodType<D>,
  due: DocumentKind<D>['due'],
  isTimeless: (doc: D) => boolean = () => false,
): DocumentKind<D> {
  return {
    kind,
    due,
    parse(json) {
      const { v, ...rest } = Object(json) as { v?: unknown };
      const doc = schema.safeParse(rest).data;
      const isReadable = doc !== undefined && (v === documentVersion || (isNewer(v) && isTimeless(doc)));
      return isReadable ? doc : undefined;
    },
  };
}

const isNewer = (version: unknown) => Number.isInteger(version) && Number(version) > documentVersion;

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
