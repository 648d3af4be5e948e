// Reads the body of a new consent request as ASP.NET binds it. Property names may have any case. A missing or unreadable field is refused
// before Altinn's own rules.
import fnrvalidator from '@navikt/fnrvalidator';
import { z } from 'zod';
import { jsonText } from '../../json-text.ts';

const personPrefix = 'urn:altinn:person:identifier-no:';
const organisationPrefix = 'urn:altinn:organization:identifier-no:';

/** Party URN of a person. */
export const personUrn = (nationalId: string): string => `${personPrefix}${nationalId}`;

/** Party URN of an organisation. */
export const organisationUrn = (organisationNumber: string): string => `${organisationPrefix}${organisationNumber}`;

function hasOrganisationControlDigit(digits: string): boolean {
  const weights = [3, 2, 7, 6, 5, 4, 3, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return (11 - (sum % 11)) % 11 === Number(digits[8]);
}

/** Names in lower case, at this level only: metadata keys and languages are values, not names. */
function lowerCaseNames(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]));
}

/** The id of a consent request, in any case; in lower case after this. */
export const requestId = z
  .string()
  .toLowerCase()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** A URN that Altinn's parser accepts: a known prefix, and digits with correct control digits. */
export const party = z.string().refine((text) => {
  if (text.startsWith(personPrefix)) return fnrvalidator.idnr(text.slice(personPrefix.length)).status === 'valid';
  const digits = text.startsWith(organisationPrefix) ? text.slice(organisationPrefix.length) : '';
  return /^\d{9}$/.test(digits) && hasOrganisationControlDigit(digits);
}, 'The value is not a party URN.');

/** An ISO 8601 instant with offset, in microseconds since 1970. Digits beyond the milliseconds are dropped. */
export const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text) * 1000);

const texts = z.record(
  z.string(),
  z.preprocess((text) => text ?? '', z.string()),
);
const resource = z.preprocess(lowerCaseNames, z.object({ type: z.string(), value: z.string() }));
const right = z.preprocess(
  lowerCaseNames,
  z.object({
    action: z.preprocess((actions) => actions ?? [], z.array(z.string())),
    resource: z.preprocess((resources) => resources ?? [], z.array(resource)),
    metadata: z.preprocess((metadata) => metadata ?? {}, texts),
  }),
);

const createBody = z.preprocess(
  lowerCaseNames,
  z.object({
    id: requestId,
    from: party,
    to: party,
    requireddelegator: party.nullish(),
    validto: instant,
    consentrights: z.array(right),
    requestmessage: texts.nullish(),
    redirecturl: z.string(),
    portalviewmode: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['hide', 'show']))
      .nullish(),
  }),
);

/** A body that could be bound; names in lower case. */
export type CreateBody = z.output<typeof createBody>;

/** The bound body, or the framework's list of errors by field (never with a value in it). */
export function readCreateBody(text: string): { body: CreateBody } | { errors: Record<string, string[]> } {
  const parsed = jsonText(createBody).safeParse(text);
  if (parsed.success) return { body: parsed.data };
  const fields = parsed.error.issues.map(({ path }) => ['$', ...path].join('.'));
  return {
    errors: Object.fromEntries(fields.map((field) => [field, ['The field is required or could not be read.']])),
  };
}
