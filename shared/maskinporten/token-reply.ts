import { errors, type JWTPayload, jwtVerify } from 'jose';
import * as z from 'zod';
import { Secret } from '../person/secret.ts';
import { ProblemError } from '../problems.ts';
import type { KeySet } from '../upstream/key-set.ts';
import { invalidReply } from '../upstream/reply.ts';
import type { Grant } from './grant.ts';
import { ConsentTokenMismatch, checkConsent } from './token-consent.ts';

/** A token and how long it may be used, milliseconds from when it came. */
export type FetchedToken = { token: Secret; lifeMs: number };

const bodySchema = z.object({ access_token: z.string(), expires_in: z.number().positive().optional() });
const organisation = /^0192:\d{9}$/;
const organisationSchema = z.object({ authority: z.literal('iso6523-actorid-upis'), ID: z.string() });
/**
 * Checks a token reply: a JWT signed by the issuer's keys, for this client's organisation and scope, and for a consent
 * grant carrying exactly that consent. Throws `consent-person-mismatch` when consumer, giver, receiver or resource are another's,
 * `upstream-invalid-reply` for anything else. `lifeMs` counts from `now`.
 */
export async function checkTokenReply(
  body: Record<string, unknown>,
  grant: Grant,
  expected: { issuer: string; organisationNumber: string; resourceIds: readonly string[] },
  keys: KeySet,
  now: number,
): Promise<FetchedToken> {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw invalidReply('maskinporten', 'token-schema');
  // Tokens have been seen wrapped in quotes (docs/contracts/lanekassen-saldo.md §6).
  const raw = parsed.data.access_token.trim().replace(/^(["'])(.*)\1$/, '$2');
  const claims = await verified(raw, expected.issuer, keys, now);
  // jose also reads a line break or padding in a part, which no header may carry.
  if (!/^[\w.-]+$/.test(raw)) throw invalidReply('maskinporten', 'token-malformed');
  const own = `0192:${expected.organisationNumber}`;
  const consumer = organisationIn(claims.consumer);
  // A token of another organisation would fetch for this bank what another may see.
  if (consumer !== own && organisation.test(consumer ?? '')) throw new ConsentTokenMismatch('token-consumer');
  if (consumer !== own) throw invalidReply('maskinporten', 'token-consumer');
  // A token on another's behalf names the supplier beside the consumer; any other token names no supplier
  // (docs/contracts/maskinporten.md §8).
  const supplier = claims.supplier === undefined ? undefined : organisationIn(claims.supplier);
  const isSuppliers = supplier !== undefined && organisation.test(supplier) && supplier !== own;
  if (grant.consumerOrg === undefined ? claims.supplier !== undefined : !isSuppliers)
    throw invalidReply('maskinporten', 'token-supplier');
  if (grant.resource !== undefined && ![claims.aud].flat().includes(grant.resource))
    throw invalidReply('maskinporten', 'token-audience');
  const scopes = typeof claims.scope === 'string' ? claims.scope.split(' ') : [];
  if (!scopes.includes(grant.scope)) throw invalidReply('maskinporten', 'token-scope');
  const details = claims.authorization_details;
  if (grant.consent === undefined) {
    // A shared token that carries one customer's consent would be used for all customers.
    if (details !== undefined) throw invalidReply('maskinporten', 'token-unasked-consent');
  } else checkConsent(details, grant.consent, expected, now);
  const lifeMs = Math.min((claims.exp ?? 0) * 1000 - now, (parsed.data.expires_in ?? Number.POSITIVE_INFINITY) * 1000);
  return { token: new Secret(raw), lifeMs };
}

function organisationIn(claim: unknown): string | undefined {
  return organisationSchema.safeParse(claim).data?.ID;
}

async function verified(token: string, issuer: string, keys: KeySet, now: number): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, (header, input) => keys.getKey(header, input), {
      issuer,
      algorithms: ['RS256', 'RS384', 'RS512'],
      // Maskinporten's own tolerance between clocks (docs/contracts/maskinporten.md §2).
      clockTolerance: 10,
      currentDate: new Date(now),
      requiredClaims: ['exp', 'consumer', 'scope'],
    });
    return payload;
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw invalidReply(
      'maskinporten',
      `token-${error instanceof errors.JOSEError ? error.code.toLowerCase().replaceAll('_', '-') : 'malformed'}`,
    );
  }
}
