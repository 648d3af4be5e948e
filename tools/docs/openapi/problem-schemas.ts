// Every problem of the catalogue as a schema of its own and an example, so that the document can say which come where.
import { problemBody } from '../../../shared/http/response.ts';
import { type ProblemCode, type ProblemDefinition, problems } from '../../../shared/problem-catalogue.ts';
import { ProblemError } from '../../../shared/problems.ts';
import type { JsonSchema } from './schemas.ts';

/** All codes, in the catalogue's order. */
export const problemCodes = Object.keys(problems) as ProblemCode[];

const definition = (code: ProblemCode): ProblemDefinition => problems[code];

/**
 * A problem's schema has its code for a name, so that a `discriminator` needs no mapping: a value leads to the schema of that name
 * (OpenAPI 3.1 §4.8.25), and Ajv, which knows no mapping, takes it too.
 */
export const problemSchemaName = (code: ProblemCode): string => code;

/** The statuses of a problem: one, and for `request-invalid` also 413. */
export function problemStatuses(code: ProblemCode): number[] {
  return code === 'request-invalid' ? [400, 413] : [problems[code].status];
}

/** Whether every occurrence says when to ask again. */
export const saysRetryAfter = (code: ProblemCode): boolean => definition(code).retryAfterSeconds !== undefined;

type ObjectSchema = JsonSchema & { properties: Record<string, JsonSchema>; required: string[] };

/** The schema of one problem, whole, with what this code fixes: a `const` at the top, where validators look for it. */
export function problemJsonSchema(code: ProblemCode, general: JsonSchema): JsonSchema {
  const { title, when, remedy, retryAfterSeconds, consentState } = definition(code);
  const { properties, required, ...rest } = general as ObjectSchema;
  const { description: _, ...codes } = properties.code ?? {};
  const statuses = problemStatuses(code);
  const fixed: Record<string, JsonSchema> = {
    type: { ...properties.type, pattern: `^(?:https?://[^/?#]+)?/api/problems/${code}$` },
    title: { ...properties.title, const: title },
    status: { ...properties.status, ...(statuses.length === 1 ? { const: statuses[0] } : { enum: statuses }) },
    code: { type: codes.type, const: code },
    ...(retryAfterSeconds && {
      retryAfterSeconds: {
        ...properties.retryAfterSeconds,
        minimum: retryAfterSeconds.least,
        maximum: retryAfterSeconds.most,
      },
    }),
    ...(consentState && {
      consent: { ...properties.consent, properties: { state: { type: 'string', const: consentState } } },
    }),
  };
  return {
    ...rest,
    description: `${when} ${remedy}`,
    properties: { ...properties, ...fixed },
    required: [...new Set([...required, ...Object.keys(fixed)])],
  };
}

/** An occurrence of a problem, as it looks on the wire. */
export function problemExample(code: ProblemCode, status: number): { summary: string; value: unknown } {
  const { title, retryAfterSeconds } = definition(code);
  const error = new ProblemError(code, {
    status,
    ...(retryAfterSeconds && { retryAfterSeconds: retryAfterSeconds.least }),
    ...details[code],
    ...(status === 413 ? { detail: 'The body is larger than 16 KiB.' } : {}),
  });
  return {
    summary: title,
    value: problemBody(error, '8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa', 'https://studielan.bank.example'),
  };
}

const details: Partial<Record<ProblemCode, { detail: string }>> = {
  'request-invalid': { detail: 'Content-Type must be application/json.' },
  'length-required': { detail: 'Send the body with a Content-Length, not in chunks.' },
  'return-url-not-allowed': { detail: 'returnUrl is not covered by the URLs that the bank has allowed.' },
  'person-token-missing': { detail: 'Send Authorization: Bearer <the customer’s own token>.' },
};
