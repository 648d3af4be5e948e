// The last released version's reader of stored documents: a copy, frozen at that release and never changed after it. Everything that this
// version writes must be readable here, or a bank that goes back to the release shuts its customers out. Schema 1 (docs/upgrading.md).
import * as z from 'zod';

const name = z.string().regex(/^[\w-]{43}$/);
const instant = z
  .int()
  .min(0)
  .max(Date.UTC(3000, 0, 1));
const text = z.string().min(1);
const v = z.literal(1);

const consent = z.strictObject({
  id: z.guid(),
  state: z.enum(['pending', 'accepted', 'rejected', 'revoked', 'expired', 'superseded', 'abandoned', 'ended']),
  createdAt: instant,
  changedAt: instant,
  validTo: instant,
  resourceId: text.max(256),
  consentTokenAcceptedAt: instant.optional(),
  migrated: z.literal(true).optional(),
  doubt: z.strictObject({ reason: text, at: instant, checkedIn: z.array(name).max(20) }).optional(),
  question: z
    .strictObject({
      returnUrl: text.max(8192),
      consentUrl: text.max(8192).optional(),
      stateHashes: z.array(name).max(3),
    })
    .optional(),
});

const session = { v, purgeAt: instant, owner: name };

const documents: Readonly<Record<string, z.ZodType>> = {
  person: z.union([
    z.strictObject({
      v,
      consents: z.array(consent).max(22),
      sessions: z.array(z.strictObject({ session: name, consentId: z.guid(), at: instant, until: instant })).max(80),
      requests: z.array(instant).max(20),
      formerly: z.array(name).max(3),
      movingTo: name.optional(),
    }),
    z.strictObject({ v, movedTo: name, purgeAt: instant }),
  ]),
  session: z.discriminatedUnion('state', [
    z.strictObject({ ...session, state: z.literal('leased'), leaseId: text }),
    z.strictObject({
      ...session,
      state: z.literal('failed'),
      code: z.string(),
      failure: z.unknown().optional(),
      retryAfterSeconds: z.int().min(1).max(86_400).optional(),
    }),
    z.strictObject({
      ...session,
      state: z.literal('held'),
      sealed: z.strictObject({ salt: text, nonce: text, box: text }),
      expiresAt: instant,
    }),
    z.strictObject({ ...session, state: z.literal('ended'), owner: z.union([name, z.literal('')]) }),
  ]),
  subject: z.strictObject({
    v,
    loggedOutAt: instant.optional(),
    sessions: z.array(z.strictObject({ session: name, issuedAt: instant, until: instant })).max(20),
    purgeAt: instant,
  }),
  feed: z.strictObject({
    v,
    position: z.string().max(256).optional(),
    since: instant.optional(),
    completeAt: instant.optional(),
    runId: z.string().max(64).optional(),
  }),
  sweep: z.object({ v, position: text.optional(), walkedAt: instant.optional() }),
};

/** Rows that are not documents, by the beginning of their row key, with the texts that the released version reads in them. */
const plain: Readonly<Record<string, readonly string[]>> = {
  id: ['person', 'purgeAt'],
  state: ['person', 'consentId', 'returnUrl', 'purgeAt'],
  log: ['at', 'event', 'purgeAt'],
  jti: ['purgeAt'],
};

/** Why the last released version cannot read a row; `undefined` if it can. */
export function unreadable({ rowKey, values }: { rowKey: string; values: object }): string | undefined {
  const row = values as Readonly<Record<string, unknown>>;
  const document = documents[rowKey];
  if (document !== undefined) {
    const read = document.safeParse(JSON.parse(String(row.doc)));
    return read.success ? undefined : `${rowKey}: ${z.prettifyError(read.error)}`;
  }
  const columns = plain[rowKey.split('-')[0] ?? ''];
  if (columns === undefined) return `${rowKey}: a kind of row that it does not know`;
  const missing = columns.filter((column) => typeof row[column] !== 'string');
  return missing.length === 0 ? undefined : `${rowKey}: without ${missing.join(', ')}`;
}
