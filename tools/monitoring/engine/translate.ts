import { boundTree, type Column, childrenOf, columnsOf, kindOf, type SyntaxNode, type Tables } from '../kusto.ts';
import { expression } from './expressions.ts';
import { table } from './operators.ts';
import { elementsOf, isTable, NotTranslated, partOf, quoted, type Scope } from './scope.ts';

/** A query in SQL: its `let` tables, and the query itself. A mark is replaced by the instant of the run (`functions.ts`). */
export type Translated = { common: readonly string[]; sql: string; columns: Column[] };

/**
 * Translates a query into the SQL of DuckDB. Throws `NotTranslated` for an operator, function or type that it does not know. It knows only
 * those for which a table has examples that were computed by hand.
 */
export function translate(query: string, tables: Tables): Translated {
  const statements = elementsOf(childrenOf(boundTree(query, tables)).find((one) => one.ChildCount > 0) as SyntaxNode);
  const values = new Map<string, string>();
  const names = new Set<string>(Object.keys(tables));
  const common: string[] = [];
  const scope: Scope = { values, tables: names };
  let result: Translated | undefined;
  for (const statement of statements) {
    if (kindOf(statement) === 'LetStatement') {
      const name = partOf(statement, 'NameDeclaration')?.ReferencedSymbol?.Name ?? '';
      const value = childrenOf(statement).at(-1) as SyntaxNode;
      if (isTable(value)) {
        common.push(`${quoted(name)} AS (${table(value, scope)})`);
        names.add(name);
      } else values.set(name, expression(value, scope, table));
    } else if (kindOf(statement) === 'ExpressionStatement') {
      const [rows] = childrenOf(statement) as [SyntaxNode];
      result = { common, sql: table(rows, scope), columns: columnsOf(rows) ?? [] };
    } else throw new NotTranslated('a statement', statement);
  }
  if (result === undefined) throw new Error('A query that asks nothing.');
  return result;
}
