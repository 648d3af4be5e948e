// docs/openapi.json: made of the schemas, sound by redocly's rules, and the routes that the app registers.
import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, test } from 'vitest';
import { openapiDocument } from '../../tools/openapi/document.ts';
import { openapiFiles } from '../../tools/write-openapi.ts';

/** Redocly's strict set, with every rule on top that fits, and three that do not. */
const rules = {
  'no-invalid-media-type-examples': 'error',
  'no-invalid-parameter-examples': 'error',
  'no-invalid-schema-examples': 'error',
  'operation-description': 'error',
  'parameter-description': 'error',
  'tag-description': 'error',
  'no-schema-type-mismatch': 'error',
  'no-required-schema-properties-undefined': 'error',
  // Whether the repository gets a licence, and which, is the maintainers' to decide.
  'info-license': 'off',
  // Probes, the callback and this document have nothing that a caller could do wrong.
  'operation-4xx-response': 'off',
  // The callback leads on: 303 is all that it answers.
  'operation-2xx-response': 'off',
} as const;

async function faultsOf(document: object): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'], rules });
  const problems = await lintFromString({ source: JSON.stringify(document), absoluteRef: 'openapi.json', config });
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer ?? ''})`);
}

test('the files are what the schemas make (fix: npm run docs)', () => {
  const files = openapiFiles();
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
