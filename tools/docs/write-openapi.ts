// Writes docs/openapi.json, the types that a TypeScript client has of it, and its examples for the tests of a bank. A test holds
// them against the schemas.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { apiTypes } from './openapi/api-types.ts';
import { openapiDocument } from './openapi/document.ts';
import { testExamples } from './openapi/test-examples.ts';

const root = new URL('../../', import.meta.url);

/** The text as `npm run format` would leave it. */
function formatted(path: string, text: string): string {
  return execFileSync('node_modules/.bin/biome', ['format', `--stdin-file-path=${path}`], {
    cwd: fileURLToPath(root),
    input: text,
    encoding: 'utf8',
    maxBuffer: 8 * 1024 * 1024,
  });
}

/** The files that are made of the schemas, as paths from the root and their texts. */
export async function openapiFiles(): Promise<Record<string, string>> {
  const document = openapiDocument();
  const json = 'docs/openapi.json';
  const types = 'web/src/api-types.ts';
  const examples = 'web/src/testing/examples.ts';
  return {
    [json]: formatted(json, JSON.stringify(document, undefined, 2)),
    [types]: formatted(types, await apiTypes(document)),
    [examples]: formatted(examples, testExamples(document)),
  };
}

if (import.meta.main) {
  mkdirSync(new URL('web/src/testing/', root), { recursive: true });
  for (const [path, text] of Object.entries(await openapiFiles())) writeFileSync(new URL(path, root), text);
}
