import { childrenOf, columnsOf, kindOf, type SyntaxNode } from '../kusto.ts';

/** A query uses something that this translation does not know. A test with such a query fails, because nothing is guessed. */
export class NotTranslated extends Error {
  constructor(what: string, node: SyntaxNode) {
    super(`not translated: ${what} (${kindOf(node)}): ${node.ToString(0).trim().slice(0, 120)}`);
  }
}

/** The meaning of names at one place of a query. */
export type Scope = {
  /** Scalars and tables of `let`: SQL by name. Tables are common table expressions of that name. */
  values: ReadonlyMap<string, string>;
  tables: ReadonlySet<string>;
  /** Columns of the rows that an expression sees, by name; `undefined` outside of rows. */
  columns?: ReadonlySet<string>;
  /** The name of the rows in SQL. */
  row?: string;
  /** Whether the place is within `summarize`, where aggregates are allowed. */
  aggregates?: boolean;
};

/** A name in SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** A text in SQL. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** The Kusto type of an expression. */
export const typeOf = (node: SyntaxNode): string => node.ResultType?.Name ?? '?';

/** The elements of a comma-separated list, or of several in one node. */
export const elementsOf = (list: SyntaxNode): SyntaxNode[] =>
  childrenOf(list).map(
    (element) => (kindOf(element) === 'SeparatedElement' ? childrenOf(element)[0] : element) as SyntaxNode,
  );

/** The first part of that kind. */
export const partOf = (node: SyntaxNode, kind: string): SyntaxNode | undefined =>
  childrenOf(node).find((child) => kindOf(child) === kind);

/** The last list of a node that is not empty: the operands of an operator. */
export function listOf(node: SyntaxNode): SyntaxNode[] {
  const list = childrenOf(node).findLast((child) => kindOf(child) === 'List' && child.ChildCount > 0);
  return list === undefined ? [] : elementsOf(list);
}

/** Whether a node is a table and not a value. */
export const isTable = (node: SyntaxNode): boolean => columnsOf(node) !== undefined && typeOf(node) !== 'tuple';

/** How values of a Kusto type are kept: instants and spans as whole microseconds. */
export const sqlTypes: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  long: 'BIGINT',
  int: 'BIGINT',
  real: 'DOUBLE',
  bool: 'BOOLEAN',
  datetime: 'BIGINT',
  timespan: 'BIGINT',
  dynamic: 'JSON',
};
