import { errors, type JWTPayload, jwtVerify } from 'jose';
import * as z from 'zod';
import { Hidden } from '../person/hidden.ts';
import { fromPersonUrn } from '../person/national-id.ts';
import { ProblemError } from '../problems.ts';
import type { KeySet } from '../upstream/key-set.ts';
import { invalidReply } from '../upstream/reply.ts';
import type { Grant } from './grant.ts';

/** What a token must be about, besides its grant. */
export type TokenExpectation = { issuer: string; organisationNumber: string; resourceId: string };

const bodySchema = z.object({ access_token: z.string(), expires_in: z.number().positive().optional() });
const consumerSchema = z.object({ authority: z.literal('iso6523-actorid-upis'), ID: z.string() });
const detailSchema = z.object({
  type: z.string(),
  id: z.string(),
  from: z.string(),
  to: z.object({ authority: z.string(), ID: z.string() }),
  validTo: z.string(),
  consentRights: z.array(z.object({ resource: z.array(z.object({ value: z.string() })) })),
});

/**
 * Checks a token reply: a JWT signed by the issuer's keys, for this client's organisation and scope, and for a consent
 * grant carrying exactly that consent. Throws `consent-person-mismatch` when giver, receiver or resource are another's,
 * `upstream-invalid-reply` for anything else. `lifeMs` counts from `now`.
 */
export async function checkTokenReply(
  body: Record<string, unknown>,
  grant: Grant,
  expected: TokenExpectation,
  keys: KeySet,
  now: number,
): Promise<{ token: Hidden; lifeMs: number }> {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw invalidReply('maskinporten-token-schema');
  // Tokens have been seen wrapped in quotes (domain/lanekassen-saldo-api.md §6).
  const raw = parsed.data.access_token.trim().replace(/^(["'])(.*)\1$/, '$2');
  const claims = await verified(raw, expected.issuer, keys, now);
  const consumer = consumerSchema.safeParse(claims.consumer);
  if (!consumer.success || consumer.data.ID !== `0192:${expected.organisationNumber}`)
    throw invalidReply('maskinporten-token-consumer');
  const scopes = typeof claims.scope === 'string' ? claims.scope.split(' ') : [];
  if (!scopes.includes(grant.scope)) throw invalidReply('maskinporten-token-scope');
  const details = claims.authorization_details;
  if (grant.consent === undefined) {
    // A shared token that carries somebody's consent would be used for everybody.
    if (details !== undefined) throw invalidReply('maskinporten-token-unasked-consent');
  } else checkConsent(details, grant.consent, expected, now);
  const lifeMs = Math.min((claims.exp ?? 0) * 1000 - now, (parsed.data.expires_in ?? Number.POSITIVE_INFINITY) * 1000);
  return { token: new Hidden(raw), lifeMs };
}

async function verified(token: string, issuer: string, keys: KeySet, now: number): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, (header, input) => keys.getKey(header, input), {
      issuer,
      algorithms: ['RS256', 'RS384', 'RS512'],
      // Maskinporten's own tolerance between clocks (domain/maskinporten.md §2).
      clockTolerance: 10,
      currentDate: new Date(now),
      requiredClaims: ['exp', 'consumer', 'scope'],
    });
    return payload;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw invalidReply(
      `maskinporten-token-${error instanceof errors.JOSEError ? error.code.toLowerCase().replaceAll('_', '-') : 'malformed'}`,
    );
  }
}

function checkConsent(
  details: unknown,
  consent: NonNullable<Grant['consent']>,
  expected: TokenExpectation,
  now: number,
): void {
  const parsed = z.tuple([detailSchema]).safeParse(details);
  if (!parsed.success) throw invalidReply('maskinporten-token-consent-schema');
  const [detail] = parsed.data;
  if (detail.type.toLowerCase() !== 'urn:altinn:consent') throw invalidReply('maskinporten-token-consent-type');
  const giver = fromPersonUrn(detail.from);
  if (giver === undefined || !giver.equals(consent.from)) throw mismatch('giver');
  if (detail.to.authority !== 'iso6523-actorid-upis' || detail.to.ID !== `0192:${expected.organisationNumber}`)
    throw mismatch('receiver');
  const resources = detail.consentRights.flatMap((right) => right.resource.map((resource) => resource.value));
  if (resources.length !== 1 || resources[0] !== expected.resourceId) throw mismatch('resource');
  if (detail.id.toLowerCase() !== consent.id.toLowerCase()) throw invalidReply('maskinporten-token-consent-id');
  const validTo = Date.parse(detail.validTo);
  if (Number.isNaN(validTo) || validTo <= now) throw invalidReply('maskinporten-token-consent-valid-to');
}

const mismatch = (what: string) => new ProblemError('consent-person-mismatch', { fault: `consent-token-${what}` });
