// Compares one answer with the OpenAPI document: route, status, headers, content type, body. Pure, and independent of hosts.
import { Ajv2020 as Ajv, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';

/** The answer to check. Header names in lower case. */
export type Answered = {
  method: string;
  /** With the prefix: `/api/saldo`. */
  route: string;
  requestId?: string | undefined;
  status: number;
  headers: Record<string, string | string[]>;
  body: Uint8Array;
  failed?: boolean;
};

type Referable<T> = T | { $ref: string };
type Header = { required?: boolean; schema: { type: string } };
type Content = Record<string, { schema: { discriminator?: { propertyName: string }; oneOf?: { $ref: string }[] } }>;
type Response = { headers?: Record<string, Referable<Header>>; content?: Content };
/** The parts of a document that the check reads. */
export type Document = {
  paths: Record<string, Record<string, { responses: Record<string, Referable<Response>> }>>;
  components: { headers: Record<string, Header>; responses: Record<string, Response> };
};

/** Headers that the platform adds, not the app. */
const platforms = /^(?:content-type|content-length|vary|access-control-allow-(?:origin|credentials))$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const pointer = (...parts: string[]) =>
  parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
const inWords = (errors: ErrorObject[] | null | undefined) =>
  (errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || 'it'} ${message} ${JSON.stringify(params)}`,
  );

/** Creates the check for a document. It returns the faults of an answer as texts; none if the answer is correct. */
export function createAnswerCheck(document: object): (answer: Answered) => string[] {
  const { paths, components } = document as Document;
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
  ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
  ajv.addFormat('uuid', uuid);
  ajv.addFormat('uri', (text: string) => URL.canParse(text));
  ajv.addSchema(document, 'document');
  const compiled = new Map<string, ValidateFunction>();
  const at = (place: string): ValidateFunction => {
    const known = compiled.get(place) ?? ajv.compile({ $ref: `document#${place}` });
    compiled.set(place, known);
    return known;
  };

  const headerFaults = (answer: Answered, response: Response, place: string): string[] => {
    const documented = Object.entries(response.headers ?? {}).map(([name, given]) => {
      const key = '$ref' in given ? given.$ref.replace('#/components/headers/', '') : undefined;
      const header = key === undefined ? (given as Header) : components.headers[key];
      const where = key === undefined ? `${place}${pointer('headers', name)}` : pointer('components', 'headers', key);
      return { name, header, check: at(`${where}/schema`) };
    });
    const known = new Set(documented.map(({ name }) => name.toLowerCase()));
    return [
      ...documented.flatMap(({ name, header, check }) => {
        const value = answer.headers[name.toLowerCase()];
        if (value === undefined) return header?.required ? [`header ${name} is missing`] : [];
        const typed = header?.schema.type === 'integer' && /^\d+$/.test(String(value)) ? Number(value) : value;
        return check(typed) ? [] : inWords(check.errors).map((words) => `header ${name}: ${words}`);
      }),
      ...Object.keys(answer.headers)
        .filter((name) => !known.has(name) && !platforms.test(name))
        .map((name) => `header ${name} is not documented`),
    ];
  };

  const bodyFaults = (answer: Answered, response: Response, place: string): string[] => {
    const type = answer.headers['content-type'];
    if (response.content === undefined)
      return [
        ...(answer.body.length > 0 ? ['a body where none is documented'] : []),
        ...(type === undefined ? [] : [`content type ${type} where none is documented`]),
      ];
    const media = Object.keys(response.content).find((one) => one === type);
    if (media === undefined) return [`content type ${type} is not documented`];
    // An HTML page: a unit test checks its content.
    if (!media.includes('json')) return [];
    let body: Record<string, unknown>;
    try {
      body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(answer.body));
    } catch {
      return ['the body is no JSON in UTF-8'];
    }
    const { discriminator, oneOf = [] } = response.content[media]?.schema ?? {};
    let check = at(`${place}${pointer('content', media, 'schema')}`);
    if (discriminator !== undefined) {
      // Only the intended branch says what is wrong; all branches together would say it twenty times.
      const named = `#${pointer('components', 'schemas', String(body[discriminator.propertyName]))}`;
      const branch = oneOf.find(({ $ref }) => $ref === named)?.$ref;
      if (branch === undefined)
        return [`${discriminator.propertyName} ${body[discriminator.propertyName]} is not documented here`];
      check = at(branch.slice(1));
    }
    return [
      ...(check(body) ? [] : inWords(check.errors).map((words) => `body: ${words}`)),
      ...problemFaults(answer, body),
    ];
  };

  return (answer) => {
    if (answer.failed) return ['the function threw, and the host answered for it'];
    const path = answer.route.replace(/^\/api/, '');
    const method = answer.method.toLowerCase();
    const operation = paths[path]?.[method];
    if (operation === undefined) return ['the route is not documented'];
    const given = operation.responses[answer.status];
    const shared =
      given !== undefined && '$ref' in given ? given.$ref.replace('#/components/responses/', '') : undefined;
    const response = shared === undefined ? (given as Response | undefined) : components.responses[shared];
    if (response === undefined) return [`status ${answer.status} is not documented`];
    const place =
      shared === undefined
        ? pointer('paths', path, method, 'responses', String(answer.status))
        : pointer('components', 'responses', shared);
    return [...headerFaults(answer, response, place), ...bodyFaults(answer, response, place), ...ownRules(answer)];
  };
}

/** Checks what the document cannot say about a problem: status, headers and body agree, and the answer shows no defect. */
function problemFaults(answer: Answered, body: Record<string, unknown>): string[] {
  if (answer.headers['content-type'] !== 'application/problem+json') return [];
  const retryAfter = answer.headers['retry-after'];
  return [
    ...(body.status === answer.status ? [] : [`the body's status is ${body.status}`]),
    ...(retryAfter === (body.retryAfterSeconds === undefined ? undefined : String(body.retryAfterSeconds))
      ? []
      : [`Retry-After is ${retryAfter}, the body says ${body.retryAfterSeconds}`]),
    ...(body.instance === `urn:uuid:${answer.headers['x-request-id']}` ? [] : ['instance is not the request id']),
    // Documented, so that clients are prepared. But no test, fault or input may cause it.
    ...(body.code === 'internal' ? ['a defect of ours (internal)'] : []),
  ];
}

function ownRules(answer: Answered): string[] {
  const given = answer.requestId;
  if (given === undefined || !uuid.test(given) || answer.headers['x-request-id'] === given) return [];
  return ["the caller's request id does not come back"];
}
