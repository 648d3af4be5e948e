import { existsSync, readFileSync, statSync } from 'node:fs';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const text = readFileSync('azure.yaml', 'utf8');
const file = parse(text) as Record<string, unknown>;
const floor = JSON.parse(readFileSync('test/infra/azd-floor.json', 'utf8')) as Record<string, unknown>;
const isOfFloor = new Ajv2019({ strict: false, allErrors: true }).compile(floor);

/** Every key, as the path to it. */
function keyPaths(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...keyPaths(inner, [...path, key])]);
}

function misspelt(path: readonly string[]): unknown {
  const copy = structuredClone(file);
  const holder = path.slice(0, -1).reduce((inner, key) => inner[key] as Record<string, unknown>, copy);
  const key = path.at(-1) ?? '';
  holder[`${key}s`] = holder[key];
  delete holder[key];
  return copy;
}

test('the oldest allowed azd understands azure.yaml', () => {
  isOfFloor(file);
  expect(isOfFloor.errors).toBeNull();
});

test('azure.yaml and docs/deploy.md name the same oldest azd, and no key needs a later one', () => {
  const oldest = String(floor['x-azd']);
  expect(file.requiredVersions).toEqual({ azd: `>= ${oldest}` });
  expect(readFileSync('docs/deploy.md', 'utf8')).toContain(`${oldest} or newer`);
  const came = [...JSON.stringify(floor).matchAll(/"x-azd":"([^"]+)"/g)].map(([, version = '']) => version);
  expect(came.length).toBeGreaterThan(1);
  for (const version of came) expect(version.localeCompare(oldest, 'en', { numeric: true })).toBeLessThanOrEqual(0);
});

test.each(keyPaths(file).map((path) => [path.join('.'), path] as const))('a misspelt %s is refused', (_, path) => {
  expect(isOfFloor(misspelt(path))).toBe(false);
});

test('an additional key at any place is refused', () => {
  for (const path of keyPaths(file)) {
    const copy = structuredClone(file);
    const holder = path.slice(0, -1).reduce((inner, key) => inner[key] as Record<string, unknown>, copy);
    holder.remotBuild = false;
    expect(isOfFloor(copy), path.join('.')).toBe(false);
  }
});

test('every hook is there for both shells, with the same single command', () => {
  for (const hook of Object.values(file.hooks as Record<string, Record<string, { run: string }>>)) {
    const [posix = '', windows = ''] = [hook.posix?.run, hook.windows?.run].map((path) =>
      readFileSync(path ?? '', 'utf8'),
    );
    const command = (script: string) => /npm run --silent azd-hook -- \w+/.exec(script)?.[0];
    expect(command(posix)).toBeDefined();
    expect(command(windows)).toBe(command(posix));
    expect(statSync(hook.posix?.run ?? '').mode & 0o111).not.toBe(0);
    expect(windows).toContain('exit $LASTEXITCODE');
  }
});

test('.funcignore leaves node_modules to azd (which otherwise refuses remoteBuild: false), and excludes nothing that is deployed', () => {
  const patterns = readFileSync('.funcignore', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  for (const pattern of patterns)
    expect(pattern).not.toMatch(/^\*$|node_modules|\.cjs|host\.json|^package|^\*\.json|^dist/);
});

// azd's schema may not be published here. AZURE_YAML_SCHEMA names a copy of schemas/v1.0/azure.yaml.json of Azure/azure-dev.
const theirs = process.env.AZURE_YAML_SCHEMA ?? '';
// Without a copy there is no such test, not even in CI: the repository's own schema above is used.
const whereGiven = existsSync(theirs) ? test : () => {};
whereGiven("azd's own schema accepts it too", () => {
  const schema = JSON.parse(readFileSync(theirs, 'utf8'));
  const ajv = new Ajv2019({ strict: false, allErrors: true });
  for (const [url] of JSON.stringify(schema).matchAll(/https:\/\/[^"]+\.json(?=["#])/g))
    if (url !== schema.$id && ajv.getSchema(url) === undefined && !url.includes('json-schema.org'))
      ajv.addSchema({}, url);
  const validate = ajv.compile(schema);
  validate(file);
  expect(validate.errors).toBeNull();
  validate(misspelt(['hooks', 'predown']));
  expect(validate.errors).not.toBeNull();
});
