// Headers and parameters of the document: `docs/contracts/interface.md` §1, "Headers".
import { beforeJsonSchema } from './schemas.ts';

const uuid = { type: 'string', format: 'uuid' };
const text = (value: string) => ({ type: 'string', const: value });

/** Headers of answers, by the name under which the document keeps them. */
export const headers = {
  CacheControl: { description: 'No cache may store the answer.', required: true, schema: text('no-store') },
  PublicCacheControl: {
    description: 'Any cache may keep the page for an hour.',
    required: true,
    schema: text('public, max-age=3600'),
  },
  ContentSecurityPolicy: {
    description: 'The page loads and runs nothing, and cannot be framed.',
    required: true,
    schema: text("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
  },
  ContentTypeOptions: { description: 'Always `nosniff`.', required: true, schema: text('nosniff') },
  RequestId: {
    description: "The caller's X-Request-Id if it is a UUID, otherwise a new one. Operators find the log lines by it.",
    required: true,
    schema: uuid,
  },
  ExposeHeaders: {
    description: 'Headers that scripts of another origin may read.',
    required: true,
    schema: text('Retry-After, X-Request-Id'),
  },
  RetryAfter: {
    description:
      'Seconds to wait before the next call. It equals `retryAfterSeconds` in the body, and is absent without it.',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 3600 },
  },
  WwwAuthenticate: { description: 'The challenge.', required: true, schema: text('Bearer') },
  Location: {
    description: "The bank's return page with `studielan=<word>` in its query.",
    required: true,
    schema: { type: 'string', format: 'uri', pattern: '[?&]studielan=[a-z]+(?:#|$)' },
  },
  PreferenceApplied: {
    description:
      'The `wait=<seconds>` of the request that the service applied (RFC 7240 §3). Absent if it applied none.',
    required: false,
    schema: { type: 'string', pattern: '^wait=[1-8]$' },
  },
  ETag: {
    description:
      'The value changes with the document. A call with this value in If-None-Match gets 304 if the document is unchanged.',
    required: true,
    schema: { type: 'string', pattern: '^"[0-9a-f]{64}"$' },
  },
  ReferrerPolicy: {
    description: "The callback's address contains `state`, which no other page may see.",
    required: true,
    schema: text('no-referrer'),
  },
};

/** The name of a header in the document. */
export type HeaderName = keyof typeof headers;

/** What each is called on the wire. */
export const wireNames: Record<HeaderName, string> = {
  CacheControl: 'Cache-Control',
  PublicCacheControl: 'Cache-Control',
  ContentSecurityPolicy: 'Content-Security-Policy',
  ContentTypeOptions: 'X-Content-Type-Options',
  RequestId: 'X-Request-Id',
  ExposeHeaders: 'Access-Control-Expose-Headers',
  RetryAfter: 'Retry-After',
  WwwAuthenticate: 'WWW-Authenticate',
  Location: 'Location',
  PreferenceApplied: 'Preference-Applied',
  ETag: 'ETag',
  ReferrerPolicy: 'Referrer-Policy',
};

/** Parameters of requests, by the name under which the document keeps them. */
export const parameters = {
  RequestId: {
    name: 'X-Request-Id',
    in: 'header',
    description: 'A UUID that identifies this call. Another value is ignored, and the service makes a new one.',
    required: false,
    schema: uuid,
    example: '8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description: '`wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Another value is ignored.',
    required: false,
    schema: { type: 'string', pattern: '^wait=[1-8]$' },
    example: 'wait=3',
  },
  CacheControl: {
    name: 'Cache-Control',
    in: 'header',
    description:
      '`no-cache`: the service reads the consent in Altinn before it answers, because the customer may have changed it there. Each instance does so at most once in ten seconds for a session. Other values are ignored.',
    required: false,
    schema: { type: 'string' },
    example: 'no-cache',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The ETag of the document that the caller has stored.',
    required: false,
    schema: { type: 'string' },
    example: '"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"',
  },
  Before: {
    name: 'before',
    in: 'query',
    description: 'The `at` of the last entry on the previous page.',
    required: false,
    schema: beforeJsonSchema(),
    example: '2026-11-23T08:15:02.114Z',
  },
  ProblemCode: {
    name: 'code',
    in: 'path',
    description: 'The `code` of a problem.',
    required: true,
    schema: { type: 'string' },
    example: 'consent-required',
  },
  State: {
    name: 'state',
    in: 'query',
    description: 'The value that the service sent to Altinn with the request. The service reads only this parameter.',
    required: false,
    schema: { type: 'string' },
    example: 'mJ7oYVtq0y4cZ0m7m0r1cX8rM0b6l2n5p9Q3s8T1uWc',
  },
  Status: {
    name: 'Status',
    in: 'query',
    description: 'Added by Altinn. The service ignores it and reads the request in Altinn.',
    required: false,
    schema: { type: 'string' },
    example: 'OK',
  },
  ErrorMessage: {
    name: 'ErrorMessage',
    in: 'query',
    description: 'Added by Altinn. The service ignores it.',
    required: false,
    schema: { type: 'string' },
    example: 'User did not give consent',
  },
};

/** The name of a parameter in the document. */
export type ParameterName = keyof typeof parameters;
