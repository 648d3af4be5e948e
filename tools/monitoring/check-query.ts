import { readdirSync, readFileSync } from 'node:fs';
import { type Analysis, analyse } from './kusto.ts';
import { resourceGraphTables, workspaceTables } from './tables.ts';
import { type Vocabulary, valuesOf, viewsOf, wholeText } from './views.ts';

/** Values of the right type for the ids and numbers that infra/ puts into queries. */
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
  onlyBank: "'all'",
  knownSigners: "'00000000-0000-0000-0000-0000000000aa,the-pipeline'",
  registrationEndsOn: 'datetime(2027-11-01)',
  feedFreshMinutes: '15',
  vaultSignaturesIn10s: '2000',
  shortWindow: '10m',
  burnLimit: '13.44',
  daysLimit: '30',
};

const folder = 'infra/monitoring/queries';

/** Names of the queries: the files of infra/monitoring/queries. */
export const queryNames: readonly string[] = readdirSync(folder).map((name) => name.replace(/\.kql$/, ''));

/** The tables that a query may use: those of Resource Graph for the open alerts, those of the workspace for all others. */
export const tablesOf = (name: string) => (name === 'open-alerts' ? resourceGraphTables : workspaceTables);

/** The dimension values in a query's comparisons that the app never sends. */
export function unsentValues({ comparisons }: Analysis, vocabulary: Vocabulary): string[] {
  const sent = valuesOf(vocabulary);
  return comparisons
    .filter(({ column, value }) => sent.has(column) && !sent.get(column)?.has(value))
    .map(({ column, value }) => `${column} is never '${value}'`);
}

/**
 * A query as it is deployed (infra/monitoring/queries.bicep): the values and views that its text names, then the text.
 * `values`: used instead of the usual ones, in Kusto.
 */
export function wholeQuery(
  name: string,
  vocabulary: Vocabulary,
  values: Readonly<Record<string, string>> = {},
): string {
  const text = readFileSync(`${folder}/${name}.kql`, 'utf8');
  const views = name === 'open-alerts' ? {} : viewsOf(vocabulary);
  return wholeText(text, views, { ...stoodFor, ...values });
}

/** Checks a file of queries/ against the tables and the vocabulary; also returns the columns of its result. */
export function checkQuery(name: string, vocabulary: Vocabulary): { faults: string[]; columns: Analysis['columns'] } {
  const analysis = analyse(wholeQuery(name, vocabulary), tablesOf(name));
  // Resource Graph has columns of the same names with values of its own.
  const unsent = name === 'open-alerts' ? [] : unsentValues(analysis, vocabulary);
  return { faults: [...analysis.faults, ...unsent], columns: analysis.columns };
}
