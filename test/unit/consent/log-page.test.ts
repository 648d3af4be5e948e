// The customer's log, page by page: `?before=<at>` leads through all of it, whatever stands in one and the same millisecond.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../../shared/consent/consent-log.ts';
import { createConsentStore } from '../../../shared/consent/consent-store.ts';
import { readLogPage } from '../../../shared/consent/log-page.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { memoryTable } from '../support/memory-table.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const day = 86_400_000;

/** A log with so many entries at each instant (milliseconds since 1970, oldest first), and its pages as a page would fetch them. */
async function walk(at: readonly { at: number; count: number }[]) {
  const time = new VirtualTime();
  let drawn = 0;
  // Drawn at random in the program; the order within a millisecond must not hang on it.
  const random = () => ((drawn++ * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, '0');
  const store = createConsentStore(memoryTable(time), { retentionMs: 365 * day, acceptMigrated: false, random });
  const far = Deadline.after(time, 1e12);
  for (const { at: instant, count } of at)
    for (let index = 0; index < count; index++) {
      const entry: LogEntry = { at: instant, event: 'saldo-fetched', consentValidTo: instant + index };
      expect(await store.save(await store.load('p', far), [], [entry], far)).toBe(true);
    }
  const pages: Awaited<ReturnType<typeof readLogPage>>[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await readLogPage(store, 'p', before, far);
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
  });

  test('lead through every entry once, newest first, at most a hundred at a time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ gap: fc.nat(3), count: fc.integer({ min: 1, max: 30 }) }), {
          minLength: 1,
          maxLength: 40,
        }),
        async (clusters) => {
          let instant = start;
          const entries = clusters.map(({ gap, count }) => {
            instant += 1 + gap;
            return { at: instant, count };
          });
          const pages = await walk(entries);
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
});
