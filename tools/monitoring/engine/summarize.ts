import { childrenOf, columnsOf, kindOf, type SyntaxNode } from '../kusto.ts';
import { named } from './aggregates.ts';
import { call, expression, type TableTranslator } from './expressions.ts';
import type { Rows } from './operators.ts';
import { elementsOf, NotTranslated, partOf, quoted, type Scope } from './scope.ts';

/**
 * `summarize … by …`. As in Kusto, the order of groups is not defined. Here a hash decides it, so that a test shows if a query lacks its
 * `order by`.
 */
export function summarize(
  node: SyntaxNode,
  row: Scope,
  rows: Rows,
  out: readonly string[],
  table: TableTranslator,
): string {
  const by = partOf(node, 'SummarizeByClause');
  const lists = childrenOf(node).filter((one) => kindOf(one) === 'List' && one.ChildCount > 0);
  const keys = by ? elementsOf(partOf(by, 'List') as SyntaxNode).map((one) => expression(one, row, table)) : [];
  const values = elementsOf(lists.at(-1) ?? node).flatMap((one) => columnsFor(one, row, table));
  if (keys.length + values.length !== out.length) throw new NotTranslated('a summarize of other columns', node);
  const select = `SELECT ${named([...keys, ...values], out)} FROM (${rows.sql}) AS t`;
  if (keys.length === 0) return select;
  const places = keys.map((_, index) => index + 1);
  const order = out.slice(0, keys.length).map((name) => `g.${quoted(name)}`);
  return `SELECT * FROM (${select} GROUP BY ${places}) AS g ORDER BY hash(${order.join(", '|', ")})`;
}

function columnsFor(one: SyntaxNode, row: Scope, table: TableTranslator): string[] {
  const scope = { ...row, aggregates: true };
  const isTuple = columnsOf(one) !== undefined;
  return isTuple && kindOf(one) === 'FunctionCallExpression'
    ? call(one, scope, table)
    : [expression(one, scope, table)];
}
