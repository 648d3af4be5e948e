// The customer's log: what a change adds to it, and its pages. `?before=<at>` leads through every entry, also when many entries have the
// same millisecond.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Consent, ConsentState } from '../../../shared/consent/consent.ts';
import { createConsentLog, entriesOf, type LogEntry, type ShownEntry } from '../../../shared/consent/consent-log.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import type { Step } from '../../../shared/storage/tables.ts';
import { anyKey } from '../support/any-key.ts';
import { memoryTable } from '../support/memory-table.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { consentAt, day, retentionMs } from './consent-world.ts';

/** A log. `write` stores the entries of one change. */
function setUp() {
  const time = new VirtualTime();
  const table = memoryTable(time);
  let drawn = 0;
  // Random in the program. The order within a millisecond must not depend on it.
  const random = () => ((drawn++ * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, '0');
  const log = createConsentLog(table, { retentionMs, random });
  const far = Deadline.after(time, 1e12);
  const write = (name: string, ...entries: LogEntry[]) => {
    const tag = log.newTag();
    return table.write(
      entries.map((entry, index) => log.step(anyKey(name), entry, index, tag)) as [Step, ...Step[]],
      far,
    );
  };
  return { time, table, log, far, write };
}

/**
 * A log with the given number of entries at each instant (milliseconds since 1970, oldest first), and its pages as a bank's page would
 * fetch them.
 */
async function walk(at: readonly { at: number; count: number }[], names: readonly string[] = ['p']) {
  const { log, far, write } = setUp();
  let written = 0;
  for (const { at: instant, count } of at)
    for (let index = 0; index < count; index++) {
      const name = names[written++ % names.length] ?? '';
      await write(name, { at: instant, event: 'saldo-fetched', consentValidTo: instant + index });
    }
  const pages: ShownEntry[][] = [];
  let before: number | undefined;
  for (;;) {
    const page = await log.page(names.map(anyKey), before, far);
    if (page.length === 0) return pages;
    pages.push(page);
    before = Date.parse(page.at(-1)?.at ?? '');
  }
}

const start = Date.UTC(2026, 10, 23, 8);
const all = (entries: readonly { at: number; count: number }[]) => entries.reduce((sum, { count }) => sum + count, 0);

describe('the pages of a log', () => {
  test.each([
    ['exactly a page', [{ at: start, count: 1 }], 99, [100]],
    ['one more than a page', [{ at: start, count: 1 }], 100, [100, 1]],
    ['two pages and a half', [{ at: start, count: 1 }], 249, [100, 100, 50]],
    ['three of one millisecond across the border', [{ at: start, count: 3 }], 98, [98, 3]],
    ['three of one millisecond just before it', [{ at: start, count: 3 }], 97, [100]],
    ['none', [], 0, []],
  ])('%s', async (_what, oldest, later, sizes) => {
    const entries = [...oldest, ...Array.from({ length: later }, (_, index) => ({ at: start + 1 + index, count: 1 }))];
    expect((await walk(entries)).map((page) => page.length)).toEqual(sizes);
    // The same customer under two names, as after a rotation.
    expect((await walk(entries, ['p', 'q'])).map((page) => page.length)).toEqual(sizes);
  });

  test('lead through every entry once, newest first, at most a hundred at a time, whatever name it was written under', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ gap: fc.nat(3), count: fc.integer({ min: 1, max: 30 }) }), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.integer({ min: 1, max: 3 }),
        async (clusters, names) => {
          let instant = start;
          const entries = clusters.map(({ gap, count }) => {
            instant += 1 + gap;
            return { at: instant, count };
          });
          const pages = await walk(entries, ['p', 'q', 'r'].slice(0, names));
          for (const page of pages) expect(page.length).toBeLessThanOrEqual(100);
          const shown = pages.flat();
          expect(shown).toHaveLength(all(entries));
          expect(new Set(shown.map(({ at, consentValidTo }) => `${at} ${consentValidTo}`)).size).toBe(all(entries));
          const instants = shown.map(({ at }) => Date.parse(at));
          expect(instants).toEqual([...instants].sort((a, b) => b - a));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a date before 1970 comes before everything, and one far ahead comes after it', async () => {
    const { log, far, write } = setUp();
    await write('p', { at: start, event: 'saldo-fetched' });
    for (const before of [-1, -8_640_000_000_000_000, 0])
      expect(await log.page([anyKey('p')], before, far)).toEqual([]);
    for (const before of [start + 1, 8_640_000_000_000_000])
      expect(await log.page([anyKey('p')], before, far)).toHaveLength(1);
    expect(await log.page([anyKey('p')], start, far)).toEqual([]);
  });

  test('several entries of one change keep their order', async () => {
    const { log, far, write } = setUp();
    const events = ['consent-requested', 'consent-accepted', 'saldo-fetched'] as const;
    await write('p', ...events.map((event) => ({ at: start, event })));
    expect((await log.page([anyKey('p')], undefined, far)).map(({ event }) => event)).toEqual([...events].reverse());
  });

  test('an entry that cannot be read, or whose date is invalid, is left out', async () => {
    const { table, log, far, write } = setUp();
    for (let index = 0; index < 4; index++)
      await write('p', { at: start + index, event: 'saldo-fetched', consentValidTo: start + day });
    const keys = [...table.rows.values()].map(({ rowKey }) => rowKey).sort();
    const damage = (index: number, values: Record<string, string>) =>
      table.corrupt({ partitionKey: 'p', rowKey: keys[index] ?? '' }, values);
    damage(0, { event: 'consent-paused' });
    damage(1, { at: 'yesterday' });
    damage(2, { consentValidTo: 'later' });
    expect(await log.page([anyKey('p')], undefined, far)).toEqual([
      { at: new Date(start + 1).toISOString(), event: 'saldo-fetched' },
      {
        at: new Date(start).toISOString(),
        event: 'saldo-fetched',
        consentValidTo: new Date(start + day).toISOString(),
      },
    ]);
  });

  test('entries of another version hide no older ones, even if they fill pages, under either name', async () => {
    const { table, log, far, write } = setUp();
    for (let index = 0; index < 103; index++) await write('old', { at: start + index, event: 'saldo-fetched' });
    await write('new', { at: start + 50, event: 'consent-ended' });
    for (let index = 0; index < 250; index++) await write('new', { at: start + 1000 + index, event: 'not-a-customer' });
    for (const { rowKey, values } of [...table.rows.values()])
      if (values.event === 'not-a-customer')
        table.corrupt({ partitionKey: 'new', rowKey }, { event: 'consent-paused' });
    const names = ['new', 'old'].map(anyKey);
    const first = await log.page(names, undefined, far);
    expect(first.map(({ at }) => Date.parse(at) - start)).toEqual(
      // The hundredth has an instant of its own, so the page is full.
      [...Array(52).keys()]
        .map((index) => 102 - index)
        .concat(
          50,
          [...Array(47).keys()].map((index) => 50 - index),
        ),
    );
    const second = await log.page(names, Date.parse(first.at(-1)?.at ?? ''), far);
    expect(second.map(({ at }) => Date.parse(at) - start)).toEqual([3, 2, 1, 0]);
  });

  test('an entry is swept when its retention is over', async () => {
    const { table, write } = setUp();
    await write('p', { at: start, event: 'saldo-fetched' });
    expect([...table.rows.values()].map(({ values }) => values.purgeAt)).toEqual([
      new Date(start + retentionMs).toISOString(),
    ]);
  });
});

describe('what a change adds to the log', () => {
  const now = start + 1;
  const question = { returnUrl: 'https://bank.example/', stateHashes: [] };
  const asked = { ...question, consentUrl: 'https://am.ui.altinn.no/x' };
  const consent = (state: ConsentState, changes: Partial<Consent> = {}) => consentAt(start, { state, ...changes });
  const events = (before: readonly Consent[], after: readonly Consent[]) =>
    entriesOf(before, after, now).map(({ event }) => event);

  test('a request is logged as asked once, when its link exists', () => {
    const sent = consent('pending', { question });
    const linked = consent('pending', { question: asked });
    expect(events([], [sent])).toEqual([]);
    expect(events([sent], [linked])).toEqual(['consent-requested']);
    expect(events([linked], [linked])).toEqual([]);
    expect(entriesOf([sent], [linked], now)).toEqual([
      { at: now, event: 'consent-requested', consentValidTo: sent.validTo },
    ]);
  });

  test.each([
    ['pending', 'accepted', ['consent-accepted']],
    ['abandoned', 'accepted', ['consent-accepted']],
    ['pending', 'rejected', ['consent-rejected']],
    ['accepted', 'revoked', ['consent-revoked']],
    ['accepted', 'ended', ['consent-ended']],
    ['pending', 'ended', ['consent-ended']],
    ['abandoned', 'ended', []],
    ['accepted', 'expired', []],
    ['accepted', 'superseded', []],
    ['pending', 'abandoned', []],
    ['accepted', 'accepted', []],
  ] as const)('%s → %s: %j', (from, to, expected) => {
    expect(events([consent(from)], [consent(to)])).toEqual(expected);
  });

  test('an import is not logged as an answer of the customer, but its end is logged', () => {
    const imported = consent('accepted', { migrated: true });
    expect(events([], [imported])).toEqual([]);
    expect(events([imported], [{ ...imported, state: 'ended' }])).toEqual(['consent-ended']);
  });
});
