import type { Deadline } from '../resilience/deadline.ts';
import type { Table } from '../storage/tables.ts';

/** A token is remembered this much longer than its life, milliseconds: more than the tolerance for its expiry. */
const marginMs = 60_000;

/** Logout tokens that were received before, by a name made of issuer and `jti`. */
export type LogoutTokens = ReturnType<typeof createLogoutTokens>;

/** The names in the table `sessions`, one row each. */
export function createLogoutTokens(table: Table) {
  const rowKey = 'jti';
  return {
    isKnown: async (name: string, deadline: Deadline) =>
      (await table.read(`jti-${name}`, rowKey, deadline)).row !== undefined,

    /** `expiresAt`: the token's `exp`, milliseconds since 1970. */
    async remember(name: string, expiresAt: number, deadline: Deadline): Promise<void> {
      const values = { purgeAt: new Date(expiresAt + marginMs).toISOString() };
      await table.write([{ partitionKey: `jti-${name}`, rowKey, values }], deadline);
    },
  };
}
