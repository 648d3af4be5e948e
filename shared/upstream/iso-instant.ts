import * as z from 'zod';

/** An instant in ISO 8601, ms since 1970, a fraction of any length; without a zone in UTC. A date that does not exist is none. */
export const isoInstant = z
  .string()
  .toUpperCase()
  .pipe(z.iso.datetime({ offset: true, local: true }))
  .transform((text) => Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`));
