import * as z from 'zod';

/** The body of `POST /consents`. Whether the URL is allowed, the use case knows. */
export const startConsentSchema = z.strictObject({ returnUrl: z.string() });

/** `?before=` of `GET /consents/log`: an instant as in the entries. */
export const beforeSchema = z.iso.datetime({ offset: true });
