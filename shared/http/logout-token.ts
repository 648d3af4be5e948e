import { type JWTPayload, jwtVerify } from 'jose';
import type { IdentityProvider } from '../bank/bank.ts';
import type { LogoutNotice } from '../person/caller.ts';
import { ProblemError } from '../problems.ts';
import type { Time } from '../resilience/time.ts';
import type { KeySet } from '../upstream/key-set.ts';
import { logoutEvent } from './person-token.ts';

const toleranceSeconds = 30;
/** A logout token that is valid for longer than a day is refused, because its `jti` would have to be remembered as long. */
const maxLifeSeconds = 86_400;
const maxClaimLength = 512;

const invalid = (fault: string) =>
  new ProblemError('request-invalid', { fault: `logout-token-${fault}`, detail: 'The logout token is not valid.' });

const text = (claim: unknown) =>
  typeof claim === 'string' && claim !== '' && claim.length <= maxClaimLength ? claim : undefined;

/**
 * Verifies a logout token (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6). Throws `request-invalid`, whose fault is
 * for the log only, or `upstream-unavailable` without keys to verify with. The sessions check whether its `jti` is new.
 */
export async function verifyLogoutToken(
  token: string,
  options: { settings: IdentityProvider; keys: KeySet; time: Time },
): Promise<LogoutNotice> {
  const { settings, time } = options;
  if (settings.logoutAudience === undefined)
    throw new ProblemError('request-invalid', {
      detail: 'Back-channel logout is off (identityProvider.logoutAudience).',
    });
  const claims = await verifiedClaims(token, settings.logoutAudience, options);
  const { bankClaim } = settings;
  const said = bankClaim && claims[bankClaim.name];
  if (said !== undefined && said !== bankClaim?.value) throw invalid('bank-claim');
  const { exp, iat, jti, events } = claims;
  const nowSeconds = time.now() / 1000;
  if (exp === undefined || !Number.isFinite(exp)) throw invalid('no-exp');
  if (exp > nowSeconds + maxLifeSeconds) throw invalid('exp-too-far');
  if (iat === undefined || !Number.isFinite(iat) || iat > nowSeconds + toleranceSeconds) throw invalid('iat');
  if (text(jti) === undefined) throw invalid('no-jti');
  if ('nonce' in claims) throw invalid('nonce');
  const event = typeof events === 'object' && events !== null ? (events as Record<string, unknown>)[logoutEvent] : null;
  if (typeof event !== 'object' || event === null || Array.isArray(event)) throw invalid('events');
  const sid = text(claims.sid);
  const sub = text(claims.sub);
  // A claim of another type is a fault, and not the same as none.
  if ((claims.sid !== undefined && sid === undefined) || (claims.sub !== undefined && sub === undefined))
    throw invalid('sid-or-sub');
  // Rows hold whole milliseconds, and both may be fractions (RFC 7519).
  const [issuedAt, expiresAt] = [Math.floor(iat * 1000), Math.ceil(exp * 1000)];
  const common = { issuer: settings.issuer, jti: String(jti), issuedAt, expiresAt };
  if (sid !== undefined) return { ...common, sid };
  if (sub !== undefined) return { ...common, sub };
  throw invalid('neither-sid-nor-sub');
}

async function verifiedClaims(
  token: string,
  audience: string,
  { settings, keys, time }: { settings: IdentityProvider; keys: KeySet; time: Time },
): Promise<JWTPayload> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, (header, input) => keys.getKey(header, input), {
      algorithms: [...settings.algorithms],
      issuer: settings.issuer,
      audience,
      clockTolerance: toleranceSeconds,
      currentDate: new Date(time.now()),
      requiredClaims: ['exp', 'iat', 'jti', 'events'],
    });
    // With an explicit type, or none (§2.4 only recommends it). An access token (`at+jwt`) is never a logout token.
    if (!/^(?:(?:application\/)?logout\+jwt|jwt)?$/i.test(protectedHeader.typ ?? '')) throw invalid('typ');
    return payload;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    // jose's messages can quote claims.
    throw invalid('signature-or-claims');
  }
}
