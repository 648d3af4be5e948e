// A person's row is either read as it was written, or not read at all.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Consent } from '../../../shared/consent/consent.ts';
import { nobodyYet } from '../../../shared/consent/person.ts';
import { type PersonRow, personKind } from '../../../shared/consent/person-document.ts';
import { documentVersion } from '../../../shared/storage/documents.ts';
import { consentAt, day, hour, idOf, named } from './consent-world.ts';

const now = Date.UTC(2026, 10, 23, 8);
const kind = personKind(365 * day, () => now);
const consent = (index: number, changes: Partial<Consent> = {}) => consentAt(now, { id: idOf(index), ...changes });
/** A row as it is stored. */
type Json = { [name: string]: Json } | Json[] | string | number | boolean | null;
const stored = (row: PersonRow): Json => JSON.parse(JSON.stringify({ v: documentVersion, ...row })) as Json;
const parse = (json: unknown) => kind.parse(json);

const row = {
  consents: [
    consent(1, {
      consentTokenAcceptedAt: now,
      migrated: true,
      doubt: { reason: 'refused', at: now, checkedIn: [named('checked')] },
    }),
    consent(2, {
      state: 'pending',
      question: {
        returnUrl: 'https://bank.example/',
        consentUrl: 'https://am.ui.altinn.no/x',
        stateHashes: [named('hash')],
      },
    }),
    consent(3, { state: 'ended' }),
  ],
  sessions: [{ session: named('session'), consentId: idOf(1), at: now + 1, until: now + hour }],
  requests: [now - 1, now],
  formerly: [named('former')],
} satisfies PersonRow;
const rows: Record<string, PersonRow> = {
  'a customer': row,
  'an unknown person': nobodyYet,
  'one on the way to another name': { ...row, movingTo: named('new') },
  'a signpost': { movedTo: named('new'), purgeAt: now },
};

describe('a stored row', () => {
  test.each(Object.keys(rows))('%s: it is read as it was written', (name) => {
    expect(parse(stored(rows[name] as PersonRow))).toEqual(JSON.parse(JSON.stringify(rows[name])));
  });

  const withFirst = (changes: object) => ({ ...row, consents: [{ ...row.consents[0], ...changes }] });
  const withSession = (changes: object) => ({ ...row, sessions: [{ ...row.sessions[0], ...changes }] });
  test.each<[string, unknown]>([
    ['a newer version', { ...row, v: 2 }],
    ['no version', { ...row, v: undefined }],
    ['a version as text', { ...row, v: '1' }],
    ['an unknown state', withFirst({ state: 'paused' })],
    ['a state in capitals', withFirst({ state: 'Accepted' })],
    ['the state of an older version, refused', withFirst({ state: 'refused' })],
    ['a date as text', withFirst({ validTo: '2027-11-23T06:00:00Z' })],
    ['a date that is none', withFirst({ validTo: null })],
    ['a date before 1970', withFirst({ validTo: -1 })],
    ['a date that no calendar has', withFirst({ validTo: 8_640_000_000_000_001 })],
    ['a date that no consent can have', withFirst({ validTo: Date.UTC(9999, 11, 31) })],
    ['a date so far ahead that the retention after it is none', withFirst({ changedAt: 8_640_000_000_000_000 })],
    ['a part of a millisecond', withFirst({ changedAt: now + 0.5 })],
    ['no validTo', withFirst({ validTo: undefined })],
    ['no resource', withFirst({ resourceId: undefined })],
    ['an id that is none', withFirst({ id: 'c-1' })],
    ['an unknown doubt', withFirst({ doubt: { reason: 'mood', at: now, checkedIn: [] } })],
    ['a doubt without its time', withFirst({ doubt: { reason: 'refused', checkedIn: [] } })],
    ['a property that this version does not know', withFirst({ paused: true })],
    ['an unknown property of the whole', { ...row, notes: [] }],
    ['no sessions', { ...row, sessions: undefined }],
    ['no requests', { ...row, requests: undefined }],
    ['a session that is no keyed name', withSession({ session: 'sid' })],
    ['a session without an end', withSession({ until: undefined })],
    ['two accepted consents', { ...row, consents: [consent(1), consent(2)] }],
    ['two open requests', { ...row, consents: [consent(1, { state: 'pending' }), consent(2, { state: 'pending' })] }],
    [
      'consents without end',
      { ...row, consents: Array.from({ length: 23 }, (_, index) => consent(index, { state: 'ended' })) },
    ],
    ['sessions without end', { ...row, sessions: Array.from({ length: 81 }, () => row.sessions[0]) }],
    ['a customer and a signpost at once', { ...row, movedTo: named('new'), purgeAt: now }],
    ['a signpost of no version', { v: 0, movedTo: named('new'), purgeAt: now }],
    ['a signpost to nowhere', { movedTo: 'new', purgeAt: now }],
    ['a signpost without its end', { movedTo: named('new') }],
  ])('%s: it is not read', (_what, changed) => {
    expect(parse({ v: 1, ...(changed as object) })).toBeUndefined();
  });

  test('no content of a row makes the reader throw', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }), (anything) => {
        const read = parse(anything);
        expect(read === undefined || typeof read === 'object').toBe(true);
      }),
    );
  });

  test('a damaged row is read as the same document or not at all', () => {
    /** Every place in the row, as the keys that lead to it. */
    const placesIn = (value: Json, path: string[] = []): string[][] => [
      path,
      ...(typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))
        : []),
    ];
    /** The row without one place, or with a value there that the place's own type can never have. */
    const damaged = (value: Json, [key, ...rest]: string[], instead: Json | undefined): Json | undefined => {
      if (key === undefined) return instead;
      const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, Json>;
      const inner = damaged(copy[key] as Json, rest, instead);
      if (inner === undefined) delete copy[key];
      else copy[key] = inner;
      return copy as Json;
    };
    const foreign = fc.constantFrom<Json | undefined>(
      undefined,
      null,
      true,
      0.5,
      -1,
      9e15,
      '',
      'x',
      ' ',
      {},
      { x: 1 },
      ['x'],
    );
    const cases = Object.values(rows).map((one) => stored(one));
    fc.assert(
      fc.property(fc.nat(), fc.nat(), foreign, (which, where, instead) => {
        const before = cases[which % cases.length] as Json;
        const places = placesIn(before);
        const after = damaged(before, places[where % places.length] ?? [], instead);
        const read = parse(after);
        // Optional members may be gone, and a free text may be another one. Then exactly that is read, and nothing more.
        // A signpost means the same in every version.
        const v = read !== undefined && 'movedTo' in read ? (after as { v: number }).v : 1;
        if (read !== undefined) expect({ v, ...read }).toEqual(after);
      }),
      { numRuns: 1000 },
    );
  });

  test('a signpost of a newer version is read, because it means the same in every version', () => {
    const newer = { v: 2, movedTo: named('new'), purgeAt: now, isNew: true };
    expect(parse(newer)).toEqual({ movedTo: named('new'), purgeAt: now });
  });
});

describe('when the sweep may delete a row', () => {
  test('the retention after the last consent; a signpost has a time of its own', () => {
    expect(kind.due(row)).toEqual({ purgeAt: now + 300 * day + 365 * day, eraseAt: undefined });
    // Of a row without content: at once, and not as one that is overdue since 1970.
    expect(kind.due(nobodyYet)).toMatchObject({ purgeAt: now });
    expect(kind.due({ movedTo: named('new'), purgeAt: now + 5 })).toEqual({ purgeAt: now + 5 });
  });

  test('at once, if the row remembers something to erase', () => {
    const ended = row.consents.map((one) => ({ ...one, state: 'ended' as const }));
    expect(kind.due({ ...row, consents: ended })).toMatchObject({ eraseAt: now });
  });
});
