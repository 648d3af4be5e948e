// Puts the document together: OpenAPI 3.1.1 (spec.openapis.org/oas/v3.1.1).
import { readFileSync } from 'node:fs';
import type { ProblemCode } from '../../../shared/problem-catalogue.ts';
import { type HeaderName, headers, parameters, wireNames } from './headers.ts';
import { type GoodAnswer, type Operation, operations } from './operations.ts';
import {
  problemCodes,
  problemExample,
  problemJsonSchema,
  problemSchemaName,
  problemStatuses,
  saysRetryAfter,
} from './problem-schemas.ts';
import { type JsonSchema, namedSchemas, schemaRef } from './schemas.ts';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const always: HeaderName[] = ['CacheControl', 'ContentTypeOptions', 'RequestId', 'ExposeHeaders'];
const headersOf = (names: HeaderName[]) =>
  Object.fromEntries(names.map((name) => [wireNames[name], { $ref: `#/components/headers/${name}` }]));

const exampleName = (code: ProblemCode, status: number) => (status === 413 ? `${code}-too-large` : code);

function goodAnswer(answer: GoodAnswer, applied: HeaderName[]): JsonSchema {
  if ('redirect' in answer)
    return { description: answer.description, headers: headersOf([...always, 'Location', 'ReferrerPolicy']) };
  const common = {
    description: answer.description,
    headers: headersOf([...always, ...applied, ...(answer.headers ?? [])]),
  };
  if ('page' in answer)
    return {
      description: answer.description,
      headers: headersOf([
        'ContentSecurityPolicy',
        ...(answer.page === 'kept' ? (['PublicCacheControl'] as const) : (['CacheControl', 'ReferrerPolicy'] as const)),
        ...always.filter((name) => name !== 'CacheControl'),
      ]),
      content: { 'text/html; charset=utf-8': { schema: { type: 'string' } } },
    };
  if ('empty' in answer) return common;
  return {
    ...common,
    content: {
      'application/json': {
        schema: answer.schema === 'object' ? { type: 'object' } : schemaRef(answer.schema),
        examples: Object.fromEntries(Object.entries(answer.examples).map(([name, value]) => [name, { value }])),
      },
    },
  };
}

function problemAnswer(status: number, codes: ProblemCode[], applied: HeaderName[]): JsonSchema {
  const names: HeaderName[] = [
    ...always,
    ...applied,
    ...(status === 401 ? (['WwwAuthenticate'] as const) : []),
    ...(codes.some(saysRetryAfter) ? (['RetryAfter'] as const) : []),
  ];
  const [only] = codes;
  return {
    description: codes.map((code) => `\`${code}\``).join(' · '),
    headers: headersOf(names),
    content: {
      'application/problem+json': {
        schema:
          codes.length === 1 && only !== undefined
            ? schemaRef(problemSchemaName(only))
            : {
                oneOf: codes.map((code) => schemaRef(problemSchemaName(code))),
                discriminator: { propertyName: 'code' },
              },
        examples: Object.fromEntries(
          codes.map((code) => [code, { $ref: `#/components/examples/${exampleName(code, status)}` }]),
        ),
      },
    },
  };
}

/** What the platform answers before the app gets the call, and what a page in a browser may get instead. */
const platformAnswer: JsonSchema = {
  description:
    'The platform refuses the request before the app gets it (malformed request, headers that are too large). The answer has no body, and none of the app’s headers.',
};

/** A problem in its general form. */
const otherProblem: JsonSchema = {
  description: 'Any other problem, in the same form.',
  content: { 'application/problem+json': { schema: schemaRef('Problem') } },
};

/** Moves equal answers of several operations to `components`, under a name made of their status. */
function sharedResponses(operations: JsonSchema[]): Record<string, JsonSchema> {
  const shared: Record<string, JsonSchema> = {};
  const users = new Map<string, { status: string; of: Record<string, JsonSchema>[]; answer: JsonSchema }>();
  for (const { responses } of operations as { responses: Record<string, JsonSchema> }[])
    for (const [status, answer] of Object.entries(responses)) {
      const key = `${status} ${JSON.stringify(answer)}`;
      const known = users.get(key) ?? { status, of: [], answer };
      known.of.push(responses);
      users.set(key, known);
    }
  for (const { status, of, answer } of users.values()) {
    if (of.length < 2) continue;
    const same = Object.keys(shared).filter((name) => name.startsWith(`Answer${status}`)).length;
    const name = `Answer${status}${same === 0 ? '' : `-${same + 1}`}`;
    shared[name] = answer;
    for (const responses of of) responses[status] = { $ref: `#/components/responses/${name}` };
  }
  return shared;
}

/** The codes of an operation with a status, in the catalogue's order. */
function codesWith(operation: Operation, status: number): ProblemCode[] {
  return problemCodes.filter(
    (code) =>
      operation.problems.includes(code) &&
      problemStatuses(code).includes(status) &&
      // Only a body can be too large.
      (status !== 413 || operation.body !== undefined),
  );
}

function pathItem(operation: Operation): JsonSchema {
  const statuses = [...new Set(operation.problems.flatMap(problemStatuses))];
  // The header of every answer to a caller that has sent `Prefer: wait`.
  const applied: HeaderName[] = operation.parameters.includes('Prefer') ? ['PreferenceApplied'] : [];
  const responses: Record<string, JsonSchema> = Object.fromEntries([
    ...Object.entries(operation.answers).map(([status, answer]) => [status, goodAnswer(answer, applied)]),
    ...statuses
      .map((status) => [status, codesWith(operation, status)] as const)
      .filter(([, codes]) => codes.length > 0)
      .map(([status, codes]) => [status, problemAnswer(status, codes, applied)]),
    ...(operation.platform ?? []).map((status) => [status, platformAnswer]),
    ...(operation.other ? [['default', otherProblem]] : []),
    ...Object.entries(platformAnswers),
  ]);
  const { body } = operation;
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    description: operation.description,
    security: operation.personToken ? [{ personToken: [] }] : [],
    parameters: operation.parameters.map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ...(body && {
      requestBody: {
        description: 'At most 16 KiB, with a Content-Length.',
        required: true,
        content: { [body.type]: { schema: schemaRef(body.schema), example: body.example } },
      },
    }),
    responses,
  };
}

/** What the platform answers before it calls a function: empty, and without the app’s headers. */
const platformAnswers = {
  '414': { description: "The platform's own empty answer: the request line is longer than 8 KiB." },
  '431': {
    description:
      "The platform's own empty answer: the headers are longer than 32 KiB together, or there are more than 100.",
  },
};

/** The OpenAPI document. */
export function openapiDocument(): JsonSchema {
  const schemas = namedSchemas();
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const operation of operations) {
    const item = paths[operation.path] ?? {};
    paths[operation.path] = { ...item, [operation.method]: pathItem(operation) };
  }
  const examples = problemCodes.flatMap((code) =>
    problemStatuses(code).map((status) => [exampleName(code, status), problemExample(code, status)] as const),
  );
  const responses = sharedResponses(Object.values(paths).flatMap((item) => Object.values(item)));
  return {
    openapi: '3.1.1',
    info: {
      title: 'Saldo på studielån',
      version,
      summary: "A customer's student loan, for the bank's front end.",
      description:
        'A bank’s front end calls the service with the customer’s own token. Only this token names the person. Every problem is an RFC 9457 answer with a stable `code`. Some answers come from the platform and are empty: 404 for an unknown route or a wrong method, 400 for a malformed request or one without exactly one Host header, 500 if the worker crashes, and 503 if a start takes too long. A person token may have at most 16 KiB. If the headers together are longer than 32 KiB, the answer is 431. docs/versions.md says what may change within a version, and how a route is retired.',
      contact: { name: 'The bank that runs this app' },
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      { url: '/api', description: 'The app that serves this document.' },
      { url: 'http://127.0.0.1:7071/api', description: 'The local world (`npm start`).' },
    ],
    tags: [
      { name: 'consent', description: 'The consent request, and the customer’s answer.' },
      { name: 'saldo', description: 'What the customer owes Lånekassen.' },
      { name: 'session', description: 'Logout, which erases the held saldo.' },
      { name: 'health', description: 'Health probes.' },
      { name: 'developers', description: 'This document, and the pages of the problems.' },
    ],
    paths,
    components: {
      securitySchemes: {
        personToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            "The customer's own token from the bank's identity provider, with the national id and the login session as claims.",
        },
      },
      responses,
      parameters,
      headers,
      schemas: {
        ...schemas,
        ...Object.fromEntries(
          problemCodes.map((code) => [problemSchemaName(code), problemJsonSchema(code, schemas.Problem ?? {})]),
        ),
      },
      examples: Object.fromEntries(examples),
    },
  };
}
