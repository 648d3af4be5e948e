// TypeScript types of the document, for clients. Ours, because the generators that there are print by TypeScript's own
// JavaScript API, which TypeScript 7 does not have (docs/decisions/0013-openapi.md). What it does not know, it refuses.
import type { JsonSchema } from './schemas.ts';

/** Keywords that say more than a type can; they are left out. */
const beyondTypes = new Set([
  'description',
  'title',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'maxItems',
  'minimum',
  'maximum',
  'discriminator',
]);

const literal = (value: unknown) => JSON.stringify(value);
const doc = (text: unknown) => (typeof text === 'string' ? `/** ${text.replaceAll('*/', '* /')} */\n` : '');
const list = (value: unknown) => value as JsonSchema[];

/** `consent-required` → `ConsentRequiredProblem`; other schemas have names that are types' names already. */
const typeName = (schema: string): string =>
  /^[a-z]/.test(schema)
    ? `${schema.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Problem`
    : schema;

/** A schema as a TypeScript type. Throws for a keyword that it does not know: a type must not silently say less. */
export function typeOf(schema: JsonSchema): string {
  const { $ref, allOf, oneOf, type, properties, required, additionalProperties, items, ...rest } = schema;
  const { const: fixed, enum: values, ...others } = rest;
  const unknown = Object.keys(others).filter((keyword) => !beyondTypes.has(keyword));
  if (unknown.length > 0) throw new Error(`The types know no ${unknown.join(', ')}.`);
  if (typeof $ref === 'string') return typeName($ref.replace('#/components/schemas/', ''));
  if (allOf !== undefined) return list(allOf).map(typeOf).join(' & ');
  if (oneOf !== undefined) return list(oneOf).map(typeOf).join(' | ');
  if ('const' in rest) return literal(fixed);
  if (values !== undefined) return (values as unknown[]).map(literal).join(' | ');
  switch (type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return `(${typeOf(items as JsonSchema)})[]`;
    case 'object':
    case undefined:
      return objectType(properties as Record<string, JsonSchema>, (required ?? []) as string[], additionalProperties);
    default:
      throw new Error(`The types know no ${type}.`);
  }
}

function objectType(properties: Record<string, JsonSchema> = {}, required: string[], additional: unknown): string {
  const members = Object.entries(properties).map(
    ([name, schema]) =>
      `${doc(schema.description)}${literal(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)};`,
  );
  if (members.length > 0) return `{\n${members.join('\n')}\n}`;
  return additional === false ? 'Record<string, never>' : 'Record<string, unknown>';
}

type Media = Record<string, { schema: JsonSchema }>;
type Described = {
  operationId: string;
  summary: string;
  security: unknown[];
  parameters: { $ref: string }[];
  requestBody?: { content: Media };
  responses: Record<string, Answer & { $ref?: string }>;
};
type Answer = { content?: Media };
type Parameter = { name: string; in: string; description: string; schema: JsonSchema };

/** What `document` describes, as a TypeScript module. */
export function apiTypes(document: JsonSchema): string {
  const { paths, components } = document as {
    paths: Record<string, Record<string, Described>>;
    components: {
      schemas: Record<string, JsonSchema>;
      parameters: Record<string, Parameter>;
      responses: Record<string, Answer>;
    };
  };
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `${doc(schema.description)}export type ${typeName(name)} = ${typeOf(schema)};`,
  );
  const parametersIn = (operation: Described, place: string) =>
    operation.parameters
      .map(({ $ref }) => components.parameters[$ref.replace('#/components/parameters/', '')])
      .filter((parameter) => parameter?.in === place)
      .map((one) => (one ? `${doc(one.description)}${literal(one.name)}?: ${typeOf(one.schema)};` : ''));
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const query = parametersIn(operation, 'query');
      const inPath = parametersIn(operation, 'path');
      const [body] = Object.entries(operation.requestBody?.content ?? {});
      // What the platform answers in the app's place is no answer of the app's.
      const ours = Object.entries(operation.responses).filter(([status]) => /^\d+$/.test(status));
      const answers = ours.map(([status, response]) => {
        const shared = components.responses[response.$ref?.replace('#/components/responses/', '') ?? ''];
        const { content = {} } = shared ?? response;
        const [media] = Object.values(content);
        return `${status}: ${media ? typeOf(media.schema) : 'undefined'};`;
      });
      const members = [
        `method: ${literal(method.toUpperCase())};`,
        `path: ${literal(path)};`,
        `personToken: ${operation.security.length > 0};`,
        `headers: {\n${parametersIn(operation, 'header').join('\n')}\n};`,
        ...(query.length === 0 ? [] : [`query: {\n${query.join('\n')}\n};`]),
        ...(inPath.length === 0 ? [] : [`pathParameters: {\n${inPath.join('\n').replaceAll('?:', ':')}\n};`]),
        ...(body ? [`contentType: ${literal(body[0])};`, `body: ${typeOf(body[1].schema)};`] : []),
        `answers: {\n${answers.join('\n')}\n};`,
      ];
      return `${doc(operation.summary)}${operation.operationId}: {\n${members.join('\n')}\n};`;
    }),
  );
  return `// Written by \`npm run docs\` from docs/openapi.json; not to be edited.

${schemas.join('\n\n')}

/** Every call: what it takes, and what it answers by status. */
export type Api = {\n${calls.join('\n')}\n};
`;
}
