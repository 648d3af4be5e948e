// Writes the generated parts of docs/architecture.md from the code: the imports, the folders, the functions. A test compares the page with
// them.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const page = 'docs/architecture.md';

/** The purpose of each folder. A folder without a text, or a text without a folder, is an error. */
const folderWords: Readonly<Record<string, string>> = {
  functions: 'one file for each trigger: from the route to the use case',
  'shared/app.ts': 'what the functions import: the parts, loaded once per process, and the wrapper',
  'shared/altinn': 'Altinn: the client of its consent API, its replies and events',
  'shared/compose': 'the composition: builds every part once; the only place where parts meet',
  'shared/key-vault': 'Key Vault: the signer, its SDK, and whether the keys fit their mode',
  'shared/lanekassen': 'Lånekassen: the client of its saldo API and its replies',
  'shared/bank': 'the banks of one app: the list, which bank a token belongs to, the keys and rows of one bank',
  'shared/backup': 'the nightly export of the table of consents, and which parts of it a restore may trust',
  'shared/consent': 'consents: states, use cases, event feed, log, the store',
  'shared/http': 'what every HTTP function goes through: request id, deadline, person token, problems',
  'shared/maskinporten': 'Maskinporten: assertion, grant, the token client, its replies, the cache',
  'shared/person': 'the caller; a national id that cannot be printed; the keys of persons and sessions',
  'shared/resilience': 'what guards a call to an upstream: deadline, retry, circuit breaker, bulkhead, rate limiter',
  'shared/saldo': 'the saldo: the look-up, the amounts in øre, the sealed held saldo',
  'shared/session': 'one row for each login session: its states, its lease, its end',
  'shared/settings': 'the settings: one declaration each, with schema, default, bounds, description and example',
  'shared/storage': 'Table Storage: the calls that the stores need, sealing, sweeping',
  'shared/telemetry': 'logs; the names of metrics, events and alerts; redaction; the export to Application Insights',
  'shared/upstream': 'what every client of an upstream needs: transport, replies, key sets',
  local: 'the substitutes for Azure and for the outside parties on one machine; never deployed',
  tools: 'what developers and a platform team run',
  infra: 'Bicep: resources, roles, network, monitoring',
  test: 'unit, contract, integration, browser, outside, infra, docs',
  web: "the bank's page: typed client and web component",
  docs: 'guides, problems, decisions',
};

const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();

/** The box of the drawing to which a file belongs. */
const placeOf = (file: string): string =>
  file.split('/').length > 2
    ? file.split('/').slice(0, 2).join('/')
    : file.startsWith('functions/')
      ? 'functions'
      : file;

/** The imports between boxes without those of types, because only the others are needed at run time. */
export function importsBetweenPlaces(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const file of [...filesIn('functions'), ...filesIn('shared')]) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, fixed, later] of text.matchAll(
      /^import (?!type)[^;]*?from '(\.[^']+)';$|\bimport\('(\.[^']+)'\)/gm,
    )) {
      const target = fixed ?? later ?? '';
      const [from, to] = [
        placeOf(file),
        placeOf(relative(root, resolve(root, dirname(file), target)).replaceAll('\\', '/')),
      ];
      if (from !== to) found.set(from, (found.get(from) ?? new Set()).add(to));
    }
  }
  return found;
}

/** Folders that nearly all others need. Their arrows would hide the rest of the drawing, so they are left out. */
const everywhere = ['shared/problems.ts', 'shared/problem-catalogue.ts', 'shared/telemetry'];

function drawing(): string[] {
  const id = (place: string) => place.replace(/\W+/g, '_');
  const lines: string[] = [];
  const places = new Set<string>();
  for (const [from, targets] of [...importsBetweenPlaces()].sort(([a], [b]) => a.localeCompare(b)))
    for (const to of [...targets].sort()) {
      if (everywhere.includes(from) || everywhere.includes(to)) continue;
      places.add(from).add(to);
      lines.push(`  ${id(from)} --> ${id(to)}`);
    }
  return [
    '```mermaid',
    'flowchart TD',
    ...[...places].sort().map((place) => `  ${id(place)}["${place}"]`),
    ...lines,
    '```',
  ];
}

function folders(): string[] {
  const top = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^\.|^(?:node_modules|dist|shared)$/.test(entry.name))
    .map(({ name }) => name);
  const subjects = readdirSync(join(root, 'shared'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `shared/${name}`);
  const rows = [...top, 'shared/app.ts', ...subjects].sort().map((place) => {
    const words = folderWords[place];
    if (words === undefined) throw new Error(`tools/docs/write-architecture.ts has no words for ${place}.`);
    return `| \`${place}\` | ${words} |`;
  });
  return ['| Place | What it is |', '|---|---|', ...rows];
}

/** Every function that the code registers. */
export function registeredFunctions(): { name: string; file: string; trigger: string; access: string }[] {
  return filesIn('functions').flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const statements = text.matchAll(/^(http|timer)Function\(\s*'([^']+)',\s*'([^']+)'(?:,\s*\{ access: '([^']+)')?/gm);
    return [...statements].map(([, kind, name = '', address = '', access = '']) => ({
      name,
      file,
      trigger: kind === 'http' ? address.replace(' /', ' /api/') : `timer, ${address}`,
      access,
    }));
  });
}

function functionsTable(): string[] {
  const rows = registeredFunctions().map(
    ({ name, file, trigger, access }) =>
      `| \`${name}\` | \`${trigger}\` | ${access || 'the platform'} | [${file}](../${file}) |`,
  );
  return ['| Function | Trigger | Who may call | File |', '|---|---|---|---|', ...rows];
}

const parts: Readonly<Record<string, () => string[]>> = { imports: drawing, folders, functions: functionsTable };

/** The page with its generated parts. Throws if the place for one is missing. */
export function withDrawnParts(text: string): string {
  let result = text;
  for (const [name, draw] of Object.entries(parts)) {
    const [begin, end] = [`<!-- drawn: ${name} -->`, `<!-- /drawn: ${name} -->`];
    const from = result.indexOf(begin);
    const to = result.indexOf(end);
    if (from < 0 || to < from) throw new Error(`${page} has no place for the drawn part "${name}".`);
    result = `${result.slice(0, from)}${begin}\n\n${draw().join('\n')}\n\n${result.slice(to)}`;
  }
  return result;
}

if (import.meta.main) writeFileSync(join(root, page), withDrawnParts(readFileSync(join(root, page), 'utf8')));
