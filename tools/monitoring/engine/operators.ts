import { type Column, childrenOf, columnsOf, kindOf, type SyntaxNode } from '../kusto.ts';
import { expression } from './expressions.ts';
import { join } from './join.ts';
import { elementsOf, listOf, NotTranslated, partOf, quoted, type Scope, sqlTypes, text } from './scope.ts';
import { summarize } from './summarize.ts';

/** A table in SQL: a source, or a pipe of operators. Columns are those of the bound tree, in its order. */
export function table(node: SyntaxNode, scope: Scope): string {
  switch (kindOf(node)) {
    case 'PipeExpression': {
      const [from, , operator] = childrenOf(node) as [SyntaxNode, SyntaxNode, SyntaxNode];
      return piped(operator, { sql: table(from, scope), columns: columnsOf(from) ?? [] }, namesOf(node), scope);
    }
    case 'ParenthesizedExpression':
      return table(childrenOf(node)[1] as SyntaxNode, scope);
    case 'NameReference':
      return `SELECT * FROM ${quoted(node.ReferencedSymbol?.Name ?? '')}`;
    case 'UnionOperator':
      return union(node, [], scope);
    case 'PrintOperator': {
      const values = listOf(node).map(
        (one, index) => `${expression(one, scope, table)} AS ${quoted(namesOf(node)[index] ?? '')}`,
      );
      return `SELECT ${values.join(', ')}`;
    }
    case 'DataTableExpression':
      return dataTable(node, scope);
    default:
      throw new NotTranslated('a table', node);
  }
}

/** The input rows of an operator. */
export type Rows = { sql: string; columns: readonly Column[] };

const namesOf = (node: SyntaxNode): string[] => (columnsOf(node) ?? []).map(({ name }) => name);

function piped(node: SyntaxNode, rows: Rows, out: readonly string[], scope: Scope): string {
  const row: Scope = { ...scope, columns: new Set(rows.columns.map(({ name }) => name)), row: 't' };
  const value = (one: SyntaxNode) => expression(one, row, table);
  const from = `FROM (${rows.sql}) AS t`;
  switch (kindOf(node)) {
    case 'FilterOperator':
      return `SELECT * ${from} WHERE ${value(childrenOf(node).at(-1) as SyntaxNode)}`;
    case 'ProjectOperator':
      return `SELECT ${listOf(node).map((one, index) => `${value(one)} AS ${quoted(out[index] ?? '')}`)} ${from}`;
    case 'ExtendOperator': {
      const made = new Map(listOf(node).map((one) => [nameOf(one), value(one)]));
      return `SELECT ${out.map((column) => `${made.get(column) ?? `t.${quoted(column)}`} AS ${quoted(column)}`)} ${from}`;
    }
    case 'SummarizeOperator':
      return summarize(node, row, rows, out, table);
    case 'CountOperator':
      return `SELECT count(*) AS "Count" ${from}`;
    case 'SortOperator':
      return `SELECT * ${from} ORDER BY ${listOf(node).map((one) => ordering(one, value))}`;
    case 'TopOperator': {
      const [count, by] = [childrenOf(node)[2], childrenOf(node).at(-1)];
      return `SELECT * ${from} ORDER BY ${ordering(by as SyntaxNode, value)} LIMIT ${value(count as SyntaxNode)}`;
    }
    case 'MvExpandOperator':
      return mvExpand(node, rows, out, value);
    case 'JoinOperator':
      return join(node, rows, out, table, scope);
    case 'UnionOperator':
      return union(node, [rows], scope);
    default:
      throw new NotTranslated('an operator', node);
  }
}

const nameOf = (one: SyntaxNode): string => {
  const declared = partOf(one, 'NameDeclaration')?.ReferencedSymbol?.Name;
  if (declared === undefined) throw new NotTranslated('a column without a name', one);
  return declared;
};

/** The order is descending by default. Nulls come last in descending order, and first in ascending order. */
function ordering(one: SyntaxNode, value: (node: SyntaxNode) => string): string {
  if (kindOf(one) !== 'OrderedExpression') return `${value(one)} DESC NULLS LAST`;
  const [by, how] = childrenOf(one) as [SyntaxNode, SyntaxNode | undefined];
  return `${value(by)} ${how?.ToString(0).trim() === 'asc' ? 'ASC NULLS FIRST' : 'DESC NULLS LAST'}`;
}

/** The name of the element in a row of `mv-expand`. No column has this name. */
const expanded = 'element of';

/** A row for each element of one list; an empty list becomes one row with null. */
function mvExpand(node: SyntaxNode, rows: Rows, out: readonly string[], value: (node: SyntaxNode) => string): string {
  const [one, ...more] = listOf(node);
  if (one === undefined || more.length > 0) throw new NotTranslated('several lists at once', node);
  const [what] = childrenOf(one) as [SyntaxNode];
  const isNamed = kindOf(what) === 'SimpleNamedExpression';
  const name = isNamed ? nameOf(what) : (what.ReferencedSymbol?.Name ?? '');
  const list = value(what);
  const type = /typeof\s*\(\s*(\w+)\s*\)/.exec(one.ToString(0))?.[1];
  const element =
    type === undefined
      ? `t.${quoted(expanded)}`
      : type === 'string'
        ? `coalesce(json_extract_string(t.${quoted(expanded)}, '$'), '')`
        : `TRY_CAST(json_extract_string(t.${quoted(expanded)}, '$') AS ${sqlTypes[type]})`;
  const columns = out.map((column) => (column === name ? `${element} AS ${quoted(name)}` : `t.${quoted(column)}`));
  const elements = `CASE json_type(${list}) WHEN 'OBJECT' THEN error('mv-expand of a bag') WHEN 'ARRAY' THEN CASE WHEN json_array_length(${list}) > 0 THEN json_extract(${list}, '$[*]') ELSE [NULL] END ELSE [NULL] END`;
  return `SELECT ${columns} FROM (SELECT *, unnest(${elements}) AS ${quoted(expanded)} FROM (${rows.sql}) AS t) AS t`;
}

/** The rows of all tables, by the names of columns. A column that a table does not have is null there, or the empty text. */
function union(node: SyntaxNode, first: readonly Rows[], scope: Scope): string {
  const others = listOf(node).map((one) => ({ sql: table(one, scope), columns: columnsOf(one) ?? [] }));
  const out = columnsOf(node) ?? [];
  const parts = [...first, ...others].map(
    ({ sql, columns }) =>
      `SELECT ${out.map(({ name, type }) =>
        columns.some((column) => column.name === name)
          ? `CAST(t.${quoted(name)} AS ${sqlTypes[type]}) AS ${quoted(name)}`
          : `${type === 'string' ? "''" : `CAST(NULL AS ${sqlTypes[type]})`} AS ${quoted(name)}`,
      )} FROM (${sql}) AS t`,
  );
  return parts.join(' UNION ALL ');
}

function dataTable(node: SyntaxNode, scope: Scope): string {
  const columns = columnsOf(node) ?? [];
  const lists = childrenOf(node).filter((one) => kindOf(one) === 'List');
  const cells = elementsOf(lists.at(-1) as SyntaxNode).map((one) => expression(one, scope, table));
  const rows = Array.from({ length: cells.length / columns.length }, (_, row) =>
    columns.map(
      ({ name, type }, column) =>
        `CAST(${cells[row * columns.length + column]} AS ${sqlTypes[type] ?? text(type)}) AS ${quoted(name)}`,
    ),
  );
  return rows.map((row) => `SELECT ${row}`).join(' UNION ALL ');
}
