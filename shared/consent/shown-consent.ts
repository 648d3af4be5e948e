// The consent and its log on the wire (`docs/contracts/interface.md` §1), as schemas. The program takes only their types, so that
// they cost no start-up; the OpenAPI document is made of them, and every answer in the tests is checked against that.
import * as z from 'zod';
import { logEvents } from './consent-log.ts';

const instant = z.iso.datetime({ precision: 3 });
const consentUrl = z.url().describe('The page at Altinn where the customer answers.');
const withdrawUrl = z.url().describe('The page at Altinn where the customer withdraws a consent.');
const validTo = instant.describe('When the consent ends.');
const renewFrom = instant.describe('From this instant on, POST /consents makes a new request.');

/** A request that waits for its answer, with the page to send the customer to. */
export const pendingConsentSchema = z.strictObject({ state: z.literal('pending'), consentUrl });

/** The active consent, as `POST /consents` shows it. */
export const activeConsentSchema = z.strictObject({ state: z.literal('accepted'), validTo, renewFrom });

/** 200 of `POST /consents`: the request that is open, or the active consent. */
export const foundConsentSchema = z.discriminatedUnion('state', [pendingConsentSchema, activeConsentSchema]);

/** 200 of `GET /consents/current`. */
export const currentConsentSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('accepted'),
    validTo,
    renewFrom,
    consentUrl: consentUrl
      .describe('The page where the customer answers a renewal. Present only while one is open.')
      .optional(),
    withdrawUrl,
  }),
  z.strictObject({
    state: z.literal('pending'),
    consentUrl: consentUrl
      .describe(
        'The page where the customer answers. Absent as long as Altinn has not received the request; POST /consents sends it again.',
      )
      .optional(),
  }),
  z.strictObject({
    state: z
      .enum(['none', 'rejected', 'revoked', 'expired'])
      .describe(
        '`none`: no request, a request that was given up, or ended at the bank. `rejected`: the customer said no.',
      ),
  }),
]);

/** 200 of `DELETE /consents/current`. */
export const endedConsentSchema = z.strictObject({ state: z.literal('none'), withdrawUrl });

/** What can be in the customer's log. */
export const logEventSchema = z.enum(logEvents);

/** One entry of the log; never amounts or ids. */
export const logEntrySchema = z.strictObject({
  at: instant,
  event: logEventSchema,
  consentValidTo: instant.describe('The `validTo` of the consent at that time.').optional(),
});

/** 200 of `GET /consents/log`. */
export const consentLogSchema = z.strictObject({
  entries: z
    .array(logEntrySchema)
    .max(100)
    .describe('Newest first. For the next page call again with `before` = the `at` of the last entry.'),
});

/** A request that waits for its answer. */
export type PendingConsent = z.infer<typeof pendingConsentSchema>;
/** The active consent. */
export type ActiveConsent = z.infer<typeof activeConsentSchema>;
/** The consent as `GET /consents/current` shows it. */
export type CurrentConsent = z.infer<typeof currentConsentSchema>;
/** The consent as `DELETE /consents/current` leaves it. */
export type EndedConsent = z.infer<typeof endedConsentSchema>;
