import * as z from 'zod';
import type { PersonKey, SessionKey } from '../person/person-key.ts';
import type { DocumentKind } from './documents.ts';

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

/** A stored document without the version that the storage adds. Each kind of a union on its own. */
export type Unversioned<D> = D extends unknown ? Omit<D, 'v'> : never;

/** A kind of document in version 1 of its schema, in a row of the kind's own name. */
export function documentKind<D extends { v: number }>(
  kind: DocumentKind<D>['kind'],
  schema: z.ZodType<D>,
  due: DocumentKind<Unversioned<D>>['due'],
): DocumentKind<Unversioned<D>> {
  return {
    kind,
    rowKey: kind,
    version: 1,
    due,
    parse(json) {
      const { data } = schema.safeParse(json);
      if (data === undefined) return undefined;
      const { v: _, ...doc } = data;
      return doc as Unversioned<D>;
    },
  };
}

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
