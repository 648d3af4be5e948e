// Logout at the identity provider reaches the app: OpenID Connect Back-Channel Logout 1.0 §2.5, after RP-Initiated Logout 1.0.
import { compactVerify, createLocalJWKSet, decodeJwt, type JWTPayload } from 'jose';
import type { KeyRing } from '../kit/key-ring.ts';
import { logoutClaims, type TokenIssuer } from './tokens.ts';

/**
 * The login session that an id token of ours names; `undefined` for any other token. An expired one is accepted, because it is only a
 * hint (RP-Initiated Logout §2).
 */
export async function sessionOf(
  hint: string,
  keys: KeyRing,
  { issuer, clientId }: TokenIssuer,
): Promise<{ sid: string; sub: string } | undefined> {
  let claims: JWTPayload;
  try {
    await compactVerify(hint, createLocalJWKSet({ keys: keys.published() }));
    claims = decodeJwt(hint);
  } catch {
    // Not a token, or none that this provider has signed.
    return undefined;
  }
  const { iss, aud, sid, sub } = claims;
  return iss === issuer && aud === clientId && typeof sid === 'string' && sub !== undefined ? { sid, sub } : undefined;
}

/** Sends the logout token of a session to `uri`. Resolves to the status of the answer; 0 without one: the logout goes on. */
export async function sendLogoutToken(
  uri: string,
  session: { sid: string; sub: string },
  keys: KeyRing,
  by: TokenIssuer,
  now: number,
): Promise<number> {
  const token = await keys.sign(logoutClaims(by, session, now), { typ: 'logout+jwt' });
  try {
    const body = new URLSearchParams({ logout_token: token });
    return (await fetch(uri, { method: 'POST', body, signal: AbortSignal.timeout(5000) })).status;
  } catch {
    return 0;
  }
}
