import { type Column, childrenOf, columnsOf, kindOf, type SyntaxNode } from '../kusto.ts';
import type { TableTranslator } from './expressions.ts';
import type { Rows } from './operators.ts';
import { elementsOf, isTable, NotTranslated, partOf, quoted, type Scope } from './scope.ts';

const kinds: Readonly<Record<string, string>> = { leftouter: 'LEFT', fullouter: 'FULL', inner: 'INNER' };

/** `join kind=… (…) on column`: the columns of both sides. If a side has no row, its values are null or the empty text. */
export function join(
  node: SyntaxNode,
  left: Rows,
  out: readonly string[],
  table: TableTranslator,
  scope: Scope,
): string {
  const kind = kinds[/kind\s*=\s*(\w+)/.exec(node.ToString(0))?.[1] ?? ''];
  const right = childrenOf(node).find(isTable);
  const on = partOf(node, 'JoinOnClause');
  if (kind === undefined || right === undefined || on === undefined) throw new NotTranslated('this join', node);
  const keys = elementsOf(partOf(on, 'List') as SyntaxNode).map((one) => {
    if (kindOf(one) !== 'NameReference') throw new NotTranslated('a join on more than columns', one);
    return quoted(one.ReferencedSymbol?.Name ?? '');
  });
  const cell = (side: 'l' | 'r', { name, type }: Column, as: string | undefined) => {
    const sql = `${side}.${quoted(name)}`;
    // A missing text is the empty text. Every other missing value is null.
    return `${type === 'string' ? `coalesce(${sql}, '')` : sql} AS ${quoted(as ?? '')}`;
  };
  const columns = [
    ...left.columns.map((column, index) => cell('l', column, out[index])),
    ...(columnsOf(right) ?? []).map((column, index) => cell('r', column, out[left.columns.length + index])),
  ];
  const equal = keys.map((key) => `l.${key} = r.${key}`).join(' AND ');
  return `SELECT ${columns} FROM (${left.sql}) AS l ${kind} JOIN (${table(right, scope)}) AS r ON ${equal}`;
}
