// A table's rows as lines of text: all properties with their types, so that a row can be written back unchanged. This file does not
// know what a row means; any version of the program may have written it.

/** A property as the tables SDK returns it without type conversion. Strings and booleans come without a type. */
export type Property = string | boolean | number | { type: string; value: string };

/** A row: its keys and every other property. `etag` and `timestamp` are the service's and are left out. */
export type StoredRow = { partitionKey: string; rowKey: string; properties: Readonly<Record<string, Property>> };

/** A row as the SDK read it (`disableTypeConversion`). */
export function rowOf(entity: object): StoredRow {
  const { partitionKey, rowKey, etag: _etag, timestamp: _timestamp, ...rest } = entity as Record<string, unknown>;
  const properties: Record<string, Property> = {};
  // The service's own notes about the answer are no property of the row.
  for (const [name, value] of Object.entries(rest))
    if (!name.startsWith('odata') && value !== null && value !== undefined) properties[name] = propertyOf(value);
  return { partitionKey: bare(partitionKey), rowKey: bare(rowKey), properties };
}

/** A row as the SDK writes it, types kept. */
export function entityOf(row: StoredRow): { partitionKey: string; rowKey: string; [name: string]: unknown } {
  return { ...row.properties, partitionKey: row.partitionKey, rowKey: row.rowKey };
}

/** One line, without its end. */
export const lineOf = (row: StoredRow): string => JSON.stringify([row.partitionKey, row.rowKey, row.properties]);

/** Reads a line. Throws `RangeError` for one that {@link lineOf} did not write, without its text. */
export function rowFrom(line: string): StoredRow {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw new RangeError('A line of the export is no row.');
  }
  const [partitionKey, rowKey, properties] = Array.isArray(parsed) ? parsed : [];
  if (
    typeof partitionKey !== 'string' ||
    typeof rowKey !== 'string' ||
    typeof properties !== 'object' ||
    properties === null
  )
    throw new RangeError('A line of the export is no row.');
  return { partitionKey, rowKey, properties };
}

/** Text has no mark: it is what nearly every property is. */
function propertyOf(value: unknown): Property {
  const { type, value: text } = value as { type?: unknown; value?: unknown };
  return type === 'String' && typeof text === 'string' ? text : (value as Property);
}

const bare = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'value' in value ? String(value.value) : String(value);
