// Altinn's problems: codes and shape as in Altinn/altinn-authorization-utils (Altinn.Authorization.ProblemDetails) and
// the access management service's own catalogue.
import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';

const catalogue = {
  'AM-00000': { status: 403, title: 'Not authorized for consent' },
  'AM-00001': { status: 404, title: 'Consent not found' },
  'AM-00002': { status: 400, title: 'Consent has wrong status to be consented' },
  'AM-00003': { status: 400, title: 'Unknown organization' },
  'AM-00004': { status: 400, title: 'Unknown person. Could not be found' },
  'AM-00005': { status: 400, title: 'Invalid consent resource' },
  'AM-00006': { status: 400, title: 'Invalid consent metadata' },
  'AM-00007': { status: 400, title: 'Missing metadata value' },
  'AM-00008': { status: 400, title: 'Missing metadata' },
  'AM-00009': { status: 400, title: 'Resources with different templates cannot be combined' },
  'AM-00010': { status: 400, title: 'Consent cannot be revoked' },
  'AM-00011': { status: 400, title: 'Consent is revoked' },
  'AM-00012': { status: 400, title: 'Consented party differs from requested party' },
  'AM-00013': { status: 400, title: 'Consent is expired' },
  'AM-00014': { status: 400, title: 'Consent is not accepted' },
  'AM-00015': { status: 400, title: 'Consent cannot be rejected' },
  'AM-00016': { status: 400, title: 'Consent with this id already exists for other parties' },
  'STD-00000': { status: 400, title: 'One or more validation errors occurred' },
} as const;

const validationTitles = {
  'STD.VLD-00000': 'The field is required.',
  'AM.VLD-00022': 'Time is not in the future',
  'AM.VLD-00023': 'The list is empty',
  'AM.VLD-00027': 'Invalid redirect url',
  'AM.VLD-00051': 'Invalid date range',
  'AM.VLD-00052': 'Invalid event type',
  'AM.VLD-00053': 'Invalid continuation token',
} as const;

/** One fault of a field: which rule, and where. */
export type ValidationFault = { code: keyof typeof validationTitles; path: string };

/** A problem before it is written: its code with extensions, or with faults of fields for `STD-00000`. */
export type Problem = {
  code: keyof typeof catalogue;
  extensions?: Record<string, string>;
  faults?: readonly ValidationFault[];
};

function members(problem: Problem): { status: number } & Record<string, unknown> {
  const { status, title } = catalogue[problem.code];
  return {
    type: `urn:altinn:error:${problem.code}`,
    title,
    status,
    detail: title,
    code: problem.code,
    statusDescription: STATUS_CODES[status],
    ...problem.extensions,
    validationErrors: problem.faults?.map(({ code, path }) => ({
      code,
      title: validationTitles[code],
      paths: [path],
      detail: validationTitles[code],
    })),
  };
}

function answer(status: number, body: Record<string, unknown>): Response {
  // A W3C trace id, as in ASP.NET's problems.
  const traceId = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
  return Response.json(
    { ...body, traceId },
    { status, headers: { 'content-type': 'application/problem+json; charset=utf-8' } },
  );
}

/** The answer for the problems found. Several at once become a 500 with `STD-00001`, although the fault is the caller's. */
export function problemAnswer(problems: readonly Problem[]): Response {
  const [first, ...others] = problems.map(members);
  if (first && others.length === 0) return answer(first.status, first);
  return answer(500, {
    type: 'urn:altinn:error:STD-00001',
    title: 'Multiple problems occurred',
    status: 500,
    detail: 'Multiple problems occurred',
    code: 'STD-00001',
    statusDescription: STATUS_CODES[500],
    problems: [first, ...others],
  });
}

/** The framework's answer before Altinn's rules are reached: malformed JSON, a missing or unreadable field. */
export function frameworkAnswer(errors: Record<string, string[]>): Response {
  return answer(400, {
    type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
    title: 'One or more validation errors occurred.',
    status: 400,
    errors,
  });
}
