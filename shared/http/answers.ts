// What the endpoints answer by themselves, as schemas: probes, logout, and the members that every problem has. The program imports only
// their types, so that they do not slow the start.
import * as z from 'zod';
import { type ProblemCode, problems } from '../problem-catalogue.ts';

/** The largest delay that a caller gets, seconds. */
const maxSeconds = 3600;

/** A problem (RFC 9457) with our members (`docs/contracts/interface.md` §3). */
export const problemSchema = z.strictObject({
  type: z
    .string()
    .regex(/^(?:https?:\/\/[^/?#]+)?\/api\/problems\/[a-z-]+$/)
    .describe(
      'The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes.',
    ),
  title: z.string().describe('Short, in English, the same for every occurrence.'),
  status: z.int().describe('The HTTP status.'),
  code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
  detail: z.string().describe('More about this occurrence, for people. The text may change.').optional(),
  instance: z
    .string()
    .regex(/^urn:uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/)
    .describe('The request id, as in X-Request-Id. Operators find the log lines by it.'),
  retryAfterSeconds: z.int().min(1).max(maxSeconds).describe('As in Retry-After.').optional(),
  consent: z
    .strictObject({ state: z.enum(['none', 'pending', 'accepted', 'rejected', 'revoked', 'expired']) })
    .describe('State of the consent, as GET /consents/current shows it.')
    .optional(),
});

/** 200 of `GET /health/live`. */
export const liveSchema = z.strictObject({ status: z.literal('live') });

/** 200 of `GET /health/ready`. */
export const readySchema = z.strictObject({ status: z.literal('ready') });

/** 503 of `GET /health/ready`: the part that is not ready, and no value. */
export const notReadySchema = z.discriminatedUnion('part', [
  z.strictObject({ status: z.literal('not-ready'), part: z.literal('settings'), code: z.literal('configuration') }),
  z.strictObject({ status: z.literal('not-ready'), part: z.literal('state-table') }),
]);

/** 200 of `POST /session/backchannel-logout`: nothing to say. */
export const doneSchema = z.strictObject({});

/** A problem on the wire. */
export type ProblemBody = z.infer<typeof problemSchema>;
/** The body of a readiness probe's answer. */
export type Readiness =
  | { status: 200; body: z.infer<typeof readySchema> }
  | { status: 503; body: z.infer<typeof notReadySchema> };
