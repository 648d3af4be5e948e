// The checks on the assertion itself: who signed it, what it contains, when it was created (maskinporten_protocol_jwtgrant).
import { X509Certificate } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK, type ProtectedHeaderParameters } from 'jose';
import { z } from 'zod';
import type { Clock, Exchange } from '../kit/simulator.ts';
import { certifiedKey } from './certificate.ts';
import { type ClientRecord, keyLifetimeMs } from './clients.ts';
import { Refusal } from './refusal.ts';

/** The clock tolerance, seconds. */
const clockToleranceSeconds = 10;
/** Longest `exp` − `iat`, seconds. */
const maxLifetimeSeconds = 120;
const algorithms = ['RS256', 'RS384', 'RS512'];

const nonEmptyStrings = z.array(z.string().min(1)).min(1);

// Maskinporten knows `pid` and `iss_onbehalfof`, but this kind of client may not use them, so they count as unknown.
const claimsSchema = z.strictObject({
  aud: z.union([z.string(), z.array(z.string())]),
  iss: z.string(),
  iat: z.int(),
  exp: z.int(),
  jti: z.string().min(1).optional(),
  scope: z.string().regex(/^\S+( \S+)*$/),
  // The documentation requires an array. Altinn's own .NET library sends a string, so a string is accepted too.
  resource: z.preprocess((given) => (typeof given === 'string' ? [given] : given), nonEmptyStrings.optional()),
  consumer_org: z.optional(z.string().regex(/^\d{9}$/)),
  authorization_details: z.unknown().optional(),
});

/** Claims of an assertion with the right form. */
type AssertionClaims = z.infer<typeof claimsSchema>;

/** An assertion that passed. `clientAmr` is how the client showed who it is. */
export type VerifiedAssertion = {
  client: ClientRecord;
  claims: AssertionClaims;
  clientAmr: 'private_key_jwt' | 'virksomhetssertifikat';
};

/** The settings of the check. */
type AssertionRules = {
  /** With trailing slash; the only accepted `aud`. */
  issuer: () => string;
  clients: ReadonlyMap<string, ClientRecord>;
  /** PEM of the certificate authorities that are trusted for `x5c`. */
  certificateRoots: readonly string[];
  clock: Clock;
};

const formType = 'application/x-www-form-urlencoded';
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** The assertion of a token request. Refuses another content type or grant type, and missing or repeated parameters (RFC 6749 §3.2). */
export async function assertionOf({ req }: Exchange): Promise<string> {
  const mediaType = req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== formType) throw Refusal.of('MP-011', `The content type is not ${formType}.`);
  const form = new URLSearchParams(await req.text());
  const [type, ...otherTypes] = form.getAll('grant_type');
  const [assertion, ...otherAssertions] = form.getAll('assertion');
  if (type === undefined || otherTypes.length > 0) throw Refusal.of('MP-011', 'Parameter: grant_type.');
  if (type !== grantType) throw new Refusal(400, 'unsupported_grant_type', 'Unsupported grant type.');
  if (!assertion || otherAssertions.length > 0) throw Refusal.of('MP-011', 'Parameter: assertion.');
  return assertion;
}

/** Header and claims before they are verified. */
function decode(assertion: string): { header: ProtectedHeaderParameters; claims: Record<string, unknown> } {
  try {
    return { header: decodeProtectedHeader(assertion), claims: decodeJwt(assertion) };
  } catch {
    throw Refusal.of('MP-011', 'The assertion is not a signed JWT.');
  }
}

function checkClaims(claims: Record<string, unknown>): AssertionClaims {
  const parsed = claimsSchema.safeParse(claims);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknown)
    throw new Refusal(400, 'invalid_grant', `Invalid assertion. Unknown claims: ${unknown.keys.join(', ')}.`);
  throw Refusal.of('MP-011', `Claim: ${String(parsed.error.issues[0]?.path[0])}.`);
}

function checkTimes({ iat, exp }: AssertionClaims, now: number): void {
  const refuse = (text: string) => new Refusal(400, 'invalid_grant', text);
  if (iat > now + clockToleranceSeconds) throw refuse('Validation of JWT failed. The issue time is after now.');
  if (exp < now - clockToleranceSeconds || exp <= iat) throw Refusal.of('MP-130');
  if (exp - iat > maxLifetimeSeconds)
    throw refuse(`Invalid assertion. exp - iat is more than ${maxLifetimeSeconds} seconds.`);
}

/** Creates the check. It remembers every accepted `jti` until that assertion's `exp`. */
export function createAssertionCheck(rules: AssertionRules): (assertion: string) => Promise<VerifiedAssertion> {
  const usedUntil = new Map<string, number>();
  const roots = rules.certificateRoots.map((pem) => new X509Certificate(pem));

  /** The key that must have signed. `kid` is required if keys are registered, `x5c` if none are; both together are refused. */
  async function keyFor({ kid, alg, x5c }: ProtectedHeaderParameters, client: ClientRecord) {
    if (client.keys.length === 0) {
      if (kid !== undefined) throw Refusal.of('MP-100', 'Unknown key identifier (kid) for client.');
      return certifiedKey(x5c, roots, client.organisationNumber, rules.clock());
    }
    if (x5c !== undefined || kid === undefined)
      throw Refusal.of('MP-100', 'The client has registered keys and must use kid.');
    const key = client.keys.find((each) => each.kid === kid);
    if (!key) throw Refusal.of('MP-100', 'Unknown key identifier (kid) for client.');
    if (rules.clock() - key.registeredAt >= keyLifetimeMs) throw Refusal.of('MP-121');
    if (key.jwk.alg !== undefined && key.jwk.alg !== alg)
      throw Refusal.of('MP-124', 'The key is registered for another algorithm.');
    return importJWK(key.jwk, alg);
  }

  function checkFirstUse({ iss, jti, exp }: AssertionClaims, now: number): void {
    for (const [used, until] of usedUntil) if (until < now - clockToleranceSeconds) usedUntil.delete(used);
    if (jti === undefined) return;
    const use = JSON.stringify([iss, jti]);
    if (usedUntil.has(use)) throw Refusal.of('MP-012');
    usedUntil.set(use, exp);
  }

  return async (assertion) => {
    const { header, claims: unchecked } = decode(assertion);
    if (!algorithms.includes(String(header.alg))) throw Refusal.of('MP-011', 'Header: alg.');
    const client = rules.clients.get(String(unchecked.iss));
    if (!client) throw Refusal.of('MP-100', 'Client not found.');
    const key = await keyFor(header, client);
    await compactVerify(assertion, key, { algorithms }).catch(() => {
      throw Refusal.of('MP-124');
    });
    const claims = checkClaims(unchecked);
    // Only one value, because an assertion for several audiences could be used at the others.
    if ([claims.aud].flat().join(' ') !== rules.issuer()) throw Refusal.of('MP-110');
    const now = rules.clock() / 1000;
    checkTimes(claims, now);
    checkFirstUse(claims, now);
    return { client, claims, clientAmr: client.keys.length === 0 ? 'virksomhetssertifikat' : 'private_key_jwt' };
  };
}
