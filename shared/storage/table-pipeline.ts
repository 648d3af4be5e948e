import type { TableClient } from '@azure/data-tables';

/** Takes the SDK's log step out of a table client: switched on from outside, it would write URLs, and with them person keys. */
export function removeLogStep(pipeline: TableClient['pipeline']): void {
  pipeline.removePolicy({ name: 'logPolicy' });
}
