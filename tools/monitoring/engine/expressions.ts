import { childrenOf, kindOf, type SyntaxNode } from '../kusto.ts';
import { aggregates } from './aggregates.ts';
import { type Argument, functions } from './functions.ts';
import { literal } from './literals.ts';
import { elementsOf, NotTranslated, partOf, quoted, type Scope, text, typeOf } from './scope.ts';

/** Translates a table, for `toscalar`. It is passed in, because the translation of tables uses expressions. */
export type TableTranslator = (node: SyntaxNode, scope: Scope) => string;

/** Translates an expression into SQL. Throws `NotTranslated` for anything that it does not know. */
export function expression(node: SyntaxNode, scope: Scope, table: TableTranslator): string {
  const known = literal(node);
  if (known !== undefined) return known;
  const inner = (one: SyntaxNode | undefined) => expression(one as SyntaxNode, scope, table);
  const kind = kindOf(node);
  switch (kind) {
    case 'ParenthesizedExpression':
      return `(${inner(childrenOf(node)[1])})`;
    case 'SimpleNamedExpression':
      return inner(childrenOf(node)[2]);
    case 'NameReference':
      return name(node, scope);
    case 'FunctionCallExpression': {
      const [first, ...more] = call(node, scope, table);
      if (first === undefined || more.length > 0) throw new NotTranslated('several columns in one expression', node);
      return first;
    }
    case 'UnaryMinusExpression':
      return `(-${inner(childrenOf(node)[1])})`;
    case 'AndExpression':
    case 'OrExpression':
      return `(${inner(node.Left)} ${kind === 'AndExpression' ? 'AND' : 'OR'} ${inner(node.Right)})`;
    case 'ToScalarExpression': {
      const [rows] = childrenOf(node).filter((one) => one.ResultType?.Columns);
      return `(SELECT * FROM (${table(rows as SyntaxNode, withoutRow(scope))}) AS s LIMIT 1)`;
    }
    case 'ElementExpression':
    case 'PathExpression':
      return element(node, scope, table);
    default:
      if (node.Left && node.Right) return operator(kind, node, node.Left, node.Right, scope, table);
      throw new NotTranslated('an expression', node);
  }
}

const withoutRow = ({ values, tables }: Scope): Scope => ({ values, tables });

function name(node: SyntaxNode, { columns, values, row }: Scope): string {
  const called = node.ReferencedSymbol?.Name ?? '';
  if (columns?.has(called)) return `${row}.${quoted(called)}`;
  const value = values.get(called);
  if (value === undefined) throw new NotTranslated(`the name ${called}`, node);
  return value;
}

/** The columns of a function: one, or several for some aggregates. */
export function call(node: SyntaxNode, scope: Scope, table: TableTranslator): string[] {
  const called = node.ReferencedSymbol?.Name ?? '';
  const list = partOf(partOf(node, 'ExpressionList') as SyntaxNode, 'List') as SyntaxNode;
  const isAggregate = scope.aggregates === true && called in aggregates;
  const within = isAggregate ? { ...scope, aggregates: false } : scope;
  const args: Argument[] = elementsOf(list).map((one) => ({
    sql: expression(one, within, table),
    type: typeOf(one),
    node: one,
  }));
  if (isAggregate) return aggregates[called]?.(args, node) ?? [];
  const translate = functions[called];
  if (translate === undefined) throw new NotTranslated(`the function ${called}`, node);
  return [`(${translate(args, node)})`];
}

/** `bag.name`, `bag['name']`, `list[0]`, `list[-1]`. */
function element(node: SyntaxNode, scope: Scope, table: TableTranslator): string {
  const [from, ...rest] = childrenOf(node) as [SyntaxNode, ...SyntaxNode[]];
  const last = rest.at(-1) as SyntaxNode;
  const key =
    kindOf(last) === 'BracketedExpression' ? (childrenOf(last)[1] as SyntaxNode).ToString(0) : last.ToString(0);
  const bare = key.trim().replace(/^['"](.*)['"]$/, '$1');
  const index = /^-?\d+$/.test(bare) && kindOf(last) === 'BracketedExpression' ? Number(bare) : undefined;
  const path = index === undefined ? `$."${bare}"` : index < 0 ? `$[#${index}]` : `$[${index}]`;
  return `json_extract(${expression(from, scope, table)}, ${text(path)})`;
}

const arithmetic: Readonly<Record<string, string>> = {
  AddExpression: '+',
  SubtractExpression: '-',
  MultiplyExpression: '*',
  DivideExpression: '/',
};
const order: Readonly<Record<string, string>> = {
  GreaterThanExpression: '>',
  GreaterThanOrEqualExpression: '>=',
  LessThanExpression: '<',
  LessThanOrEqualExpression: '<=',
};
const whole = new Set(['long', 'int', 'datetime', 'timespan']);

function operator(
  kind: string,
  node: SyntaxNode,
  left: SyntaxNode,
  right: SyntaxNode,
  scope: Scope,
  table: TableTranslator,
): string {
  const types = [typeOf(left), typeOf(right)];
  if (types.includes('dynamic')) throw new NotTranslated(`dynamic beside ${kind}`, node);
  const a = expression(left, scope, table);
  if (kind === 'InExpression' || kind === 'NotInExpression') {
    const values = elementsOf(partOf(right, 'List') as SyntaxNode).map((one) => expression(one, scope, table));
    const found = `coalesce(${a} IN (${values.join(', ')}), false)`;
    return kind === 'InExpression' ? found : `NOT ${found}`;
  }
  const b = expression(right, scope, table);
  const sign = arithmetic[kind];
  if (sign === '/') return divided(a, b, typeOf(node));
  if (sign !== undefined) {
    const sum = `(${a} ${sign} ${b})`;
    // A number times a span is a span.
    return whole.has(typeOf(node)) && types.includes('real') ? `CAST(${sum} AS BIGINT)` : sum;
  }
  if (order[kind] !== undefined) return `(${a} ${order[kind]} ${b})`;
  switch (kind) {
    // Whether two nulls are equal is unknown (null). A null and a value differ.
    case 'EqualExpression':
      // A text is never null.
      if (types[0] === 'string') return `(${a} = ${b})`;
      return `(CASE WHEN ${a} IS NULL AND ${b} IS NULL THEN NULL ELSE ${a} IS NOT DISTINCT FROM ${b} END)`;
    case 'NotEqualExpression':
      if (types[0] === 'string') return `(${a} <> ${b})`;
      return `(CASE WHEN ${a} IS NULL AND ${b} IS NULL THEN NULL ELSE ${a} IS DISTINCT FROM ${b} END)`;
    case 'EqualTildeExpression':
      return `(lower(${a}) = lower(${b}))`;
    case 'BangTildeExpression':
      return `(lower(${a}) <> lower(${b}))`;
    case 'StartsWithExpression':
      return `starts_with(lower(${a}), lower(${b}))`;
    case 'EndsWithExpression':
      return `ends_with(lower(${a}), lower(${b}))`;
    case 'NotEndsWithExpression':
      return `NOT ends_with(lower(${a}), lower(${b}))`;
    // A whole word, in upper or lower case.
    case 'HasExpression':
      return `regexp_matches(lower(${a}), '(^|[^a-z0-9])' || regexp_escape(lower(${b})) || '($|[^a-z0-9])')`;
    default:
      throw new NotTranslated('an operator', node);
  }
}

/** Whole numbers divide towards 0; a division by 0 is null. */
function divided(a: string, b: string, type: string): string {
  if (!whole.has(type)) return `(CAST(${a} AS DOUBLE) / CAST(${b} AS DOUBLE))`;
  return `CAST(trunc(CAST(${a} AS DOUBLE) / nullif(${b}, 0)) AS BIGINT)`;
}
