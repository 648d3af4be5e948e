import { ProblemError } from '../problems.ts';
import { beforeSchema } from './requests.ts';

/** `?before=<instant>` of a list, milliseconds since 1970, or `undefined`. Throws `request-invalid`. */
export function readBefore(query: URLSearchParams): number | undefined {
  const given = query.get('before');
  if (given === null) return undefined;
  // A `+` of the offset arrives as a blank when it was not encoded.
  const at = beforeSchema.safeParse(given.replace(' ', '+'));
  if (!at.success || Number.isNaN(Date.parse(at.data)))
    throw new ProblemError('request-invalid', { detail: 'before must be an instant as in the entries: ISO 8601.' });
  return Date.parse(at.data);
}
