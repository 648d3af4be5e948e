// docs/openapi.json is made from the schemas, valid by redocly's rules, and has the routes that the app registers.
import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv2020 as Ajv } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { openapiDocument } from '../../tools/docs/openapi/document.ts';
import { openapiFiles } from '../../tools/docs/write-openapi.ts';

/** Redocly's strict set of rules, with more rules added. */
const rules = {
  'no-invalid-media-type-examples': 'error',
  'no-invalid-parameter-examples': 'error',
  'no-invalid-schema-examples': 'error',
  'operation-description': 'error',
  'parameter-description': 'error',
  'tag-description': 'error',
  'no-schema-type-mismatch': 'error',
  'no-required-schema-properties-undefined': 'error',
} as const;

async function faultsOf(document: object): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'], rules });
  const problems = await lintFromString({ source: JSON.stringify(document), absoluteRef: 'openapi.json', config });
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer ?? ''})`);
}

test('the files are what the schemas produce (fix: npm run docs)', async () => {
  const files = await openapiFiles();
  expect(Object.keys(files)).toEqual(['docs/openapi.json', 'web/src/api-types.ts', 'web/src/testing/examples.ts']);
  for (const [path, text] of Object.entries(files)) expect(readFileSync(path, 'utf8') === text, path).toBe(true);
});

test('redocly finds nothing', async () => {
  expect(await faultsOf(openapiDocument())).toEqual([]);
});

test('redocly would find a broken reference, and an example that its schema refuses', async () => {
  const broken = JSON.parse(
    JSON.stringify(openapiDocument())
      .replace('#/components/schemas/Saldo"', '#/components/schemas/Nothing"')
      .replace('"summary":"Lånekassen does not know this customer","value":{', '$&"more":1,'),
  );
  const faults = await faultsOf(broken);
  expect(faults.some((fault) => fault.startsWith('no-unresolved-refs'))).toBe(true);
  expect(faults.some((fault) => fault.startsWith('no-invalid-media-type-examples'))).toBe(true);
});

test('Ajv compiles every problem answer with its discriminator, as a client would', () => {
  const document = openapiDocument() as {
    paths: Record<string, Record<string, { responses: Record<string, object> }>>;
    components: { responses: Record<string, object>; examples: Record<string, { value: { code: string } }> };
  };
  const ajv = new Ajv({ strict: false, discriminator: true, validateFormats: false });
  ajv.addSchema(document, 'document');
  const found = JSON.stringify(document).match(/"discriminator"/g) ?? [];
  let compiled = 0;
  const places = [
    ...Object.keys(document.components.responses).map((name) => `/components/responses/${name}`),
    ...Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, { responses }]) =>
        Object.keys(responses).map(
          (status) => `/paths/${encodeURIComponent(path.replaceAll('/', '~1'))}/${method}/responses/${status}`,
        ),
      ),
    ),
  ];
  const valueAt = (place: string) =>
    place
      .slice(1)
      .split('/')
      .reduce<Record<string, never>>(
        (at, part) => at[decodeURIComponent(part).replaceAll('~1', '/')] ?? {},
        document as unknown as Record<string, never>,
      ) as { content?: Record<string, { schema: { discriminator?: object; oneOf?: { $ref: string }[] } }> };
  for (const place of places) {
    const schema = valueAt(place).content?.['application/problem+json']?.schema;
    if (schema?.discriminator === undefined) continue;
    const check = ajv.compile({ $ref: `document#${place}/content/application~1problem+json/schema` });
    compiled += 1;
    const codes = (schema.oneOf ?? []).map(({ $ref }) => $ref.replace('#/components/schemas/', ''));
    for (const { value } of Object.values(document.components.examples))
      expect([place, value.code, check(value)]).toEqual([place, value.code, codes.includes(value.code)]);
  }
  expect(compiled).toBe(found.length);
  expect(compiled).toBeGreaterThan(5);
});

test('answers that several operations share are in components', () => {
  const { paths, components } = openapiDocument() as {
    paths: Record<string, Record<string, { responses: Record<string, object> }>>;
    components: { responses: Record<string, object> };
  };
  expect(Object.keys(components.responses).length).toBeGreaterThan(3);
  const inline = Object.values(paths)
    .flatMap((item) => Object.values(item))
    .flatMap(({ responses }) => Object.entries(responses).map(([status, answer]) => status + JSON.stringify(answer)))
    .filter((text) => !text.includes('"$ref":"#/components/responses/'));
  expect(new Set(inline).size).toBe(inline.length);
});
