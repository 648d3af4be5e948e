// Reading the body of a new consent request as ASP.NET binds it: property names in any case, a missing or unreadable
// field is refused before Altinn's own rules are reached.
import fnrvalidator from '@navikt/fnrvalidator';
import { z } from 'zod';

const personPrefix = 'urn:altinn:person:identifier-no:';
const organisationPrefix = 'urn:altinn:organization:identifier-no:';

/** Party URN of a person. */
export function personUrn(nationalId: string): string {
  return `${personPrefix}${nationalId}`;
}

/** Party URN of an organisation. */
export function organisationUrn(organisationNumber: string): string {
  return `${organisationPrefix}${organisationNumber}`;
}

function hasOrganisationControlDigit(digits: string): boolean {
  const weights = [3, 2, 7, 6, 5, 4, 3, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return (11 - (sum % 11)) % 11 === Number(digits[8]);
}

/** True for a URN that Altinn's parser takes: known prefix, digits with sound control digits. */
export function isPartyUrn(text: string): boolean {
  if (text.startsWith(personPrefix)) {
    return fnrvalidator.idnr(text.slice(personPrefix.length)).status === 'valid';
  }
  const digits = text.startsWith(organisationPrefix) ? text.slice(organisationPrefix.length) : '';
  return /^\d{9}$/.test(digits) && hasOrganisationControlDigit(digits);
}

/** Names in lower case, at this level only: metadata keys and languages are values, not names. */
function lowerCaseNames(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]));
}

const party = z.string().refine(isPartyUrn, 'The value is not a party URN.');
const texts = z.record(z.string(), z.string().nullable());
const resource = z.preprocess(lowerCaseNames, z.object({ type: z.string(), value: z.string() }));
const right = z.preprocess(
  lowerCaseNames,
  z.object({ action: z.array(z.string()).nullish(), resource: z.array(resource).nullish(), metadata: texts.nullish() }),
);

const createBody = z.preprocess(
  lowerCaseNames,
  z.object({
    id: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i),
    from: party,
    to: party,
    requireddelegator: party.nullish(),
    validto: z.iso.datetime({ offset: true }),
    consentrights: z.array(right),
    requestmessage: texts.nullish(),
    redirecturl: z.string(),
    portalviewmode: z
      .string()
      .transform((mode) => mode.toLowerCase())
      .pipe(z.enum(['hide', 'show']))
      .nullish(),
  }),
);

/** A body that could be bound; names in lower case. */
export type CreateBody = z.output<typeof createBody>;

/** The bound body, or the framework's list of errors by field (never with a value in it). */
export function readCreateBody(text: string): { body: CreateBody } | { errors: Record<string, string[]> } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { errors: { $: ['The JSON value could not be converted.'] } };
  }
  const parsed = createBody.safeParse(json);
  if (parsed.success) return { body: parsed.data };
  const errors: Record<string, string[]> = {};
  for (const issue of parsed.error.issues) {
    errors[`$.${issue.path.join('.')}`] = ['The field is required or could not be read.'];
  }
  return { errors };
}
