// Headers and parameters of the document: `docs/contracts/interface.md` §1, "Headers".
import { beforeJsonSchema } from './schemas.ts';

const uuid = { type: 'string', format: 'uuid' };
const text = (value: string) => ({ type: 'string', const: value });

/** Headers of answers, by the name under which the document keeps them. */
export const headers = {
  CacheControl: { description: 'Nothing here is to be stored anywhere.', required: true, schema: text('no-store') },
  PublicCacheControl: {
    description: 'Any cache may keep the page for an hour.',
    required: true,
    schema: text('public, max-age=3600'),
  },
  ContentSecurityPolicy: {
    description: 'The page loads, runs and frames nothing.',
    required: true,
    schema: text("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
  },
  ContentTypeOptions: { description: 'Always `nosniff`.', required: true, schema: text('nosniff') },
  RequestId: {
    description: "The caller's X-Request-Id if it is a UUID, else a new one. Operators find the log by it.",
    required: true,
    schema: uuid,
  },
  ExposeHeaders: {
    description: 'Lets scripts of another origin read them.',
    required: true,
    schema: text('Retry-After, X-Request-Id'),
  },
  RetryAfter: {
    description:
      'Seconds to wait before asking again: as `retryAfterSeconds` in the body, and only where that is there.',
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
    description: 'The `wait=<seconds>` of the request that was kept to (RFC 7240 §3); not there when none was.',
    required: false,
    schema: { type: 'string', pattern: '^wait=[1-8]$' },
  },
  ETag: {
    description: 'Changes with the document. Sent back in If-None-Match, an unchanged document is not sent again.',
    required: true,
    schema: { type: 'string', pattern: '^"[0-9a-f]{64}"$' },
  },
  ReferrerPolicy: {
    description: "The callback's address carries `state`; no page behind it may learn it.",
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
    description: 'A UUID to find this call by; anything else is ignored and a new one is made.',
    required: false,
    schema: uuid,
    example: '8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description: '`wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Anything else is ignored.',
    required: false,
    schema: { type: 'string', pattern: '^wait=[1-8]$' },
    example: 'wait=3',
  },
  CacheControl: {
    name: 'Cache-Control',
    in: 'header',
    description:
      '`no-cache`: the customer may have changed the consent in Altinn just now, so it is read there before the answer; at most once in ten seconds a session. Anything else is ignored.',
    required: false,
    schema: { type: 'string' },
    example: 'no-cache',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The ETag of the document that the caller has.',
    required: false,
    schema: { type: 'string' },
    example: '"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"',
  },
  Before: {
    name: 'before',
    in: 'query',
    description: 'The `at` of the last entry of the page before.',
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
    description: 'The value that we gave Altinn with the request. It alone is read.',
    required: false,
    schema: { type: 'string' },
    example: 'mJ7oYVtq0y4cZ0m7m0r1cX8rM0b6l2n5p9Q3s8T1uWc',
  },
  Status: {
    name: 'Status',
    in: 'query',
    description: 'Added by Altinn. Not read: we ask Altinn ourselves.',
    required: false,
    schema: { type: 'string' },
    example: 'OK',
  },
  ErrorMessage: {
    name: 'ErrorMessage',
    in: 'query',
    description: 'Added by Altinn. Not read.',
    required: false,
    schema: { type: 'string' },
    example: 'User did not give consent',
  },
};

/** The name of a parameter in the document. */
export type ParameterName = keyof typeof parameters;
