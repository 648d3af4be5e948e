// Names of settings and variables: those in the documents exist, and those that the code reads are documented.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingSchemas } from '../../shared/settings/schemas.ts';
import { documents, textOf } from './documents.ts';

const settings = Object.keys(settingSchemas);
const pages = documents();

const filesBelow = (folder: string, ending: RegExp): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name) && !name.includes('node_modules'))
    .map((name) => join(folder, name));

/** Variables that one of the programs reads, by the file that reads them. */
function variablesRead(): Map<string, string> {
  const found = new Map<string, string>();
  const files = ['functions', 'shared', 'local', 'tools'].flatMap((folder) => filesBelow(folder, /\.ts$/));
  for (const file of [...files, 'test/browser/chromium.ts']) {
    const text = readFileSync(file, 'utf8');
    for (const [, name = ''] of text.matchAll(/\benv(?:ironment)?\.([A-Z][A-Z0-9_]+)\b/g)) found.set(name, file);
  }
  for (const [, name = ''] of readFileSync('local/ports.ts', 'utf8').matchAll(/\['([A-Z_]+)', \d+\]/g))
    found.set(name, 'local/ports.ts');
  return found;
}

/** The platform's own variables, and those of every machine. */
const ofTheMachine = ['PATH', 'HOME', 'CI', 'NODE_COMPILE_CACHE', 'HTTPS_PROXY', 'AZURE_LOG_LEVEL'];

test('every variable that one of the programs reads is documented', () => {
  const documented = new Set(pages.flatMap((page) => textOf(page).match(/\b[A-Z][A-Z0-9_]+\b/g) ?? []));
  const read = variablesRead();
  expect(read.size).toBeGreaterThan(20);
  expect([...read].filter(([name]) => !documented.has(name) && !ofTheMachine.includes(name))).toEqual([]);
});

test('every name of a setting or variable in the documents is known to the code', () => {
  const infra = filesBelow('infra', /\.(?:bicep|bicepparam|json|yml)$/).map((file) => readFileSync(file, 'utf8'));
  const files = [
    ...filesBelow('tools', /\.ts$/),
    ...filesBelow('local', /\.ts$/),
    ...filesBelow('test/faults', /\.ts$/),
  ];
  const code = [...infra, ...files.map((file) => readFileSync(file, 'utf8'))].join('\n');
  const known = new Set([
    ...settings,
    ...variablesRead().keys(),
    ...ofTheMachine,
    ...(code.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? []),
    // A header of Lånekassen.
    'PSU_ID',
  ]);
  const unknown = pages.flatMap((page) =>
    [...textOf(page).matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[`=]/g)]
      .filter(([, name = '']) => !known.has(name))
      .map(([, name]) => `${page}: ${name}`),
  );
  expect(unknown).toEqual([]);
});
