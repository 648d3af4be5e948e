import * as z from 'zod';
import type { Caller } from '../person/caller.ts';
import type { Secrets } from '../person/caller-keys.ts';
import type { PersonKey } from '../person/person-key.ts';
import { open, type Sealed, seal } from '../storage/seal.ts';
import { accountSchema } from './saldo.ts';

const schema = z.object({
  fetchedAt: z.number(),
  consentValidTo: z.number(),
  heldUntil: z.number(),
  /** Absent: Lånekassen does not know the person. */
  accounts: z.array(accountSchema).optional(),
});

/** What a session holds: the answer, until when its consent lasts, and until when it is held (milliseconds since 1970). */
export type Held = z.infer<typeof schema>;

/** Seals and opens the held saldo. Only the customer's own token brings the session id that opens it. */
export type HeldSaldo = ReturnType<typeof createHeldSaldo>;

/** Sealed under the first secret, opened under any of them (rotation in two deployments). */
export function createHeldSaldo(secrets: Secrets) {
  return {
    seal: (held: Held, { issuer, sessionId }: Caller, owner: PersonKey): Sealed =>
      seal(JSON.stringify(held), { secret: secrets[0], issuer, sessionId, owner }),

    /** `undefined` when it cannot be opened: another key, another session, a damaged row. */
    open(sealed: Sealed, { issuer, sessionId }: Caller, owner: PersonKey): Held | undefined {
      for (const secret of secrets) {
        const text = open(sealed, { secret, issuer, sessionId, owner });
        if (text === undefined) continue;
        const parsed = schema.safeParse(JSON.parse(text));
        if (parsed.success) return parsed.data;
      }
      return undefined;
    },
  };
}
