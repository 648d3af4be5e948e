// Runs Kusto queries: the tables of a workspace are in DuckDB, in memory. Only tests and the preview use it.
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Column, Tables } from '../kusto.ts';
import { nowMark } from './functions.ts';
import { quoted, sqlTypes } from './scope.ts';
import type { Translated } from './translate.ts';

/** A cell of a result: instants as ISO 8601, `dynamic` as JSON text. */
export type Cell = string | number | boolean | null;
/** A row, by column. */
export type Row = Readonly<Record<string, Cell>>;

/** A row of a table as it is in the workspace: instants in milliseconds since 1970, `dynamic` as an object. */
export type StoredRow = Readonly<Record<string, unknown>>;

/** When a query runs, and the start of its window: it sees rows with `TimeGenerated` after `from`. Milliseconds since 1970. */
export type Moment = { now: number; from: number };

/** A workspace with rows in it. */
export type Database = {
  /** Adds rows to a table. A row can be queried from `ingestedAt` (milliseconds) on; by default from `TimeGenerated` on. */
  insert(table: string, rows: readonly StoredRow[]): Promise<void>;
  run(query: Translated, moment: Moment): Promise<Row[]>;
  close(): void;
};

const stored = (table: string): string => quoted(`stored ${table}`);
const arrival = '"arrived at"';

const schemaOf = (schema: string): Column[] =>
  schema.split(',').map((column) => {
    const [name = '', type = ''] = column.trim().split(/\s*:\s*/);
    return { name, type };
  });

/** An empty workspace with these tables. */
export async function openDatabase(tables: Tables): Promise<Database> {
  // One thread, so that rows keep their order. Other tests share the two cores.
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const schemas = new Map(Object.entries(tables).map(([name, schema]) => [name, schemaOf(schema)]));
  for (const [name, columns] of schemas) {
    const list = columns.map((column) => `${quoted(column.name)} ${sqlTypes[column.type]}`);
    await connection.run(`CREATE TABLE ${stored(name)} (${list}, ${arrival} BIGINT)`);
  }
  return {
    insert: (table, rows) => insert(connection, table, schemas.get(table) ?? [], rows),
    async run(query, moment) {
      const sources = [...schemas].filter(([name]) => `${query.common} ${query.sql}`.includes(quoted(name)));
      const common = sources.map(([name, columns]) => `${quoted(name)} AS (${seen(name, columns, moment)})`);
      const all = [...common, ...query.common];
      const sql = `${all.length > 0 ? `WITH ${all.join(', ')} ` : ''}${query.sql}`;
      const now = `CAST(${moment.now * 1000} AS BIGINT)`;
      const reader = await connection.runAndReadAll(sql.replaceAll(nowMark, () => now));
      return reader.getRows().map((cells) => rowOf(cells, query.columns));
    },
    close: () => connection.closeSync(),
  };
}

/** The rows of a table that a query sees: those in its window that have arrived. */
function seen(table: string, columns: readonly Column[], { from }: Moment): string {
  const rows = `SELECT ${columns.map(({ name }) => quoted(name))} FROM ${stored(table)}`;
  if (!columns.some(({ name }) => name === 'TimeGenerated')) return rows;
  return `${rows} WHERE TimeGenerated > ${from * 1000} AND TimeGenerated <= ${nowMark} AND ${arrival} <= ${nowMark}`;
}

async function insert(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column[],
  rows: readonly StoredRow[],
) {
  const names = new Set([...columns.map(({ name }) => name), 'ingestedAt']);
  const appender = await connection.createAppender(`stored ${table}`);
  for (const row of rows) {
    for (const name of Object.keys(row)) if (!names.has(name)) throw new Error(`${table} has no column ${name}`);
    for (const { name, type } of columns) append(appender, row[name], type);
    appender.appendBigInt(micros(row.ingestedAt ?? row.TimeGenerated ?? 0));
    appender.endRow();
  }
  appender.closeSync();
}

const micros = (ms: unknown): bigint => BigInt(Math.round(Number(ms) * 1000));

function append(to: DuckDBAppender, value: unknown, type: string) {
  // In Kusto a text is never null.
  if (value === undefined || value === null) {
    if (type === 'string') to.appendVarchar('');
    else to.appendNull();
  } else if (type === 'datetime') to.appendBigInt(micros(value));
  else if (type === 'dynamic') to.appendVarchar(JSON.stringify(value));
  else if (type === 'long' || type === 'int') to.appendBigInt(BigInt(Number(value)));
  else if (type === 'real') to.appendDouble(Number(value));
  else if (type === 'bool') to.appendBoolean(Boolean(value));
  else to.appendVarchar(String(value));
}

function rowOf(cells: readonly unknown[], columns: readonly Column[]): Row {
  const cell = (value: unknown, type: string): Cell => {
    if (value === null || value === undefined) return null;
    if (type === 'datetime') return new Date(Number(value) / 1000).toISOString();
    return typeof value === 'bigint' ? Number(value) : (value as Cell);
  };
  return Object.fromEntries(columns.map(({ name, type }, index) => [name, cell(cells[index], type)]));
}
