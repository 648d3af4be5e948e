// Microsoft's own parser and binder of Kusto queries. It consists of two browser scripts that share a global, so they are run in a context of
// their own.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import vm from 'node:vm';

type List<T> = { Count: number; getItem(index: number): T };
type Symbol = { Name: string };
/** A node of the bound tree: the parts that this project reads. */
export type SyntaxNode = {
  Kind: number;
  Left?: SyntaxNode;
  Right?: SyntaxNode;
  /** A literal's value, where it is one. */
  LiteralValue?: unknown;
  ReferencedSymbol?: Symbol | null;
  /** The type of an expression. A table and a tuple of aggregates have columns. */
  ResultType?: (Symbol & { Columns?: List<Symbol & { Type: Symbol }> | null }) | null;
  ChildCount: number;
  GetChild(index: number): SyntaxNode | null;
  ToString(kind: number): string;
};
type Analysed = {
  GetDiagnostics(): List<{ Severity: string; Message: string; Start: number }>;
  ResultType: { Columns?: List<Symbol & { Type: Symbol }> } | null;
  Syntax: SyntaxNode;
};
type Language = {
  Symbols: {
    TableSymbol: { From(schema: string): { WithName(name: string): object } };
    DatabaseSymbol: { $ctor1: new (name: string, tables: object[]) => object };
  };
  GlobalState: { Default: { WithDatabase(database: object): object } };
  KustoCode: { ParseAndAnalyze(text: string, globals: object): Analysed };
  Syntax: {
    SyntaxElement: { WalkNodes(root: SyntaxNode, visit: (node: SyntaxNode) => void): void };
    SyntaxKind: Readonly<Record<string, number>>;
  };
};

/** A column of a result: its name and its Kusto type. */
export type Column = { name: string; type: string };

/** A text in a query with which a column is compared. */
export type Comparison = { column: string; value: string };

/** What is known of a query without running it. */
export type Analysis = {
  /** The parser's messages about faults, with their lines. Empty: there are none. */
  faults: string[];
  /** Columns of the result. */
  columns: Column[];
  comparisons: Comparison[];
};

/** The tables that queries may name: column schemas as Kusto writes them, by table. */
export type Tables = Readonly<Record<string, string>>;

let loaded: Language | undefined;

function language(): Language {
  if (loaded) return loaded;
  const folder = dirname(createRequire(import.meta.url).resolve('@kusto/language-service-next/package.json'));
  const context = vm.createContext({ console });
  for (const name of ['bridge.min.js', 'Kusto.Language.Bridge.min.js'])
    vm.runInContext(readFileSync(join(folder, name), 'utf8'), context, { filename: name });
  loaded = (context as unknown as { Kusto: { Language: Language } }).Kusto.Language;
  return loaded;
}

const listed = <T>(list: List<T>): T[] => Array.from({ length: list.Count }, (_, index) => list.getItem(index));

let kindNames: Map<number, string> | undefined;

/** The kind of a node, by the name in the language (`FilterOperator`). */
export function kindOf(node: SyntaxNode): string {
  kindNames ??= new Map(Object.entries(language().Syntax.SyntaxKind).map(([name, kind]) => [kind, name]));
  return kindNames.get(node.Kind) ?? String(node.Kind);
}

/** A node's parts, absent ones left out. */
export const childrenOf = (node: SyntaxNode): SyntaxNode[] =>
  Array.from({ length: node.ChildCount }, (_, index) => node.GetChild(index)).filter((child) => child !== null);

/** Columns of a table, or of a tuple of aggregates; `undefined` for a plain value. */
export function columnsOf({ ResultType }: SyntaxNode): Column[] | undefined {
  const columns = ResultType?.Columns;
  return columns ? listed(columns).map(({ Name, Type }) => ({ name: Name, type: Type.Name })) : undefined;
}

/** Comparisons of a column with literal texts: `==`, `!=`, `=~`, `in (…)` and similar ones. */
function comparisonsIn({ Syntax }: Analysed): Comparison[] {
  const { SyntaxElement, SyntaxKind } = language().Syntax;
  const comparing = new Set(
    ['EqualExpression', 'NotEqualExpression', 'EqualTildeExpression', 'InExpression', 'NotInExpression'].map(
      (name) => SyntaxKind[name],
    ),
  );
  const found: Comparison[] = [];
  SyntaxElement.WalkNodes(Syntax, (node) => {
    const column = node.Left?.ReferencedSymbol?.Name;
    if (!comparing.has(node.Kind) || column === undefined || node.Right === undefined) return;
    SyntaxElement.WalkNodes(node.Right, ({ LiteralValue }) => {
      if (typeof LiteralValue === 'string') found.push({ column, value: LiteralValue });
    });
  });
  return found;
}

const seen = new Map<string, Analysis>();

/** Parses a query and binds every name in it to the tables. The result is cached. */
export function analyse(query: string, tables: Tables): Analysis {
  const key = `${Object.keys(tables).join()}\n${query}`;
  const known = seen.get(key) ?? bind(query, tables);
  seen.set(key, known);
  return known;
}

const databases = new Map<Tables, object>();

function parse(query: string, tables: Tables): Analysed {
  const { Symbols, GlobalState, KustoCode } = language();
  const globals =
    databases.get(tables) ??
    GlobalState.Default.WithDatabase(
      new Symbols.DatabaseSymbol.$ctor1(
        'workspace',
        Object.entries(tables).map(([name, schema]) => Symbols.TableSymbol.From(`(${schema})`).WithName(name)),
      ),
    );
  databases.set(tables, globals);
  return KustoCode.ParseAndAnalyze(query, globals);
}

const faultsOf = (code: Analysed, query: string): string[] =>
  listed(code.GetDiagnostics()).map(
    ({ Message, Start }) => `line ${query.slice(0, Start).split('\n').length}: ${Message}`,
  );

/** The bound tree of a query. Throws if the parser finds a fault. */
export function boundTree(query: string, tables: Tables): SyntaxNode {
  const code = parse(query, tables);
  const faults = faultsOf(code, query);
  if (faults.length > 0) throw new Error(`${faults.join('\n')}\n${query}`);
  return code.Syntax;
}

function bind(query: string, tables: Tables): Analysis {
  const code = parse(query, tables);
  return {
    faults: faultsOf(code, query),
    columns: listed(code.ResultType?.Columns ?? { Count: 0, getItem: () => undefined as never }).map(
      ({ Name, Type }) => ({ name: Name, type: Type.Name }),
    ),
    comparisons: comparisonsIn(code),
  };
}
