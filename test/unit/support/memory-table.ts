// The table port in memory, with its guards, so that two writers can be made to meet at one exact point.
import type { Time } from '../../../shared/resilience/time.ts';
import type { NewRow, Row, Step, Table } from '../../../shared/storage/tables.ts';

/** A table; `before` is called ahead of every operation and may wait, or do what another instance would do. */
export function memoryTable(time: Pick<Time, 'now'>) {
  const rows = new Map<string, Row>();
  let version = 0;
  const hooks = { before: async (_operation: string, _partitionKey: string): Promise<void> => {} };
  const keyOf = (row: { partitionKey: string; rowKey: string }) => `${row.partitionKey}|${row.rowKey}`;
  const put = (row: NewRow): string => {
    version += 1;
    rows.set(keyOf(row), { ...row, values: { ...row.values }, etag: `"${version}"`, writtenAt: time.now() });
    return `"${version}"`;
  };
  const passes = (step: Step): boolean => {
    if ('insert' in step) return !rows.has(keyOf(step.insert));
    if ('replace' in step) return rows.get(keyOf(step.replace))?.etag === step.etag;
    return true;
  };
  const table: Table = {
    async read(partitionKey, rowKey) {
      await hooks.before('read', partitionKey);
      return { row: rows.get(keyOf({ partitionKey, rowKey })), serviceNow: time.now() };
    },
    async readPartition(partitionKey, prefix) {
      await hooks.before('readPartition', partitionKey);
      return [...rows.values()].filter((row) => row.partitionKey === partitionKey && row.rowKey.startsWith(prefix));
    },
    async readRange(partitionKey, { from, to, limit }) {
      await hooks.before('readRange', partitionKey);
      return [...rows.values()]
        .filter((row) => row.partitionKey === partitionKey && row.rowKey >= from && row.rowKey < to)
        .sort((a, b) => (a.rowKey < b.rowKey ? -1 : 1))
        .slice(0, limit);
    },
    async insert(row) {
      await hooks.before('insert', row.partitionKey);
      return rows.has(keyOf(row)) ? undefined : put(row);
    },
    async replace(row, etag) {
      await hooks.before('replace', row.partitionKey);
      return rows.get(keyOf(row))?.etag === etag ? put(row) : undefined;
    },
    async upsert(row) {
      await hooks.before('upsert', row.partitionKey);
      put(row);
    },
    async remove(partitionKey, rowKey, etag) {
      await hooks.before('remove', partitionKey);
      const found = rows.get(keyOf({ partitionKey, rowKey }));
      if (found !== undefined && found.etag !== etag) return false;
      rows.delete(keyOf({ partitionKey, rowKey }));
      return true;
    },
    async batch(steps) {
      await hooks.before('batch', '');
      if (!steps.every(passes)) return false;
      for (const step of steps) {
        if ('remove' in step) rows.delete(keyOf(step.remove));
        else put('insert' in step ? step.insert : 'replace' in step ? step.replace : step.upsert);
      }
      return true;
    },
    async *expired(before) {
      for (const row of [...rows.values()]) if (String(row.values.purgeAt) < before.toISOString()) yield row;
    },
  };
  return Object.assign(table, { rows, hooks });
}
