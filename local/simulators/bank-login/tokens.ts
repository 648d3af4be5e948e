// The identity provider's tokens. The person token is the bank's own access token: it says which person, in which login.
import { randomUUID } from 'node:crypto';
import { compactVerify, createLocalJWKSet, decodeJwt } from 'jose';
import { type KeyRing, stableUuid } from '../kit/key-ring.ts';
import type { Clock } from '../kit/simulator.ts';

/** Changes of a person token for a test. A claim set to `undefined` is left out. */
export type LoginOverrides = {
  sid?: string;
  claims?: Record<string, unknown>;
  expiresInSeconds?: number;
  header?: Record<string, unknown>;
};

/** The subject of a logout token: `sid`, `sub` or both. A claim set to `undefined` is left out. */
export type LogoutSubject = { sid?: string; sub?: string; claims?: Record<string, unknown> };

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** Signs tokens for a client and its API. */
export type Tokens = ReturnType<typeof createTokens>;

/** `audience` is the person token's `aud`. `issuer` is a function, because the address is known only once the server runs. */
export function createTokens(
  keys: KeyRing,
  client: { clientId: string; audience: string; tokenLifetimeSeconds?: number },
  issuer: () => string,
  clock: Clock,
) {
  const { clientId, audience, tokenLifetimeSeconds: lifetimeSeconds = 600 } = client;
  const now = () => Math.floor(clock() / 1000);
  /** `sub`: pairwise and stable, the same for a customer and client in every run. */
  const subjectOf = (nationalId: string) => stableUuid(`${clientId}/${nationalId}`);

  return {
    /** Life of person token and id token. */
    lifetimeSeconds,
    subjectOf,
    /** A person token; a new `sid` unless one is given. */
    person(nationalId: string, { sid, claims, expiresInSeconds, header }: LoginOverrides = {}): Promise<string> {
      const iat = now();
      const token = {
        iss: issuer(),
        aud: audience,
        sub: subjectOf(nationalId),
        pid: nationalId,
        sid: sid ?? randomUUID(),
        iat,
        nbf: iat,
        exp: iat + (expiresInSeconds ?? lifetimeSeconds),
        jti: randomUUID(),
        ...claims,
      };
      return keys.sign(token, header);
    },
    /** An id token. It is for the client, so it has no national id. */
    id({ nationalId, name }: { nationalId: string; name: string }, sid: string, nonce: string | undefined) {
      const iat = now();
      const exp = iat + lifetimeSeconds;
      return keys.sign({ iss: issuer(), aud: clientId, sub: subjectOf(nationalId), sid, name, nonce, iat, exp });
    },
    /** A logout token: OpenID Connect Back-Channel Logout 1.0 §2.4. */
    logout({ sid, sub, claims }: LogoutSubject): Promise<string> {
      const iat = now();
      const events = { [logoutEvent]: {} };
      const token = { iss: issuer(), aud: clientId, iat, exp: iat + 120, jti: randomUUID(), events };
      return keys.sign({ ...token, sid, sub, ...claims } as Record<string, unknown>, { typ: 'logout+jwt' });
    },
    /**
     * The login session that an id token of this provider names; `undefined` for any other token. An expired one is accepted, because it is
     * only a hint (RP-Initiated Logout §2).
     */
    async sessionOf(hint: string): Promise<{ sid: string; sub: string } | undefined> {
      try {
        await compactVerify(hint, createLocalJWKSet({ keys: keys.published() }));
        const { iss, aud, sid, sub } = decodeJwt(hint);
        const isOurs = iss === issuer() && aud === clientId;
        return isOurs && typeof sid === 'string' && sub !== undefined ? { sid, sub } : undefined;
      } catch {
        // Not a token, or none that this provider has signed.
        return undefined;
      }
    },
  };
}
