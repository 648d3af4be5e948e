import * as z from 'zod';
import type { PersonKey, SessionKey } from '../person/person-key.ts';

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

/** The value that a schema read, without the version that the storage adds; `undefined` when it could not be read. */
export function withoutVersion<D extends { v: number }>(result: { data?: D | undefined }): Unversioned<D> | undefined {
  if (result.data === undefined) return undefined;
  const { v: _, ...doc } = result.data;
  return doc as Unversioned<D>;
}

/** Each kind of a union on its own. */
type Unversioned<D> = D extends unknown ? Omit<D, 'v'> : never;
