import type { Deadline } from '../resilience/deadline.ts';
import type { Table } from '../storage/tables.ts';

/** Logout tokens that were received before, by a name made of issuer and `jti`. */
export type LogoutTokens = {
  isKnown(name: string, deadline: Deadline): Promise<boolean>;
  /** `expiresAt`: the token's `exp`, milliseconds since 1970. */
  remember(name: string, expiresAt: number, deadline: Deadline): Promise<void>;
};

/** A token is remembered this much longer than its life, milliseconds: more than the tolerance for its expiry. */
const marginMs = 60_000;

/** The names in the table `sessions`, one row each. */
export function createLogoutTokens(table: Table): LogoutTokens {
  const rowKey = 'jti';
  return {
    isKnown: async (name, deadline) => (await table.read(`jti-${name}`, rowKey, deadline)).row !== undefined,

    async remember(name, expiresAt, deadline) {
      const values = { purgeAt: new Date(expiresAt + marginMs).toISOString() };
      await table.write([{ upsert: { partitionKey: `jti-${name}`, rowKey, values } }], deadline);
    },
  };
}
