// The row of a subject: which of its sessions a logout ends. Pure.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isLoggedOut,
  loggedOut,
  maxSessions,
  type Subject,
  type SubjectSession,
  subjectKind,
  withSession,
} from '../../../shared/session/subjects.ts';
import { anyKey } from '../support/any-key.ts';

const now = Date.UTC(2026, 10, 23, 8);
const hour = 3_600_000;
const name = (index: number) => anyKey(`session-${String(index).padStart(35, '0')}`);
const entry = (index: number, issuedAt = now, until = now + hour): SubjectSession => ({
  session: name(index),
  issuedAt,
  until,
});
const of = (...sessions: SubjectSession[]): Subject => ({ sessions, purgeAt: now + hour });
const names = ({ sessions }: { sessions: readonly SubjectSession[] }) => sessions.map(({ session }) => session);

describe('a session that is added', () => {
  test('is the newest in an empty or a filled list; the row lives as long as its longest entry', () => {
    const first = withSession(undefined, entry(1), now);
    expect(first).toEqual({ sessions: [entry(1)], purgeAt: now + hour });
    const second = withSession(first, entry(2, now, now + 2 * hour), now);
    expect(names(second)).toEqual([name(1), name(2)]);
    expect(second.purgeAt).toBe(now + 2 * hour);
    expect(withSession(second, entry(3), now).purgeAt).toBe(now + 2 * hour);
  });

  test('again has one entry, the newest, with the later end and the earliest issuedAt, whatever the order', () => {
    const both = of(entry(1, now - 5000), entry(2));
    const refreshed = withSession(both, entry(1, now + 5000, now + 2 * hour), now);
    expect(refreshed.sessions).toEqual([entry(2), entry(1, now - 5000, now + 2 * hour)]);
    // An older token of the same session arrives later.
    const older = withSession(refreshed, entry(1, now - 9000), now);
    expect(older.sessions.at(-1)?.issuedAt).toBe(now - 9000);
  });

  test('removes sessions that have run out, to the millisecond', () => {
    const before = of(entry(1, now, now), entry(2, now, now + 1));
    expect(names(withSession(before, entry(3), now))).toEqual([name(2), name(3)]);
  });

  test(`beyond ${maxSessions} removes the oldest, and no other`, () => {
    let subject: Subject | undefined;
    for (let index = 0; index < maxSessions; index++) subject = withSession(subject, entry(index), now);
    expect(names(subject as Subject)).toHaveLength(20);
    const more = withSession(subject, entry(99), now);
    expect(names(more)).toEqual([...names(subject as Subject).slice(1), name(99)]);
    // A session that is already listed removes no other.
    expect(names(withSession(subject, entry(0), now)).sort()).toEqual(names(subject as Subject).sort());
  });

  test('keeps the known logout', () => {
    expect(withSession({ ...of(), loggedOutAt: 7 }, entry(1), now).loggedOutAt).toBe(7);
  });
});

describe('a logout from everything', () => {
  test('ends sessions issued earlier or in the same instant, and none issued later', () => {
    const before = of(entry(1, now - 1), entry(2, now), entry(3, now + 1));
    const { next, ends } = loggedOut(before, now, now + 24 * hour);
    expect(ends.map(({ session }) => session)).toEqual([name(1), name(2)]);
    expect(next).toEqual({ loggedOutAt: now, sessions: [entry(3, now + 1)], purgeAt: now + 24 * hour });
    const issued = [now - 1, now, now + 1].map((issuedAt) => isLoggedOut(next, issuedAt));
    expect(issued).toEqual([true, true, false]);
  });

  test('that arrives after a newer one changes nothing', () => {
    const { next: newer } = loggedOut(undefined, now, now + 1);
    const again = withSession(newer, entry(1, now + 1), now);
    const { next, ends } = loggedOut(again, now - hour, now + 24 * hour);
    expect([next.loggedOutAt, names(next), ends]).toEqual([now, [name(1)], []]);
  });

  test('of a subject that was never seen is remembered, and counts for tokens that arrive later', () => {
    const { next, ends } = loggedOut(undefined, now, now + 24 * hour);
    expect(ends).toEqual([]);
    expect([isLoggedOut(next, now), isLoggedOut(next, now + 1000)]).toEqual([true, false]);
    expect(next.purgeAt).toBe(now + 24 * hour);
    // A token without `iat` counts as older than any logout.
    expect(isLoggedOut(next, 0)).toBe(true);
    expect(isLoggedOut(undefined, 0)).toBe(false);
    expect(isLoggedOut(of(entry(1)), 0)).toBe(false);
  });
});

test('any order of sessions and logouts: sessions issued up to the newest logout are over, the others are listed, within the bound', () => {
  const step = fc.oneof(
    fc.record({ session: fc.nat(30), issuedAt: fc.integer({ min: now - 50, max: now + 50 }) }),
    fc.record({ logout: fc.integer({ min: now - 50, max: now + 50 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let subject: Subject | undefined;
      let newest = Number.NEGATIVE_INFINITY;
      const ended: string[] = [];
      for (const one of steps) {
        if ('logout' in one) {
          newest = Math.max(newest, one.logout);
          const { next, ends } = loggedOut(subject, one.logout, now + hour);
          for (const { session, issuedAt } of ends) {
            expect(issuedAt).toBeLessThanOrEqual(newest);
            ended.push(session);
          }
          subject = next;
        } else if (!isLoggedOut(subject, one.issuedAt)) {
          expect(one.issuedAt).toBeGreaterThan(newest);
          subject = withSession(subject, entry(one.session, one.issuedAt), now);
          expect(names(subject).at(-1)).toBe(name(one.session));
        } else expect(one.issuedAt).toBeLessThanOrEqual(newest);
        expect(new Set(names(subject ?? of())).size).toBe(subject?.sessions.length ?? 0);
        expect(subject?.sessions.length ?? 0).toBeLessThanOrEqual(maxSessions);
        for (const { issuedAt } of subject?.sessions ?? []) expect(issuedAt).toBeGreaterThan(newest);
        // The row can be read again.
        if (subject) expect(subjectKind.parse(JSON.parse(JSON.stringify({ v: 1, ...subject })))).toEqual(subject);
      }
    }),
  );
});

test('a row of any other shape cannot be read', () => {
  const good = { v: 1, loggedOutAt: 5, sessions: [{ session: 'a'.repeat(43), issuedAt: 1, until: 2 }], purgeAt: 3 };
  expect(subjectKind.parse(good)).toEqual({ ...good, v: undefined });
  const many = Array.from({ length: maxSessions + 1 }, (_, index) => entry(index));
  const damages: object[] = [
    { v: 2 },
    { v: undefined },
    { loggedOutAt: 'yesterday' },
    { loggedOutAt: 1e300 },
    { loggedOutAt: -1 },
    { loggedOutAt: null },
    { sessions: undefined },
    { sessions: [{ session: 'a', issuedAt: 1, until: 2 }] },
    { sessions: [{ session: 'a'.repeat(43), until: 2 }] },
    { sessions: many },
    { purgeAt: undefined },
    { more: 1 },
  ];
  for (const damage of damages)
    expect([damage, subjectKind.parse({ ...good, ...damage })]).toEqual([damage, undefined]);
  for (const none of [undefined, null, 7, 'x', [], {}]) expect(subjectKind.parse(none)).toBeUndefined();
});
