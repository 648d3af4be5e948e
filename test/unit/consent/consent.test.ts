import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  adoptable,
  type Consent,
  type ConsentEvidence,
  type ConsentState,
  canMove,
  consentMoves,
  expired,
  isFinal,
  overviewOf,
  renewFrom,
  transition,
} from '../../../shared/consent/consent.ts';
import { shownState } from '../../../shared/consent/consent-in-force.ts';
import { sameDateNextYear, validToFrom } from '../../../shared/consent/verify-consent.ts';

const at = (text: string) => Date.parse(text);
const now = at('2026-11-23T08:00:00Z');
const day = 86_400_000;

function consent(changes: Partial<Consent> = {}): Consent {
  return {
    id: 'c-1',
    state: 'pending',
    createdAt: now,
    changedAt: now,
    validTo: now + 365 * day,
    resourceId: 'slk_5498_1',
    ...changes,
  };
}

describe('validTo', () => {
  test.each([
    ['an ordinary year', '2026-11-23T08:00:00Z', 365, '2027-11-23T06:00:00Z'],
    ['a year that holds 29 February: 365 days are the earlier', '2027-11-23T08:00:00Z', 365, '2028-11-22T06:00:00Z'],
    ['from 29 February: the 28th of next year', '2028-02-29T08:00:00Z', 365, '2029-02-28T06:00:00Z'],
    ['from 28 February before a leap year', '2027-02-28T08:00:00Z', 365, '2028-02-28T06:00:00Z'],
    ['across summer time, in UTC', '2026-03-28T23:30:00Z', 365, '2027-03-28T21:30:00Z'],
    ['new year', '2026-12-31T23:59:59.999Z', 365, '2027-12-31T21:59:59.999Z'],
    ['fewer days', '2026-11-23T08:00:00Z', 30, '2026-12-23T06:00:00Z'],
    ['one day', '2026-11-23T08:00:00Z', 1, '2026-11-24T06:00:00Z'],
  ])('%s', (_what, from, days, expected) => {
    expect(new Date(validToFrom(at(from), days)).toISOString()).toBe(new Date(expected).toISOString());
  });

  test('is never later than the same date next year less two hours, and never earlier than requested', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2024-01-01'), max: at('2101-01-01') }),
        fc.integer({ min: 1, max: 365 }),
        (from, days) => {
          const validTo = validToFrom(from, days);
          expect(validTo).toBeLessThanOrEqual(sameDateNextYear(from) - 2 * 3_600_000);
          expect(validTo).toBeLessThanOrEqual(from + days * day - 2 * 3_600_000);
          expect(validTo).toBeGreaterThanOrEqual(from + (days - 1) * day - 2 * 3_600_000);
        },
      ),
    );
  });

  test('turns 29 February into the 28th and keeps every other date', () => {
    expect(new Date(sameDateNextYear(at('2028-02-29T12:00:00Z'))).toISOString()).toBe('2029-02-28T12:00:00.000Z');
    expect(new Date(sameDateNextYear(at('2027-02-28T12:00:00Z'))).toISOString()).toBe('2028-02-28T12:00:00.000Z');
    expect(new Date(sameDateNextYear(at('2026-08-31T12:00:00Z'))).toISOString()).toBe('2027-08-31T12:00:00.000Z');
  });

  test('renewal opens the given number of days before validTo', () => {
    expect(renewFrom(consent(), 30)).toBe(now + 335 * day);
  });

  test('a consent in doubt may be renewed from the doubt on', () => {
    const doubt = { reason: 'refused', at: now + 5, checkedIn: [] } as const;
    expect(renewFrom(consent({ doubt }), 30)).toBe(now + 5);
    expect(renewFrom(consent({ doubt: { ...doubt, at: now + 364 * day } }), 30)).toBe(now + 335 * day);
  });
});

describe('transitions', () => {
  /**
   * The expected transitions, written by hand a second time. A change of the table must be made here too, so it cannot happen by mistake.
   */
  const picture = `
                      pending   accepted    abandoned  rejected  revoked  expired  superseded  ended
    altinn-accepted   accepted  -           accepted   -         -        -        -           -
    altinn-rejected   rejected  -           -          -         -        -        -           -
    altinn-revoked    revoked   revoked     -          -         -        -        -           -
    valid-to-passed   expired   expired     -          -         -        -        -           -
    newer-accepted    -         superseded  -          -         -        -        -           -
    other-adopted     abandoned -           -          -         -        -        -           -
    request-too-old   abandoned -           -          -         -        -        -           -
    customer-ended    ended     ended       ended      -         -        -        -           -`;
  const [header = [], ...rows] = picture
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const states = header as ConsentState[];
  const evidence = rows.map(([name]) => name as ConsentEvidence);
  const cells = rows.flatMap(([piece = '', ...row]) =>
    row.map((to, index) => ({ state: states[index] ?? 'ended', piece: piece as ConsentEvidence, to })),
  );

  test('the expected picture has every state and every kind of evidence in the table', () => {
    expect([...states].sort()).toEqual(Object.keys(consentMoves).sort());
    const known = new Set(Object.values(consentMoves).flatMap((moves) => Object.keys(moves)));
    expect([...evidence].sort()).toEqual([...known].sort());
    expect(cells).toHaveLength(states.length * evidence.length);
  });

  test.each(cells)('$state on $piece', ({ state, piece, to }) => {
    const before = consent({ state });
    const after = transition(before, piece, now + 1);
    expect(canMove(before, piece)).toBe(to !== '-');
    if (to === '-') expect(after).toBe(before);
    else expect(after).toEqual({ ...before, state: to, changedAt: now + 1 });
  });

  test('a final state has no transition out of it', () => {
    expect(states.filter(isFinal)).toEqual(['rejected', 'revoked', 'expired', 'superseded', 'ended']);
  });

  test('no transition leads back into use: a consent that the customer or Altinn has ended stays ended', () => {
    for (const state of ['rejected', 'revoked', 'expired', 'superseded', 'ended'] as const)
      for (const piece of evidence) {
        const before = consent({ state });
        expect(transition(before, piece, now + 1)).toBe(before);
      }
  });

  test('accepted results only from an acceptance that was read in Altinn', () => {
    const ways = states.flatMap((state) =>
      evidence
        .filter((piece) => state !== 'accepted' && transition(consent({ state }), piece, now).state === 'accepted')
        .map((piece) => `${state} ${piece}`),
    );
    expect(ways).toEqual(['pending altinn-accepted', 'abandoned altinn-accepted']);
  });

  test('a transition stores its time, and keeps the other members', () => {
    const before = consent({
      question: { returnUrl: 'https://bank.example/', stateHashes: [] },
      consentTokenAcceptedAt: 5,
    });
    expect(transition(before, 'altinn-rejected', now + 7)).toEqual({
      ...before,
      state: 'rejected',
      changedAt: now + 7,
    });
  });
});

describe('an end by time that is not stored yet', () => {
  test('is dated to the moment of validTo', () => {
    const accepted = consent({ state: 'accepted', validTo: now + 5 });
    expect(expired(accepted, now + 4)).toBe(accepted);
    expect(expired(accepted, now + 500)).toEqual({ ...accepted, state: 'expired', changedAt: now + 5 });
  });

  test('changes nothing where something else has ended the consent', () => {
    for (const state of ['ended', 'revoked', 'abandoned'] as const) {
      const over = consent({ state, validTo: now });
      expect(expired(over, now + 1)).toBe(over);
    }
  });
});

describe('a request that was given up', () => {
  const left = consent({ id: 'left', state: 'abandoned', changedAt: now });

  test('may be adopted for a day, the newest first, and only if no consent is in force', () => {
    const older = consent({ id: 'older', state: 'abandoned', changedAt: now - 1 });
    expect(adoptable([older, left], now)?.id).toBe('left');
    expect(adoptable([left], now + day - 1)?.id).toBe('left');
    expect(adoptable([left], now + day)).toBeUndefined();
    expect(adoptable([left, consent({ state: 'accepted' })], now)).toBeUndefined();
    expect(adoptable([left, consent({ state: 'accepted', validTo: now })], now)?.id).toBe('left');
    expect(adoptable([consent({ state: 'ended' })], now)).toBeUndefined();
  });
});

describe('a person’s consents as one', () => {
  test('a consent is in force while it is accepted and validTo is ahead; at validTo it is over', () => {
    const accepted = consent({ state: 'accepted', validTo: now });
    expect(overviewOf([accepted], now - 1).active).toBe(accepted);
    expect(overviewOf([accepted], now).active).toBeUndefined();
    expect(shownState(overviewOf([accepted], now))).toBe('expired');
  });

  test('an open or rejected renewal leaves the consent in force as it is', () => {
    const old = consent({ id: 'old', state: 'accepted', changedAt: now - 300 * day });
    for (const state of ['pending', 'rejected', 'abandoned', 'ended'] as const) {
      const overview = overviewOf([old, consent({ id: 'new', state })], now);
      expect(overview.active?.id).toBe('old');
      expect(shownState(overview)).toBe('accepted');
    }
  });

  test('each state alone is shown to the customer as listed', () => {
    expect(shownState(overviewOf([], now))).toBe('none');
    const states = Object.keys(consentMoves) as ConsentState[];
    const shown = states.map((state) => [state, shownState(overviewOf([consent({ state })], now))]);
    expect(Object.fromEntries(shown)).toEqual({
      pending: 'pending',
      accepted: 'accepted',
      rejected: 'rejected',
      revoked: 'revoked',
      expired: 'expired',
      superseded: 'none',
      abandoned: 'none',
      ended: 'none',
    });
  });

  test('a doubt does not change the shown state', () => {
    const doubt = { reason: 'refused', at: now, checkedIn: [] } as const;
    expect(shownState(overviewOf([consent({ state: 'accepted', doubt })], now))).toBe('accepted');
  });

  test('the last change decides, whatever the order of the stored consents', () => {
    const earlier = consent({ id: 'a', state: 'revoked', changedAt: now - 5 });
    const later = consent({ id: 'b', state: 'rejected', changedAt: now });
    for (const order of [
      [earlier, later],
      [later, earlier],
    ])
      expect(overviewOf(order, now).last?.id).toBe('b');
  });
});
