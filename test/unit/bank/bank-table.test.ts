import { beforeEach, expect, test } from 'vitest';
import { tableOf } from '../../../shared/bank/bank-table.ts';
import type { ConsentContext } from '../../../shared/consent/consent-context.ts';
import { createConsentIndex } from '../../../shared/consent/consent-index.ts';
import { actOn, oursAmong } from '../../../shared/consent/event-action.ts';
import { personKey } from '../../../shared/person/person-key.ts';
import type { Step } from '../../../shared/storage/tables.ts';
import { newSecret } from '../consent/consent-world.ts';
import { memoryTable } from '../support/memory-table.ts';
import { steinar } from '../support/people.ts';
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
const ifNew = (step: Step): Step => ({ ...step, etag: null });

test('every kind of write stores the bank in the row, and that bank can read it', async () => {
  const etag = await of(first).write([ifNew(row('a')), row('b')], none);
  await of(first).write([{ ...row('a'), etag: etag ?? '' }], none);
  expect([...table.rows.values()].map(({ values }) => values.bank)).toEqual([first, first]);
  expect((await of(first).read('p', 'a', none)).row?.values).toMatchObject({ doc: '{}' });
  expect(await of(first).readRange('p', { from: '', to: '~', limit: 9 }, none)).toHaveLength(2);
});

test('a row of another bank, or of no bank, is refused and alerted', async () => {
  await of(first).write([ifNew(row('a'))], none);
  await table.write([ifNew(row('b'))], none);
  const mismatch = 'consent-person-mismatch row-of-another-bank';
  expect(await faultOf(() => of(second).read('p', 'a', none))).toBe(mismatch);
  expect(await faultOf(() => of(first).read('p', 'b', none))).toBe(mismatch);
  expect(await faultOf(() => of(second).readRange('p', { from: '', to: '~', limit: 9 }, none))).toBe(mismatch);
  expect(telemetry.of('consent-mismatch')[0]).toMatchObject({ mismatch: 'row', rowKey: 'a' });
  expect(telemetry.counts().get('personMismatch where=row')).toBe(3);
  expect((await of(second).read('p', 'nothing', none)).row).toBeUndefined();
});

test("a callback's state of a bank that has left is as an unknown one: it leads nowhere, and no alert is raised", async () => {
  const target = { personKey: personKey(newSecret, steinar), consentId: 'c', returnUrl: '', expiresAt: 1e12 };
  await createConsentIndex(of(second)).rememberState('hash', target, none);
  expect(await createConsentIndex(of(first)).stateTarget('hash', none)).toBeUndefined();
  expect(await createConsentIndex(of(second)).stateTarget('hash', none)).toMatchObject({ consentId: 'c' });
  expect([telemetry.of('consent-mismatch'), [...telemetry.counts()]]).toEqual([[], []]);
});

test("an event in one bank's feed that names another bank's consent changes nothing; the bank's own events are still found", async () => {
  const id = '2f3cb9a0-7d0a-4b8e-9e4f-5d9f8d3a6c11';
  const own = '2f3cb9a0-7d0a-4b8e-9e4f-5d9f8d3a6c12';
  const indexOf = (number: string) => createConsentIndex(of(number));
  const person = personKey(newSecret, steinar);
  await indexOf(second).rememberConsent(id, person, 1e12, none);
  await indexOf(first).rememberConsent(own, person, 1e12, none);
  const before = JSON.stringify([...table.rows]);
  const isAsked = () => expect.unreachable('nothing is asked about it');
  const people = new Proxy({}, { get: () => isAsked }) as never;
  const context = { people, index: indexOf(first), time: new VirtualTime() } as unknown as ConsentContext;
  const events = [id, own].map((consentId) => ({ consentId, type: 'revoked' })) as never;
  expect(await oursAmong(context, events, () => none)).toMatchObject([{ consentId: own }]);
  expect(await faultOf(() => actOn(context, { consentId: id, type: 'revoked' } as never, none))).toBe(
    'consent-person-mismatch row-of-another-bank',
  );
  expect(JSON.stringify([...table.rows])).toBe(before);
  expect(telemetry.of('consent-mismatch')).toHaveLength(2);
});
