import * as z from 'zod';

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
