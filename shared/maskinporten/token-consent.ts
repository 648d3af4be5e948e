import * as z from 'zod';
import { fromPersonUrn } from '../person/national-id.ts';
import { ProblemError } from '../problems.ts';
import { isoInstant } from '../upstream/iso-instant.ts';
import { invalidReply } from '../upstream/reply.ts';
import type { Grant } from './grant.ts';

const detailSchema = z.object({
  type: z.string(),
  id: z.string(),
  from: z.string(),
  to: z.object({ authority: z.string(), id: z.string() }),
  validto: z.string(),
  consentrights: z.array(z.object({ resource: z.array(z.object({ value: z.string() })) })),
});

/**
 * Checks that a token's `authorization_details` is exactly the consent asked for. Names are taken in any case, and in the
 * spellings of the early drafts too (`urn:altinn:concent`, `concentRights`): docs/contracts/altinn-consent.md §9.
 * Throws `consent-person-mismatch` for another giver, receiver or resource, `upstream-invalid-reply` for the rest.
 */
export function checkConsent(
  details: unknown,
  consent: NonNullable<Grant['consent']>,
  expected: { organisationNumber: string; resourceIds: readonly string[] },
  now: number,
): void {
  const parsed = z.tuple([detailSchema]).safeParse(currentSpelling(details));
  if (!parsed.success) throw invalidReply('maskinporten', 'token-consent-schema');
  const [detail] = parsed.data;
  if (!/^urn:altinn:con[sc]ent$/i.test(detail.type)) throw invalidReply('maskinporten', 'token-consent-type');
  const giver = fromPersonUrn(detail.from);
  if (giver === undefined || !giver.equals(consent.from)) throw new ConsentTokenMismatch('giver');
  if (detail.to.authority !== 'iso6523-actorid-upis' || detail.to.id !== `0192:${expected.organisationNumber}`)
    throw new ConsentTokenMismatch('receiver');
  const resources = detail.consentrights.flatMap((right) => right.resource.map((resource) => resource.value));
  if (resources.length !== 1 || !expected.resourceIds.includes(resources[0] ?? ''))
    throw new ConsentTokenMismatch('resource');
  if (detail.id.toLowerCase() !== consent.id.toLowerCase()) throw invalidReply('maskinporten', 'token-consent-id');
  const validTo = isoInstant.safeParse(detail.validto).data;
  if (validTo === undefined || validTo <= now) throw invalidReply('maskinporten', 'token-consent-valid-to');
}

/** A token names another consumer than the requested one, or a consent token another giver, receiver or resource. */
export class ConsentTokenMismatch extends ProblemError {
  readonly what: 'token-consumer' | 'giver' | 'receiver' | 'resource';
  readonly place: 'token-consumer' | `consent-token-${'giver' | 'receiver' | 'resource'}`;

  constructor(what: ConsentTokenMismatch['what']) {
    const place = what === 'token-consumer' ? what : (`consent-token-${what}` as const);
    super('consent-person-mismatch', { fault: place });
    this.what = what;
    this.place = place;
  }
}

/** Deeper than any consent: what is below is left out. */
const maxDepth = 10;

/** The same with every name in lower case and today's spelling. A name given twice is no valid reply: it stays out. */
function currentSpelling(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > maxDepth) return undefined;
  if (Array.isArray(value)) return value.map((one) => currentSpelling(one, depth + 1));
  const spelled = new Map<string, unknown>();
  for (const [name, inner] of Object.entries(value)) {
    const current = name.toLowerCase().replace(/^concent/, 'consent');
    spelled.set(current, spelled.has(current) ? undefined : currentSpelling(inner, depth + 1));
  }
  return Object.fromEntries(spelled);
}
