// The claims of the identity provider's tokens. The person token is the bank's own access token: who, in which login.
import { createHash, randomUUID } from 'node:crypto';

/** Where tokens come from and whom they are for; `lifetimeSeconds` of person and id token. */
export type TokenIssuer = { issuer: string; clientId: string; audience: string; lifetimeSeconds: number };

/** What a test wants different in a person token. A claim set to `undefined` is left out. */
export type LoginOverrides = {
  sid?: string;
  claims?: Record<string, unknown>;
  expiresInSeconds?: number;
  header?: Record<string, unknown>;
};

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** `sub`: pairwise and stable, the same for a customer and client in every run. */
export function subjectOf(clientId: string, nationalId: string): string {
  const hex = createHash('sha256').update(`${clientId}/${nationalId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function withoutUndefined(claims: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

/** Claims of a person token issued at `now` (seconds since 1970); a new `sid` unless one is given. */
export function personClaims(by: TokenIssuer, nationalId: string, now: number, overrides: LoginOverrides = {}) {
  return withoutUndefined({
    iss: by.issuer,
    aud: by.audience,
    sub: subjectOf(by.clientId, nationalId),
    pid: nationalId,
    sid: overrides.sid ?? randomUUID(),
    iat: now,
    nbf: now,
    exp: now + (overrides.expiresInSeconds ?? by.lifetimeSeconds),
    jti: randomUUID(),
    ...overrides.claims,
  });
}

/** Claims of an id token: for the client, so without the national id. */
export function idClaims(
  by: TokenIssuer,
  customer: { nationalId: string; name: string },
  login: { sid: string; nonce: string | undefined },
  now: number,
) {
  return withoutUndefined({
    iss: by.issuer,
    aud: by.clientId,
    sub: subjectOf(by.clientId, customer.nationalId),
    sid: login.sid,
    name: customer.name,
    nonce: login.nonce,
    iat: now,
    exp: now + by.lifetimeSeconds,
  });
}

/** Claims of a logout token: OpenID Connect Back-Channel Logout 1.0 §2.4. */
export function logoutClaims(
  by: TokenIssuer,
  of: { sid?: string; sub?: string; claims?: Record<string, unknown> },
  now: number,
) {
  return withoutUndefined({
    iss: by.issuer,
    aud: by.clientId,
    iat: now,
    exp: now + 120,
    jti: randomUUID(),
    events: { [logoutEvent]: {} },
    sid: of.sid,
    sub: of.sub,
    ...of.claims,
  });
}
