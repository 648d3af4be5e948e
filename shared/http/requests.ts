import * as z from 'zod';
import { ProblemError } from '../problems.ts';

/** The body of `POST /consents`. Whether the URL is allowed, the use case knows. */
export const startConsentSchema = z.strictObject({
  returnUrl: z
    .string()
    .describe('The address to which the browser returns. The bank’s allowedReturnUrls must cover it.'),
});

/** `?before=` of `GET /consents/log`: an instant as in the entries. */
export const beforeSchema = z.iso.datetime({ offset: true });

/** The form of `POST /session/backchannel-logout`. Other fields are left alone, as OpenID Connect wants it. */
export const backchannelLogoutSchema = z.looseObject({
  logout_token: z.string().min(1).describe('OpenID Connect Back-Channel Logout 1.0 §2.4: a signed JWT.'),
});

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
