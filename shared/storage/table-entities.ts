import type { TransactionAction } from '@azure/data-tables';
import type { NewRow, Row, Step, Values } from './tables.ts';

/** A row as the SDK writes it. `writeId` tells later whose write it was. */
export function toEntity(row: NewRow, writeId: string): Values & { partitionKey: string; rowKey: string } {
  return { partitionKey: row.partitionKey, rowKey: row.rowKey, writeId, ...row.values };
}

/** A step as the SDK writes it. */
export function toAction(step: Step, writeId: string): TransactionAction {
  if ('insert' in step) return ['create', toEntity(step.insert, writeId)];
  if ('replace' in step) return ['update', toEntity(step.replace, writeId), 'Replace', { etag: step.etag }];
  if ('upsert' in step) return ['upsert', toEntity(step.upsert, writeId), 'Replace'];
  return ['delete', step.remove];
}

/** The row that a step writes; a removal writes none. */
export function writtenBy(step: Step): NewRow | undefined {
  if ('insert' in step) return step.insert;
  if ('replace' in step) return step.replace;
  return 'upsert' in step ? step.upsert : undefined;
}

/** A row as the SDK read it. What is neither text nor a truth value is not ours and is left out. */
export function toRow(entity: object): Row {
  const { partitionKey, rowKey, etag, timestamp, ...rest } = entity as Record<string, unknown>;
  const values: Values = {};
  for (const [name, value] of Object.entries(rest))
    if (typeof value === 'string' || typeof value === 'boolean') values[name] = value;
  return {
    partitionKey: String(partitionKey),
    rowKey: String(rowKey),
    etag: String(etag),
    writtenAt: Date.parse(String(timestamp)),
    values,
  };
}
