// A restored row is not proof of consent: the customer may have withdrawn the consent after the export.
import { expect, test } from 'vitest';
import { asRestored } from '../../shared/backup/as-restored.ts';
import { lineOf, rowFrom, type StoredRow } from '../../shared/backup/row-lines.ts';
import { personKind } from '../../shared/consent/person-document.ts';

const now = Date.UTC(2026, 10, 29);
const day = 86_400_000;
const consent = (id: number, state: string, more: object = {}) => ({
  id: `00000000-0000-4000-8000-00000000000${id}`,
  state,
  createdAt: now - 9 * day,
  changedAt: now - 8 * day,
  validTo: now + 300 * day,
  resourceId: 'slk',
  ...more,
});
const rowWith = (document: object): StoredRow => ({
  partitionKey: 'p',
  rowKey: 'person',
  properties: { doc: JSON.stringify(document), purgeAt: '2027-11-29T00:00:00.000Z' },
});
const person = (consents: object[]) => ({ v: 1, consents, sessions: [], requests: [now - 9 * day], formerly: [] });
const documentOf = (row: StoredRow) => JSON.parse(String(row.properties.doc));

test('an accepted consent is restored as a doubt; everything else stays as it was', () => {
  const before = person([
    consent(1, 'revoked'),
    consent(2, 'accepted', { consentTokenAcceptedAt: now - day }),
    consent(3, 'superseded'),
  ]);
  const restored = asRestored(rowWith(before), now);
  const doubt = { reason: 'restored', at: now, checkedIn: [] };
  expect(documentOf(restored)).toEqual({
    ...before,
    consents: [before.consents[0], { ...before.consents[1], doubt }, before.consents[2]],
  });
  expect(restored.properties.purgeAt).toBe('2027-11-29T00:00:00.000Z');
  // The program itself can read the row.
  expect(personKind(day, () => now).parse(documentOf(restored))).toMatchObject({ consents: [{}, { doubt }, {}] });
});

test('a doubt from before the loss is replaced, because its check is older than the restore', () => {
  const doubt = { reason: 'absent', at: now - day, checkedIn: [] };
  const restored = asRestored(rowWith(person([consent(1, 'accepted', { doubt })])), now);
  expect(documentOf(restored).consents[0].doubt).toEqual({ reason: 'restored', at: now, checkedIn: [] });
});

test.each([
  ['a row of a newer version', rowWith({ ...person([consent(1, 'accepted')]), v: 2 })],
  ['a damaged row', { partitionKey: 'p', rowKey: 'person', properties: { doc: '{' } }],
  ['a signpost', rowWith({ v: 1, movedTo: 'x'.repeat(43), purgeAt: now })],
  ['a row of the log', { partitionKey: 'p', rowKey: 'log-1', properties: { event: 'accepted' } }],
  [
    'the row that names the bank',
    { partitionKey: 'bank', rowKey: 'bank', properties: { organisationNumber: '974760673' } },
  ],
] satisfies [string, StoredRow][])('%s comes back as it was', (_, row) => {
  expect(asRestored(row, now)).toEqual(row);
});

test('a line that is not a row is refused, and the message does not repeat its text', () => {
  for (const line of ['', '{', '[]', '["p"]', '["p","r"]', '["p","r",null]', '"secret"'])
    expect(() => rowFrom(line)).toThrow(/^A line of the export is no row\.$/);
  const row = rowWith(person([]));
  expect(rowFrom(lineOf(row))).toEqual(row);
});
