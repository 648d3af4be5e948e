import { childrenOf, kindOf, type SyntaxNode } from '../kusto.ts';
import { NotTranslated, text } from './scope.ts';

const spans: Readonly<Record<string, number>> = {
  d: 86_400_000_000,
  h: 3_600_000_000,
  m: 60_000_000,
  s: 1_000_000,
  ms: 1000,
};

/** Microseconds of a span as Kusto writes it (`5m`, `1.5h`). */
function microseconds(node: SyntaxNode): number {
  const [, amount = '', unit = ''] = /^([\d.]+)(d|h|m|s|ms)$/.exec(node.ToString(0).trim()) ?? [];
  const span = spans[unit];
  if (span === undefined) throw new NotTranslated('a span', node);
  return Math.round(Number(amount) * span);
}

/** `dynamic(…)`, as JSON. */
function json(node: SyntaxNode): string {
  const inner = node
    .ToString(0)
    .trim()
    .replace(/^dynamic\s*\(([\s\S]*)\)$/, '$1');
  // Kusto also has single quotes. A text with a quote in it is not supported.
  const parsed: unknown = JSON.parse(inner.replaceAll("'", '"'));
  return `CAST(${text(JSON.stringify(parsed))} AS JSON)`;
}

/** A literal in SQL; `undefined` if the node is not a literal. */
export function literal(node: SyntaxNode): string | undefined {
  const written = node.ToString(0).trim();
  switch (kindOf(node)) {
    case 'StringLiteralExpression':
      return text(String(node.LiteralValue));
    case 'LongLiteralExpression':
    case 'IntLiteralExpression':
      return /^\d+$/.test(written) ? `CAST(${written} AS BIGINT)` : nothing(node, written, 'BIGINT');
    case 'RealLiteralExpression':
      return /^[\d.]+$/.test(written) ? `CAST(${written} AS DOUBLE)` : nothing(node, written, 'DOUBLE');
    case 'BooleanLiteralExpression':
      return /^(true|false)$/.test(written) ? written : nothing(node, written, 'BOOLEAN');
    case 'TimespanLiteralExpression':
      return `CAST(${microseconds(node)} AS BIGINT)`;
    case 'DateTimeLiteralExpression': {
      const at = Date.parse(written.replace(/^datetime\((.*)\)$/, '$1'));
      if (Number.isNaN(at)) return nothing(node, written, 'BIGINT');
      return `CAST(${at * 1000} AS BIGINT)`;
    }
    case 'DynamicExpression':
      return json(node);
    case 'CompoundStringLiteralExpression':
      return childrenOf(node).length === 1 ? literal(childrenOf(node)[0] as SyntaxNode) : undefined;
    default:
      return undefined;
  }
}

function nothing(node: SyntaxNode, written: string, type: string): string {
  if (!/^\w+\(null\)$/.test(written)) throw new NotTranslated('a literal', node);
  return `CAST(NULL AS ${type})`;
}
