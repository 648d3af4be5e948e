import type { SyntaxNode } from '../kusto.ts';
import type { Argument } from './functions.ts';
import { NotTranslated, quoted, sqlTypes } from './scope.ts';

/** One aggregate: an SQL expression for each of its columns. */
type Aggregate = (args: readonly Argument[], node: SyntaxNode) => string[];

const at = (args: readonly Argument[], index: number): Argument => args[index] as Argument;
const only = (condition: Argument | undefined): string => (condition ? ` FILTER (WHERE ${condition.sql})` : '');
/** Without rows a sum is 0, and the others are null. */
const sum = (value: Argument, condition?: Argument) => [
  `coalesce(CAST(sum(${value.sql})${only(condition)} AS ${sqlTypes[value.type]}), 0)`,
];
const extreme = (name: 'min' | 'max', value: Argument, condition?: Argument) => [
  `${name}(${value.sql})${only(condition)}`,
];
/** The value at the rank ⌈p·n⌉ (nearest rank). */
const percentile = (value: Argument, p: Argument) => `quantile_disc(${value.sql}, CAST(${p.sql} AS DOUBLE) / 100)`;
/** The same with weights: each value counts as often as its weight says. */
function weighted(value: Argument, weight: Argument, p: Argument): string {
  const all = `list_sort(flatten(list(list_transform(range(${weight.sql}), lambda i: ${value.sql}))))`;
  return `list_extract(${all}, CAST(ceil(CAST(${p.sql} AS DOUBLE) / 100 * len(${all})) AS BIGINT))`;
}
const set = (value: Argument, condition?: Argument) => [
  `to_json(coalesce(list_sort(list(DISTINCT ${value.sql})${only(condition)}), []))`,
];
/** The other columns of the row with the greatest (or least) first one. */
function extremeRow(name: 'arg_max' | 'arg_min', args: readonly Argument[], node: SyntaxNode): string[] {
  const [key, ...others] = args;
  if (key === undefined || others.length === 0) throw new NotTranslated(name, node);
  const first = `${name === 'arg_max' ? 'max' : 'min'}(${key.sql})`;
  // `arg_max_null` returns the null of the row that it found. `arg_max` would continue to search.
  return [first, ...others.map(({ sql }) => `${name}_null(${sql}, ${key.sql})`)];
}

/** Aggregates of `summarize`, by name. */
export const aggregates: Readonly<Record<string, Aggregate>> = {
  count: () => ['count(*)'],
  countif: (args) => [`count(*)${only(at(args, 0))}`],
  sum: (args) => sum(at(args, 0)),
  sumif: (args) => sum(at(args, 0), at(args, 1)),
  avg: (args) => [`avg(${at(args, 0).sql})`],
  min: (args) => extreme('min', at(args, 0)),
  max: (args) => extreme('max', at(args, 0)),
  minif: (args) => extreme('min', at(args, 0), at(args, 1)),
  maxif: (args) => extreme('max', at(args, 0), at(args, 1)),
  dcount: (args) => [`count(DISTINCT ${at(args, 0).sql})`],
  dcountif: (args) => [`count(DISTINCT ${at(args, 0).sql})${only(at(args, 1))}`],
  percentile: (args) => [percentile(at(args, 0), at(args, 1))],
  percentiles: ([value, ...ps]) => ps.map((p) => percentile(value as Argument, p)),
  percentilesw: ([value, weight, ...ps]) => ps.map((p) => weighted(value as Argument, weight as Argument, p)),
  make_set: (args) => set(at(args, 0)),
  make_set_if: (args) => set(at(args, 0), at(args, 1)),
  arg_max: (args, node) => extremeRow('arg_max', args, node),
  arg_min: (args, node) => extremeRow('arg_min', args, node),
};

/** Expressions under the names of their columns. */
export const named = (expressions: readonly string[], names: readonly string[]): string[] =>
  expressions.map((sql, index) => `${sql} AS ${quoted(names[index] ?? '')}`);
