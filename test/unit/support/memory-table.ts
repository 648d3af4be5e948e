// The table port in memory, with its ETags. Two writers can meet at one exact point, any call can fail before or after it took effect, and
// any row can be damaged.

import type { Time } from '../../../shared/resilience/time.ts';
import { unavailable } from '../../../shared/resilience/upstream-problems.ts';
import type { Row, Step, Table, Values } from '../../../shared/storage/tables.ts';

type Keys = { partitionKey: string; rowKey: string };
/** What a hook receives: the kind of a write of one step; a write of several steps is a `transaction`. */
export type Operation = 'read' | 'readRange' | 'insert' | 'replace' | 'upsert' | 'transaction' | 'remove' | 'duePage';
type Hook = (operation: Operation, partitionKey: string) => Promise<void>;

const keyOf = ({ partitionKey, rowKey }: Keys) => `${partitionKey}|${rowKey}`;
const inOrder = (rows: Iterable<Row>) => [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

/**
 * A table. `hooks.before` runs before every operation. It may wait, do what another instance would do, or throw; then nothing happens.
 * `hooks.after` runs after the operation took effect. If it throws, the answer is lost.
 */
export function memoryTable(time: Pick<Time, 'now'>, { rowsScannedPerPage = 1000 } = {}) {
  const rows = new Map<string, Row>();
  let version = 0;
  const hooks: { before: Hook; after: Hook } = { before: async () => {}, after: async () => {} };
  const troubles: { at: number; when: 'before' | 'after' }[] = [];
  let calls = 0;

  async function run<T>(operation: Operation, partitionKey: string, work: () => T): Promise<T> {
    calls += 1;
    const index = troubles.findIndex(({ at }) => at === calls);
    const trouble = index < 0 ? undefined : troubles.splice(index, 1)[0]?.when;
    await hooks.before(operation, partitionKey);
    if (trouble === 'before') throw unavailable('tables', 'injected-before', 0);
    const result = work();
    if (trouble === 'after') throw unavailable('tables', 'injected-after', 0);
    await hooks.after(operation, partitionKey);
    return result;
  }
  const put = ({ partitionKey, rowKey, values }: Step): string => {
    version += 1;
    const row = { partitionKey, rowKey };
    rows.set(keyOf(row), { ...row, values: { ...values }, etag: `"${version}"`, writtenAt: time.now() });
    return `"${version}"`;
  };
  const copyOf = (row: Row | undefined) => row && { ...row, values: { ...row.values } };
  const passes = (step: Step): boolean => {
    if (step.etag === null) return !rows.has(keyOf(step));
    return step.etag === undefined || rows.get(keyOf(step))?.etag === step.etag;
  };

  const table: Table = {
    read: (partitionKey, rowKey) =>
      run('read', partitionKey, () => ({
        row: copyOf(rows.get(keyOf({ partitionKey, rowKey }))),
        serviceNow: time.now(),
      })),
    readRange: (partitionKey, { from, to, limit }) =>
      run('readRange', partitionKey, () =>
        inOrder(rows.values())
          .filter((row) => row.partitionKey === partitionKey && row.rowKey >= from && row.rowKey < to)
          .slice(0, limit)
          .map((row) => copyOf(row) as Row),
      ),
    async write(steps) {
      const [first] = steps;
      const { partitionKey } = first;
      // As in the service: one partition, each row once, at most a hundred steps.
      const keys = new Set(steps.map((step) => keyOf(step)));
      if (steps.some((step) => step.partitionKey !== partitionKey) || keys.size < steps.length || keys.size > 100)
        throw new Error('not a transaction that the Table service takes');
      const kind = first.etag === null ? 'insert' : first.etag === undefined ? 'upsert' : 'replace';
      return run(steps.length > 1 ? 'transaction' : kind, partitionKey, () =>
        steps.every(passes) ? steps.map((step) => put(step))[0] : undefined,
      );
    },
    remove: (partitionKey, rowKey, etag) =>
      run('remove', partitionKey, () => {
        const key = keyOf({ partitionKey, rowKey });
        const found = rows.get(key);
        if (found !== undefined && found.etag !== etag) return false;
        rows.delete(key);
        return true;
      }),
    duePage: (before, position, _deadline) =>
      run('duePage', '', () => {
        if (position !== undefined && !position.startsWith('after ')) return undefined;
        const rest = inOrder(rows.values()).filter((row) => position === undefined || `after ${keyOf(row)}` > position);
        const scanned = rest.slice(0, rowsScannedPerPage);
        const last = scanned.at(-1);
        const isBefore = (at: Values[string] | undefined) => typeof at === 'string' && at < before.toISOString();
        return {
          rows: scanned
            .filter(({ values }) => isBefore(values.purgeAt) || isBefore(values.eraseAt))
            .map((row) => copyOf(row) as Row),
          next: last !== undefined && rest.length > scanned.length ? `after ${keyOf(last)}` : undefined,
        };
      }),
  };

  return Object.assign(table, {
    rows,
    hooks,
    /** How many operations were called. */
    calls: () => calls,
    /** Lets the `nth` operation from now fail with `upstream-unavailable`, before it takes effect or after (a lost answer). */
    trouble: (when: 'before' | 'after', nth = 1) => void troubles.push({ at: calls + nth, when }),
    /** Damages an existing row: sets these values without checking the ETag. The row gets another ETag. */
    corrupt(keys: Keys, values: Values) {
      const row = rows.get(keyOf(keys));
      if (row === undefined) throw new Error(`no row ${keyOf(keys)}`);
      put({ ...keys, values: { ...row.values, ...values } });
    },
  });
}
