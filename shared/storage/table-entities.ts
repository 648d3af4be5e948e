import type { TransactionAction } from '@azure/data-tables';
import type { Row, Step, Values } from './tables.ts';

/** The row of a step as the SDK writes it. `writeId` shows later whose write it was. */
export function entityOf({ partitionKey, rowKey, values }: Step, writeId: string) {
  return { partitionKey, rowKey, writeId, ...values };
}

/** A step of a transaction as the SDK takes it. */
export function toAction(step: Step, writeId: string): TransactionAction {
  const entity = entityOf(step, writeId);
  if (step.etag === null) return ['create', entity];
  return step.etag === undefined ? ['upsert', entity, 'Replace'] : ['update', entity, 'Replace', { etag: step.etag }];
}

/** A row as the SDK read it. A value that is neither a text nor a boolean is not ours and is left out. */
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
