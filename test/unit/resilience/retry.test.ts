import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, type RetryState, retryRules } from '../../../shared/resilience/retry.ts';
import { parseRetryAfter } from '../../../shared/resilience/retry-after.ts';

const base: RetryState = {
  rule: 'yes',
  outcome: 'connection',
  attempts: 1,
  maxAttempts: 3,
  remainingMs: 10_000,
  minTryMs: 50,
  retryAfterMs: undefined,
  backoff: { baseMs: 200, capMs: 2000 },
  budgetAllows: true,
  breakerAllows: true,
  random: 0.5,
};

const anyState: fc.Arbitrary<RetryState> = fc.record({
  rule: fc.constantFrom('yes', 'once', 'no'),
  outcome: fc.constantFrom('connection', 'timeout', 'throttled', 'server-error', 'gateway-error', 'final'),
  attempts: fc.integer({ min: 1, max: 8 }),
  maxAttempts: fc.integer({ min: 1, max: 8 }),
  remainingMs: fc.integer({ min: 0, max: 60_000 }),
  minTryMs: fc.integer({ min: 0, max: 500 }),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 90_000 }), { nil: undefined }),
  backoff: fc.record({ baseMs: fc.integer({ min: 1, max: 1000 }), capMs: fc.integer({ min: 1, max: 5000 }) }),
  budgetAllows: fc.boolean(),
  breakerAllows: fc.boolean(),
  random: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
});

describe('the decision to retry', () => {
  test('holds for every state: attempts, deadline, floor and jitter', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const decision = decide(state);
        if (!decision.retry) return;
        expect(state.rule).not.toBe('no');
        expect(state.budgetAllows && state.breakerAllows).toBe(true);
        expect(state.attempts).toBeLessThan(state.maxAttempts);
        if (state.rule === 'once') expect(state.attempts).toBe(1);
        expect(decision.delayMs + state.minTryMs).toBeLessThanOrEqual(state.remainingMs);
        if (state.retryAfterMs === undefined) {
          expect(state.outcome).not.toBe('throttled');
          const most = Math.min(state.backoff.capMs, state.backoff.baseMs * 2 ** (state.attempts - 1));
          expect(decision.delayMs).toBeGreaterThanOrEqual(0);
          expect(decision.delayMs).toBeLessThanOrEqual(most);
        } else {
          expect(decision.delayMs).toBeGreaterThanOrEqual(state.retryAfterMs);
          expect(decision.delayMs).toBeLessThanOrEqual(state.retryAfterMs * 1.2);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('refuses only with a reason that is true', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const decision = decide(state);
        if (decision.retry || decision.reason === 'deadline') return;
        if (decision.reason === 'attempts')
          expect(state.attempts >= state.maxAttempts || (state.rule === 'once' && state.attempts >= 2)).toBe(true);
        else if (decision.reason === 'breaker') expect(state.breakerAllows).toBe(false);
        else if (decision.reason === 'budget') expect(state.budgetAllows).toBe(false);
        else
          expect(state.rule === 'no' || (state.outcome === 'throttled' && state.retryAfterMs === undefined)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('doubles the full jitter up to the maximum', () => {
    const delays = [1, 2, 3, 4, 5, 6].map((attempts) => decide({ ...base, attempts, maxAttempts: 9, random: 1 }));
    expect(delays.map((one) => one.retry && one.delayMs)).toEqual([200, 400, 800, 1600, 2000, 2000]);
    expect(decide({ ...base, random: 0 })).toEqual({ retry: true, delayMs: 0 });
  });

  test('does not shorten a delay that does not fit', () => {
    const asked = { ...base, outcome: 'throttled' as const, retryAfterMs: 5000, random: 0 };
    expect(decide({ ...asked, remainingMs: 5050 })).toEqual({ retry: true, delayMs: 5000 });
    expect(decide({ ...asked, remainingMs: 5049 })).toEqual({ retry: false, reason: 'deadline' });
  });

  test('follows the table: an outcome that no retry can fix is tried once, for every call', () => {
    for (const rules of Object.values(retryRules)) expect(rules.final).toBe('no');
    for (const rules of Object.values(retryRules)) expect(rules.throttled).not.toBe('yes');
    expect(retryRules.lanekassen).toMatchObject({ timeout: 'once', 'server-error': 'once', 'gateway-error': 'once' });
    expect(Object.values(retryRules['altinn-create']).filter((rule) => rule === 'yes')).toEqual([]);
    expect(retryRules['altinn-create']['server-error']).toBe('no');
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 10, 23, 8, 0, 0);
  test.each([
    ['0', 0],
    ['7', 7000],
    [' 7 ', 7000],
    ['Mon, 23 Nov 2026 08:00:30 GMT', 30_000],
    ['Monday, 23-Nov-26 08:00:30 GMT', 30_000],
    ['Mon Nov 23 08:00:30 2026', 30_000],
    ['Tue Dec  1 08:00:00 2026', 8 * 86_400_000],
    ['Mon, 23 Nov 2026 07:59:30 GMT', 0],
    ['99999999999999999999', 10_000_000_000],
    // Two headers, as when a gateway adds one: the longest delay.
    ['3, 4', 4000],
    ['4,3', 4000],
    ['7, soon', 7000],
    ['Mon, 23 Nov 2026 08:00:30 GMT, 7', 30_000],
    ['7, Mon, 23 Nov 2026 08:00:30 GMT', 30_000],
    ['Monday, 23-Nov-26 08:00:30 GMT, Mon Nov 23 08:00:40 2026', 40_000],
    // A leap second (RFC 9110 §5.6.7 takes 60).
    ['Mon, 23 Nov 2026 08:00:60 GMT', 60_000],
    ['Monday, 23-Nov-26 08:00:60 GMT', 60_000],
    // A year of two digits more than 50 years ahead is in the past.
    ['Tuesday, 23-Nov-99 08:00:30 GMT', 0],
    ['Wednesday, 24-Nov-76 08:00:30 GMT', 0],
    ['Monday, 23-Nov-76 07:00:30 GMT', Date.UTC(2076, 10, 23, 7, 0, 30) - Date.UTC(2026, 10, 23, 8)],
    ['Saturday, 29-Feb-28 00:00:00 GMT', Date.UTC(2028, 1, 29) - Date.UTC(2026, 10, 23, 8)],
  ])('%j is %i ms', (value, ms) => expect(parseRetryAfter(value, now)).toBe(ms));

  test.each([
    undefined,
    '',
    ' ',
    '-1',
    '1.5',
    '+3',
    '3s',
    'soon',
    '2026-11-23T08:00:30Z',
    'Mon, 23 Nov 2026 08:00:30',
    'Mon, 23 Nov 2026 08:00:30 CET',
    'Mon, 23 Nov 2026 99:00:30 GMT',
    'Mon, 23 Nov 2026 08:60:30 GMT',
    'Mon, 23 Nov 2026 08:00:61 GMT',
    'Mon, 31 Nov 2026 08:00:30 GMT',
    'Sun, 29 Feb 2026 08:00:30 GMT',
    'Sunday, 29-Feb-26 08:00:30 GMT',
    'Sun Feb 29 08:00:30 2026',
    'Mon, 00 Nov 2026 08:00:30 GMT',
    'soon, later',
    'Mon, 23 Nov',
    '0x10',
    '１０',
  ])('%j is ignored', (value) => expect(parseRetryAfter(value, now)).toBeUndefined());

  test('is never negative and never NaN, with any input', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const ms = parseRetryAfter(value, now);
        if (ms !== undefined) expect(ms).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('reads an asctime date as UTC, whatever the time zone of the machine', () => {
    const zone = process.env.TZ;
    process.env.TZ = 'Pacific/Auckland';
    try {
      expect(parseRetryAfter('Mon Nov 23 08:00:30 2026', now)).toBe(30_000);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });
});
