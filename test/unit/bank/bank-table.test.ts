import { beforeEach, expect, test } from 'vitest';
import { tableOf } from '../../../shared/bank/bank-table.ts';
import { memoryTable } from '../support/memory-table.ts';
import { faultOf } from '../support/problems.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { numbers } from './example-banks.ts';

const [first, second] = numbers;
const none = undefined as never;
let table: ReturnType<typeof memoryTable>;
let telemetry: ReturnType<typeof recordedTelemetry>;
const of = (number: string) => tableOf(number, table, telemetry);
beforeEach(() => {
  table = memoryTable(new VirtualTime());
  telemetry = recordedTelemetry();
});
const row = (rowKey: string) => ({ partitionKey: 'p', rowKey, values: { doc: '{}' } });

test('every kind of write names the bank, and the bank reads it', async () => {
  const etag = await of(first).write([{ insert: row('a') }, { upsert: row('b') }], none);
  await of(first).write([{ replace: row('a'), etag: etag ?? '' }], none);
  expect([...table.rows.values()].map(({ values }) => values.bank)).toEqual([first, first]);
  expect((await of(first).read('p', 'a', none)).row?.values).toMatchObject({ doc: '{}' });
  expect(await of(first).readRange('p', { from: '', to: '~', limit: 9 }, none)).toHaveLength(2);
});

test('a row of another bank, or of none, is not read; the alert says so', async () => {
  await of(first).write([{ insert: row('a') }], none);
  await table.write([{ insert: row('b') }], none);
  const mismatch = 'consent-person-mismatch row-of-another-bank';
  expect(await faultOf(() => of(second).read('p', 'a', none))).toBe(mismatch);
  expect(await faultOf(() => of(first).read('p', 'b', none))).toBe(mismatch);
  expect(await faultOf(() => of(second).readRange('p', { from: '', to: '~', limit: 9 }, none))).toBe(mismatch);
  expect(telemetry.of('consent-mismatch')[0]).toMatchObject({ mismatch: 'row', rowKey: 'a' });
  expect(telemetry.counts().get('personMismatch where=row')).toBe(3);
  expect((await of(second).read('p', 'nothing', none)).row).toBeUndefined();
});
