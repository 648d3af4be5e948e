// Requests generated from the document, for fast-check. Half of them are valid; the others are changed in one or several ways.
import fc from 'fast-check';
import type { JsonSchema } from '../../tools/docs/openapi/schemas.ts';
import { valuesOf } from './schema-arbitrary.ts';
import type { RawRequest } from './send-raw.ts';

type Parameter = { name: string; in: 'header' | 'query' | 'path'; schema: JsonSchema };
type Described = {
  operationId: string;
  security: unknown[];
  parameters: { $ref: string }[];
  requestBody?: { content: Record<string, { schema: JsonSchema; example: unknown }> };
};
/** The parts of a document that requests are made of. */
type Document = {
  paths: Record<string, Record<string, Described>>;
  components: { parameters: Record<string, Parameter>; schemas: Record<string, JsonSchema> };
};

/** A request, the operation it was made from, and whether the document allows it as it is. */
export type Try = { operation: string; fits: boolean; request: RawRequest };

/** Authorization headers: those of logged-in customers, and all others. */
export type Authorizations = { good: string[]; bad: string[] };

const latin1 = fc
  .string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength: 40 })
  .map((text) => text.replaceAll('\x7f', '').trim());
const header = (name: string) => name.toLowerCase();
/** The characters that a header can carry: visible ASCII and blanks. */
const sendable = (text: string) => text.replace(/[^\x20-\x7e]/g, '').trim();
const form = (value: unknown) => new URLSearchParams(value as Record<string, string>).toString();
const bytes = (value: string) => Buffer.from(value, 'utf8');

/** Bodies that may replace the right one. */
const badBodies: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.json().map(bytes),
  fc.uint8Array({ maxLength: 200 }),
  fc
    .constantFrom('', '{', 'null', '[]', '"x"', '{"returnUrl":null}', '{"returnUrl":{"a":1}}', '{"__proto__":{}}')
    .map(bytes),
  // The long run must meet a body that is too long: with weight 1 there are five among 10 000 requests, and none in one run of 150.
  {
    weight: 5,
    arbitrary: fc
      .constantFrom(16_383, 16_384, 16_385, 70_000)
      .map((length) => bytes(JSON.stringify({ returnUrl: 'x'.repeat(length - 16) }))),
  },
  fc
    .constantFrom('utf-16le', 'latin1')
    .map((encoding) => Buffer.from('{"returnUrl":"æøå"}', encoding as BufferEncoding)),
  fc.constant(bytes(`${'['.repeat(8000)}${']'.repeat(8000)}`)),
  fc.constant(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes('{"returnUrl":"x"}')])),
  fc
    .string({ unit: 'binary', maxLength: 60 })
    .map((text) => bytes(`logout_token=${encodeURIComponent(text.toWellFormed())}`)),
  fc.constant(bytes('logout_token=a&logout_token=b')),
);

const badTypes = fc.oneof(
  fc.constantFrom(
    'application/json; charset=utf-16',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/problem+json',
    'application/json',
  ),
  latin1,
);

const oddHeaders = fc.dictionary(
  fc.constantFrom(
    'accept',
    'accept-language',
    'content-encoding',
    'cookie',
    'if-none-match',
    'origin',
    'prefer',
    'range',
    'traceparent',
    'x-forwarded-for',
    'x-functions-key',
    'x-http-method-override',
    'x-request-id',
  ),
  latin1.filter((text) => text !== ''),
  { maxKeys: 4 },
);

const oddQueries = fc.oneof(
  fc.constant(''),
  fc.constantFrom(
    '?',
    '?before=',
    '?before=now',
    '?before=2026-13-01T00:00:00Z',
    '?before=a&before=b',
    '?state=x&state=y',
    '?%00',
    '?%FF=%FE',
    '?=&&=',
    '?state=%F0%9F',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => `?before=${encodeURIComponent(text.toWellFormed())}`),
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => `?state=${encodeURIComponent(text.toWellFormed())}`),
  fc.constant(`?state=${'a'.repeat(6000)}`),
);

const oddPaths = fc.constantFrom('/', '//', '/..', '/%2e%2e/saldo', '/%00', '/%FF', '?x', '/x', '.json', ';a=b', '%20');

/** Requests to all operations of `document`, on the API below `prefix`. `returnUrl` is an allowed one. */
export function requestsOf(
  document: object,
  known: Authorizations,
  prefix: string,
  returnUrl: string,
): fc.Arbitrary<Try> {
  const { paths, components } = document as Document;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, described]) => ({ path, method: method.toUpperCase(), described })),
  );

  const fitting = ({ path, method, described }: (typeof operations)[number]): fc.Arbitrary<Try> => {
    const parameters = described.parameters.map(
      ({ $ref }) => components.parameters[$ref.replace(/.*\//, '')] as Parameter,
    );
    const of = (place: Parameter['in']) =>
      fc.record(
        Object.fromEntries(
          parameters
            .filter((one) => one.in === place)
            .map((one) => [one.name, valuesOf(one.schema, components.schemas) as fc.Arbitrary<string>]),
        ),
        { requiredKeys: [] },
      );
    const [media] = Object.entries(described.requestBody?.content ?? {});
    const body = media
      ? valuesOf(media[1].schema, components.schemas).chain((value) =>
          // Most random texts are not an allowed URL.
          fc.constantFrom(value, { ...(value as object), ...(media[0] === 'application/json' ? { returnUrl } : {}) }),
        )
      : fc.constant(undefined);
    return fc
      .record({ headers: of('header'), query: of('query'), body, token: fc.constantFrom(...known.good) })
      .map(({ headers, query, body: value, token }) => {
        const search = new URLSearchParams(
          Object.entries(query).map(([name, text]): [string, string] => [name, String(text).toWellFormed()]),
        ).toString();
        return {
          operation: described.operationId,
          fits: true,
          request: {
            method,
            path: `${prefix}${path.replace('{code}', 'consent-required')}${search === '' ? '' : `?${search}`}`,
            headers: {
              ...Object.fromEntries(
                Object.entries(headers).map(([name, text]) => [header(name), sendable(String(text))]),
              ),
              ...(described.security.length > 0 ? { authorization: token } : {}),
              ...(media ? { 'content-type': media[0] } : {}),
            },
            body: media && bytes(media[0] === 'application/json' ? JSON.stringify(value) : form(value)),
            chunked: false,
          },
        };
      });
  };

  /** One way to change a request. */
  const bend = fc.oneof(
    fc.constantFrom(...known.bad, undefined).map((authorization) => ({ headers: { authorization } })),
    { weight: 3, arbitrary: badBodies.map((body) => ({ body })) },
    badTypes.map((type) => ({ headers: { 'content-type': type } })),
    oddHeaders.map((headers) => ({ headers })),
    oddQueries.map((query) => ({ query })),
    oddPaths.map((path) => ({ path })),
    fc.constant({ chunked: true }),
    fc.constantFrom('HEAD', 'PUT', 'PATCH', 'OPTIONS', 'POST', 'DELETE').map((method) => ({ method })),
  ) as fc.Arbitrary<{
    headers?: Record<string, string | undefined>;
    body?: Uint8Array;
    query?: string;
    path?: string;
    chunked?: boolean;
    method?: string;
  }>;

  return fc.constantFrom(...operations).chain((operation) =>
    fc
      .tuple(fitting(operation), fc.oneof(fc.constant([]), fc.array(bend, { minLength: 1, maxLength: 3 })))
      .map(([one, bends]) => {
        if (bends.length === 0) return one;
        const { request } = one;
        const headers = Object.assign({}, request.headers, ...bends.map((bent) => bent.headers)) as Record<
          string,
          string | undefined
        >;
        const { body, path, query, method, chunked } = Object.assign({}, ...bends) as (typeof bends)[number];
        return {
          ...one,
          fits: false,
          request: {
            method: method ?? request.method,
            path: `${request.path.replace(/\?.*/, '')}${path ?? ''}${query ?? /\?.*/.exec(request.path)?.[0] ?? ''}`,
            headers: Object.fromEntries(
              Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
            ),
            body: body ?? request.body,
            chunked: chunked ?? false,
          },
        };
      }),
  );
}
