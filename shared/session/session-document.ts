import * as z from 'zod';
import { isProblemCode, type ProblemCode } from '../problem-catalogue.ts';
import { documentKind, instant, storedPersonKey } from '../storage/document-schemas.ts';
import { type Failure, failureKinds, parties } from '../telemetry/failure.ts';

const text = z.string().min(1);

// A code of another version shows at least that the look-up failed.
const code = z.string().transform((word): ProblemCode => (isProblemCode(word) ? word : 'upstream-unavailable'));

/** Whose failure it was. What another version calls by a name unknown here is left out, and the code says what it can. */
const failure = z
  .object({ party: z.enum(parties).optional(), kind: z.enum(failureKinds) })
  .transform(({ party, kind }): Failure => ({ party, kind }))
  .optional()
  .catch(undefined);

const schema = z.discriminatedUnion('state', [
  z.strictObject({ purgeAt: instant, state: z.literal('leased'), owner: storedPersonKey, leaseId: text }),
  /** A look-up failed. For two seconds its problem is the answer for the callers that waited. After that the row counts as absent. */
  z.strictObject({
    purgeAt: instant,
    state: z.literal('failed'),
    owner: storedPersonKey,
    code,
    failure,
    retryAfterSeconds: z.int().min(1).max(86_400).optional(),
  }),
  z.strictObject({
    purgeAt: instant,
    state: z.literal('held'),
    owner: storedPersonKey,
    sealed: z.strictObject({ salt: text, nonce: text, box: text }),
    expiresAt: instant,
  }),
  /** `owner` is empty when the identity provider ended a session that had no row here: its token named no person. */
  z.strictObject({ purgeAt: instant, state: z.literal('ended'), owner: z.union([storedPersonKey, z.literal('')]) }),
]);

/** A session's row: its state, and when the sweep may take it (milliseconds since 1970). */
export type SessionRow = z.infer<typeof schema>;

/** The kind of document that a session's row is. */
export const sessionKind = documentKind('session', schema, ({ purgeAt }) => ({ purgeAt }));
