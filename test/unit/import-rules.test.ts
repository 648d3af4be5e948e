import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** The repository's own files below `folder`, as paths from the root. */
function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

type Import = { from: string; to: string; typeOnly: boolean };

/** Every import of a file: static, re-exported or dynamic. Own files as paths from the root, packages by name. */
function importsOf(file: string): Import[] {
  // Comments may mention imports.
  const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
  );
  return [...found].map(([, type, named, dynamic]) => {
    const target = named ?? dynamic ?? '';
    const to = target.startsWith('.')
      ? relative(root, resolve(root, dirname(file), target)).replaceAll('\\', '/')
      : target;
    return { from: file, to, typeOnly: type !== undefined };
  });
}

const shared = filesOf('shared');
const functions = filesOf('functions');
const all = [...shared, ...functions];
const imports = all.flatMap(importsOf);
const shown = (list: Import[]) => list.map(({ from, to }) => `${from} → ${to}`);

/** The subjects, and the four parties. */
const subjects = ['consent', 'saldo', 'session', 'altinn', 'key-vault', 'lanekassen', 'maskinporten'];
/** What every subject may import. */
const common = ['person', 'resilience', 'telemetry', 'storage', 'upstream'];
/** Where subjects and parties meet: use cases, and a party's reply that is read into a subject's amounts. */
const useCases = [
  'consent/consents',
  'consent/consent-events',
  'consent/consent-questions',
  'lanekassen/reply',
  'saldo/saldo-lookup',
  'saldo/saldo-lead',
  'session/sessions',
];

/** Problems and their catalogue. */
const isProblems = (path: string) => ['shared/problems.ts', 'shared/problem-catalogue.ts'].includes(path);

const folderOf = (path: string) => /^shared\/([^/]+)\//.exec(path)?.[1];

describe('who imports whom (docs/architecture.md#who-needs-whom)', () => {
  test('the search finds imports of every kind', () => {
    expect(imports.length).toBeGreaterThan(150);
    expect(shown(importsOf('shared/app.ts'))).toContain('shared/app.ts → shared/compose/compose.ts');
    expect(shown(importsOf('shared/compose/consent-parts.ts'))).toContain(
      'shared/compose/consent-parts.ts → shared/altinn/client.ts',
    );
    const undici = importsOf('shared/upstream/http-client.ts').filter(({ to }) => to === 'undici');
    expect(new Set(undici.map(({ typeOnly }) => typeOnly))).toEqual(new Set([true, false]));
    expect(
      importsOf('shared/key-vault/sdk.ts').some(({ to, typeOnly }) => to === '@azure/keyvault-keys' && !typeOnly),
    ).toBe(true);
  });

  test('nothing in functions/ or shared/ imports local/, tools/, test/ or web/', () => {
    expect(shown(imports.filter(({ to }) => /^(?:local|tools|test|web|infra|\.\.)\b/.test(to)))).toEqual([]);
  });

  test('functions/ imports only shared/app, shared/http, packages, and the entry imports its functions', () => {
    const own = imports.filter(({ from, to }) => from.startsWith('functions/') && /^(?:shared|functions)\//.test(to));
    const allowed = ({ from, to }: Import) =>
      to === 'shared/app.ts' ||
      to.startsWith('shared/http/') ||
      (from === 'functions/index.ts' && to.startsWith('functions/'));
    expect(own.length).toBeGreaterThan(10);
    expect(shown(own.filter((one) => !allowed(one)))).toEqual([]);
  });

  test('the entry imports every function', () => {
    const entered = importsOf('functions/index.ts').map(({ to }) => to);
    expect([...entered].sort()).toEqual(functions.filter((file) => file !== 'functions/index.ts').sort());
  });

  test('a subject imports itself, the common ground, problems, and types; only use cases import another subject', () => {
    const wrong = imports.filter(({ from, to, typeOnly }) => {
      const folder = folderOf(from) ?? '';
      if (!subjects.includes(folder) || !to.startsWith('shared/')) return false;
      const target = folderOf(to);
      if (target === folder || common.includes(target ?? '') || isProblems(to)) return false;
      // Types of another subject are allowed, because nothing of it runs.
      if (typeOnly && (to === 'shared/settings.ts' || to === 'shared/bank/bank.ts' || subjects.includes(target ?? '')))
        return false;
      if (to === 'shared/settings.ts') return true;
      const isUseCase = useCases.some((name) => from === `shared/${name}.ts`);
      return !(isUseCase && subjects.includes(target ?? ''));
    });
    expect(shown(wrong)).toEqual([]);
  });

  test('the common ground imports no subject, no http and no composition', () => {
    const wrong = imports.filter(({ from, to }) => {
      if (!common.includes(folderOf(from) ?? '') || !to.startsWith('shared/')) return false;
      return !common.includes(folderOf(to) ?? '') && !isProblems(to);
    });
    expect(shown(wrong)).toEqual([]);
  });

  test('http/ imports no subject, and only types of settings, banks, sessions and the composition', () => {
    const wrong = imports.filter(({ from, to, typeOnly }) => {
      if (folderOf(from) !== 'http' || !to.startsWith('shared/')) return false;
      const isKnown = to === 'shared/settings.ts' || ['bank', 'session', 'compose'].includes(folderOf(to) ?? '');
      if (isKnown) return !typeOnly;
      return ![...common, 'http'].includes(folderOf(to) ?? '') && !isProblems(to);
    });
    expect(shown(wrong)).toEqual([]);
  });

  test('only functions/ imports the composition root, and only the root imports what it composes', () => {
    expect(shown(imports.filter(({ from, to }) => to === 'shared/app.ts' && !from.startsWith('functions/')))).toEqual(
      [],
    );
    const parts = imports.filter(({ to, typeOnly }) => folderOf(to) === 'compose' && !typeOnly);
    expect(parts.length).toBeGreaterThan(5);
    expect(shown(parts.filter(({ from }) => from !== 'shared/app.ts' && folderOf(from) !== 'compose'))).toEqual([]);
  });

  test('files do not import each other in a circle', () => {
    const graph = new Map(
      all.map((file) => [
        file,
        importsOf(file)
          .filter((one) => !one.typeOnly)
          .map(({ to }) => to),
      ]),
    );
    const state = new Map<string, 'open' | 'done'>();
    const circles: string[] = [];
    const visit = (file: string, path: string[]) => {
      if (state.get(file) === 'open') circles.push([...path, file].join(' → '));
      if (state.has(file)) return;
      state.set(file, 'open');
      for (const next of graph.get(file) ?? []) if (graph.has(next)) visit(next, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of all) visit(file, []);
    expect(circles).toEqual([]);
  });
});

describe('the house rules', () => {
  test('a function has at most 40 lines', () => {
    const long = functions.map(
      (file) => [file, readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length] as const,
    );
    expect(long.filter(([, lines]) => lines > 40)).toEqual([]);
  });

  test('zod is imported as a namespace, so the bundle contains only the used parts', () => {
    for (const file of all) {
      const text = readFileSync(join(root, file), 'utf8');
      for (const [line] of text.matchAll(/^import .*['"]zod['"];?$/gm))
        expect([file, line]).toEqual([file, expect.stringMatching(/^import (?:type )?\* as z from 'zod';$/)]);
    }
  });

  test('files are kebab-case, without default export; no file is a barrel or called utils', () => {
    for (const file of all) {
      expect(file).toMatch(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/);
      expect(file).not.toMatch(/util|helper|misc|(?:^shared\/(?:.*\/)?index\.ts$)/);
      expect([file, /^export (?:default|\* from)/m.test(readFileSync(join(root, file), 'utf8'))]).toEqual([
        file,
        false,
      ]);
    }
  });

  test('the telemetry SDK is loaded by one dynamic import, in the file that loads it late', () => {
    const askers = imports.filter(({ to, typeOnly }) => !typeOnly && to.endsWith('/azure-monitor-sdk.ts'));
    expect(shown(askers)).toEqual(['shared/telemetry/azure-monitor.ts → shared/telemetry/azure-monitor-sdk.ts']);
    expect(readFileSync(join(root, 'shared/telemetry/azure-monitor.ts'), 'utf8')).toMatch(
      /\bimport\('\.\/azure-monitor-sdk\.ts'\)/,
    );
    const users = imports.filter(
      ({ to, typeOnly }) => !typeOnly && /^(?:applicationinsights|@opentelemetry\/)/.test(to),
    );
    expect(new Set(users.map(({ from }) => from))).toEqual(new Set(['shared/telemetry/azure-monitor-sdk.ts']));
  });

  test('only the composition root reads the environment', () => {
    // The telemetry SDK takes some switches only from the environment: those are written, and nothing is read.
    const switched = 'process.env[name] = value;';
    const readers = all.filter((file) =>
      /\bprocess\.env\b/.test(readFileSync(join(root, file), 'utf8').replace(switched, '')),
    );
    expect(readers).toEqual(['shared/app.ts']);
  });
});
