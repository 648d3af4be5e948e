import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { IdentityProvider } from '../bank/bank.ts';
import type { Caller } from '../person/caller.ts';
import { NationalId } from '../person/national-id.ts';
import { ProblemError } from '../problems.ts';
import type { Time } from '../resilience/time.ts';
import { oneOf, type TokenFault, tokenFaults } from '../telemetry/dimensions.ts';
import type { KeySet } from '../upstream/key-set.ts';

/** Tolerance for `exp` and `nbf` (`docs/contracts/interface.md` §1), seconds. */
const toleranceSeconds = 30;
const maxAheadMs = 86_400_000;
/** 16 KiB: tokens with many groups have been seen beyond eight. All headers together may have 32 (Kestrel). */
const maxTokenLength = 16 * 1024;
const maxClaimLength = 512;
/** The event in each logout token. */
export const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** `fault`: for the log; where it is no word of the vocabulary, `refusal` is. */
const invalid = (fault: string, refusal: TokenFault = oneOf(tokenFaults, fault, 'other')) =>
  new ProblemError('person-token-invalid', { fault, refusal });

/** The token of an Authorization header, unverified. Throws `person-token-missing` or `person-token-invalid`. */
export function bearerIn(authorization: string | undefined): string {
  if (authorization === undefined || authorization.trim() === '')
    throw new ProblemError('person-token-missing', {
      refusal: 'missing',
      detail: 'Send Authorization: Bearer <the customer’s own token>.',
    });
  const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization.trim())?.[1];
  if (token === undefined) throw invalid('not-a-bearer-jwt');
  if (token.length > maxTokenLength) throw invalid('token-too-long');
  return token;
}

/**
 * Verifies a person token. Throws `person-token-missing`, `person-token-invalid` (the fault is for the log only) or,
 * without keys to verify with, `upstream-unavailable`.
 * With `expiredForMs` a token that expired less than that ago passes too: logout must not fail because it came late.
 */
export async function verifyPersonToken(
  authorization: string | undefined,
  options: { settings: IdentityProvider; keys: KeySet; time: Time; expiredForMs?: number },
): Promise<Caller> {
  const { settings, keys, time } = options;
  const token = bearerIn(authorization);
  const claims = await verifiedClaims(token, options);
  const { bankClaim } = settings;
  if (bankClaim !== undefined && claims[bankClaim.name] !== bankClaim.value) throw invalid('bank-claim');
  const { exp } = claims;
  if (exp === undefined || !Number.isFinite(exp)) throw invalid('no-exp', 'malformed');
  if ((exp + toleranceSeconds) * 1000 + (options.expiredForMs ?? 0) <= time.now()) throw invalid('expired');
  // The same keys sign logout tokens. A token that only the identity provider sends must not give access to a saldo.
  if (claims.events !== undefined && logoutEvent in Object(claims.events)) throw invalid('logout-token');
  const nationalId = NationalId.parse(claims[settings.nationalIdClaim]);
  if (!nationalId) throw invalid('national-id-claim');
  const sessionId = claims[settings.sessionClaim];
  if (typeof sessionId !== 'string' || sessionId === '' || sessionId.length > maxClaimLength)
    throw invalid('session-claim');
  const subject =
    typeof claims.sub === 'string' && claims.sub !== '' && claims.sub.length <= maxClaimLength ? claims.sub : undefined;
  // Rows hold whole milliseconds, and `iat` may be a fraction (RFC 7519). One that is no date, or over a day ahead, such as one in
  // milliseconds, counts as none: no row holds it, and no logout would ever be later.
  const issued = new Date((claims.iat ?? Number.NaN) * 1000).getTime();
  const issuedAt = issued >= 0 && issued < time.now() + maxAheadMs ? issued : undefined;
  return { nationalId, sessionId, issuer: settings.issuer, subject, issuedAt };

  async function verifiedClaims(jwt: string, { expiredForMs = 0 }: { expiredForMs?: number }): Promise<JWTPayload> {
    try {
      const { payload, protectedHeader } = await jwtVerify(jwt, (header, input) => keys.getKey(header, input), {
        algorithms: [...settings.algorithms],
        issuer: settings.issuer,
        audience: settings.audience,
        clockTolerance: toleranceSeconds + expiredForMs / 1000,
        currentDate: new Date(time.now()),
        requiredClaims: ['exp'],
      });
      // `nbf` gets no more than the plain tolerance, however late a logout may be.
      if (payload.nbf !== undefined && payload.nbf * 1000 > time.now() + toleranceSeconds * 1000)
        throw invalid('not-yet-valid');
      if (/^(?:application\/)?logout\+jwt$/i.test(protectedHeader.typ ?? '')) throw invalid('logout-token');
      return payload;
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      // jose's messages can quote claims, so only its code is kept.
      throw error instanceof errors.JOSEError ? refused(error) : invalid('malformed');
    }
  }
}

const refusalByCode: Readonly<Record<string, TokenFault>> = {
  [errors.JWSSignatureVerificationFailed.code]: 'signature',
  [errors.JOSEAlgNotAllowed.code]: 'algorithm',
  [errors.JWKSNoMatchingKey.code]: 'key-unknown',
  [errors.JWKSMultipleMatchingKeys.code]: 'key-unknown',
};
const refusalByClaim: Readonly<Record<string, TokenFault>> = {
  iss: 'issuer',
  aud: 'audience',
  exp: 'expired',
  nbf: 'not-yet-valid',
};

function refused(error: errors.JOSEError): ProblemError {
  const fault = error.code.toLowerCase().replaceAll('_', '-');
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
    return invalid(`${fault}-${error.claim}`, refusalByClaim[error.claim] ?? 'malformed');
  return invalid(fault, refusalByCode[error.code] ?? 'malformed');
}
