import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../local/host/ncrontab.ts';

const next = (expression: string, after: string) => {
  const at = parseSchedule(expression).nextAfter(Date.parse(after));
  return at === undefined ? undefined : new Date(at).toISOString();
};

describe('NCRONTAB', () => {
  it.each([
    ['*/5 * * * * *', '2026-11-23T08:15:02.114Z', '2026-11-23T08:15:05.000Z'],
    ['*/5 * * * * *', '2026-11-23T08:15:05.000Z', '2026-11-23T08:15:10.000Z'],
    ['0 */5 * * * *', '2026-11-23T23:58:00Z', '2026-11-24T00:00:00.000Z'],
    ['*/5 * * * *', '2026-12-31T23:58:00Z', '2027-01-01T00:00:00.000Z'],
    ['0 * * * * *', '2026-11-23T08:15:00Z', '2026-11-23T08:16:00.000Z'],
    ['0 0 9-17 * * MON-FRI', '2026-11-27T17:00:00Z', '2026-11-30T09:00:00.000Z'],
    ['0 30 9 1,15 * *', '2026-11-15T09:30:00Z', '2026-12-01T09:30:00.000Z'],
    ['0 0 0 1 Jan *', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['0 0 0 1 january,Jul *', '2026-01-01T00:00:00Z', '2026-07-01T00:00:00.000Z'],
    ['0 0 0 31 * *', '2026-11-01T00:00:00Z', '2026-12-31T00:00:00.000Z'],
    ['0 0 0 29 2 *', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0 0 0 29 2 *', '2096-03-01T00:00:00Z', '2104-02-29T00:00:00.000Z'],
    // A day must match both its fields: Friday the 13th.
    ['0 0 0 13 * 5', '2026-11-13T00:00:00Z', '2027-08-13T00:00:00.000Z'],
    ['5/20 0 0 * * *', '2026-11-23T00:00:05Z', '2026-11-23T00:00:25.000Z'],
    ['0 0 22-2 * * *', '2026-11-23T02:30:00Z', '2026-11-23T03:00:00.000Z'],
  ])('%s after %s is due at %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  it('is never due on a day that does not exist', () => {
    expect(next('0 0 0 30 2 *', '2026-01-01T00:00:00Z')).toBeUndefined();
  });

  it.each([
    '',
    '* * * *',
    '* * * * * * *',
    '60 * * * * *',
    '* 60 * * * *',
    '* * 24 * * *',
    '* * * 0 * *',
    '* * * 32 * *',
    '* * * * 13 *',
    '* * * * * 7',
    '*/0 * * * * *',
    '*/x * * * * *',
    '1- * * * * *',
    '-1 * * * * *',
    '1,,2 * * * * *',
    '* * * * Foo *',
    'Mon * * * * *',
    '00:05:00',
    '%SETTING%',
    '? * * * * *',
    '1.5 * * * * *',
  ])('refuses "%s"', (expression) => {
    expect(() => parseSchedule(expression)).toThrow(RangeError);
  });

  it('is due at the first whole second after the given time that every field matches', () => {
    const list = (min: number, max: number) =>
      fc.oneof(
        fc.constant({ text: '*', holds: () => true }),
        fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 }).map((values) => ({
          text: values.join(','),
          holds: (value: number) => values.includes(value),
        })),
      );
    const start = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2030-01-01') });
    fc.assert(
      fc.property(list(0, 59), list(0, 59), list(0, 23), list(0, 6), start, (second, minute, hour, weekday, at) => {
        const found = parseSchedule(`${second.text} ${minute.text} ${hour.text} * * ${weekday.text}`).nextAfter(at);
        const holds = (time: Date) =>
          second.holds(time.getUTCSeconds()) &&
          minute.holds(time.getUTCMinutes()) &&
          hour.holds(time.getUTCHours()) &&
          weekday.holds(time.getUTCDay());
        expect(found).toBeGreaterThan(at);
        expect((found ?? 1) % 1000).toBe(0);
        expect(holds(new Date(found ?? 0))).toBe(true);
        // No earlier second matches; the search goes back as far as an hour.
        const from = Math.max(Math.floor(at / 1000) + 1, (found ?? 0) / 1000 - 3600);
        for (let before = from; before < (found ?? 0) / 1000; before += 1) {
          if (holds(new Date(before * 1000)))
            throw new Error(`${new Date(before * 1000).toISOString()} was passed over`);
        }
      }),
      { numRuns: 60 },
    );
  });
});
