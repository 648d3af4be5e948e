import { readdirSync, readFileSync } from 'node:fs';
import { type Analysis, analyse } from './kusto.ts';
import { resourceGraphTables, workspaceTables } from './tables.ts';
import { type Vocabulary, valuesOf, viewsOf } from './views.ts';

/** What infra/ puts in for the names of ids and numbers, as far as its type matters. */
const stoodFor: Readonly<Record<string, string>> = {
  ...(JSON.parse(readFileSync('infra/monitoring/objectives.json', 'utf8')) as Record<string, string>),
  ...Object.fromEntries(
    [
      'component',
      'vault',
      'site',
      'hostAccount',
      'stateAccount',
      'appPrincipal',
      'alertKind',
      'resourceGroupName',
      'pinnedKeyVersion',
    ].map((name) => [name, `'${name}'`]),
  ),
  registrationEndsOn: 'datetime(2027-11-01)',
  feedFreshMinutes: '15',
  vaultSignaturesIn10s: '2000',
  shortWindow: '5m',
  burnLimit: '14.4',
  daysLimit: '30',
};

const folder = 'infra/monitoring/queries';

/** Names of the queries: the files of infra/monitoring/queries. */
export const queryNames: readonly string[] = readdirSync(folder).map((name) => name.replace(/\.kql$/, ''));

/** Tables of the service that a query asks: Resource Graph for the open alerts, the workspace for all others. */
export const tablesOf = (name: string) => (name === 'open-alerts' ? resourceGraphTables : workspaceTables);

/** Dimension values that a query compares with and nobody sends. */
export function unsentValues({ comparisons }: Analysis, vocabulary: Vocabulary): string[] {
  const sent = valuesOf(vocabulary);
  return comparisons
    .filter(({ column, value }) => sent.has(column) && !sent.get(column)?.has(value))
    .map(({ column, value }) => `${column} is never '${value}'`);
}

/** Checks a file of queries/ against the tables and the vocabulary; also tells the columns of its result. */
export function checkQuery(name: string, vocabulary: Vocabulary): { faults: string[]; columns: Analysis['columns'] } {
  const text = readFileSync(`${folder}/${name}.kql`, 'utf8');
  const values = Object.entries(stoodFor).map(([key, value]) => `let ${key} = ${value};`);
  const judged = text.includes('judgedLookups') ? readFileSync('infra/monitoring/judged-lookups.kql', 'utf8') : '';
  // As infra/monitoring/queries.bicep does: the views that the text names.
  const views = Object.entries(name === 'open-alerts' ? {} : viewsOf(vocabulary))
    .filter(([view]) => `${judged}${text}`.includes(view))
    .map(([, definition]) => definition);
  const analysis = analyse([...values, ...views, judged, text].join('\n'), tablesOf(name));
  // Resource Graph has columns of the same names with values of its own.
  const unsent = name === 'open-alerts' ? [] : unsentValues(analysis, vocabulary);
  return { faults: [...analysis.faults, ...unsent], columns: analysis.columns };
}
