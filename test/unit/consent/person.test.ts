// A customer as one document: what changes it, and its bounds.
import { describe, expect, test } from 'vitest';
import { type Consent, doubtReasons, maxSessions } from '../../../shared/consent/consent.ts';
import {
  arrived,
  bounded,
  doubted,
  leftToErase,
  listed,
  maxClosed,
  maxFormerNames,
  maxListed,
  maxRequests,
  mayAskAfterRefusal,
  nobodyYet,
  type Person,
  requestWaitMs,
  withConsent,
  withEach,
  withRequest,
  withSession,
} from '../../../shared/consent/person.ts';
import { personKind, purgeAtOf } from '../../../shared/consent/person-document.ts';
import { maxDocumentCharacters } from '../../../shared/storage/documents.ts';
import { anyKey } from '../support/any-key.ts';
import { consentAt, day, hour, idOf, minute, named } from './consent-world.ts';

const now = Date.UTC(2026, 10, 23, 8);
const consent = (index: number, changes: Partial<Consent> = {}) => consentAt(now, { id: idOf(index), ...changes });
const personWith = (consents: readonly Consent[], more: Partial<Person> = {}): Person => ({
  ...nobodyYet,
  consents,
  ...more,
});
const entry = (index: number, changes: object = {}) => ({
  session: named(`session-${index}`),
  consentId: idOf(1),
  at: now - minute,
  until: now + hour,
  ...changes,
});
const question = { returnUrl: 'https://bank.example/', stateHashes: [named('hash')] };

describe('bounds', () => {
  /** A person with the longest possible lists and texts. */
  function full(): Person {
    const resourceId = 'r'.repeat(100);
    const checkedIn = Array.from({ length: maxSessions + 5 }, (_, index) => named(`checked-${index}`));
    const doubt = (index: number) => ({
      reason: doubtReasons[index % doubtReasons.length] ?? 'refused',
      at: now - index,
      checkedIn: checkedIn.slice(-maxSessions),
    });
    const closed = Array.from({ length: maxClosed + 30 }, (_, index) =>
      consent(100 + index, {
        state: 'superseded',
        resourceId,
        changedAt: now - index,
        consentTokenAcceptedAt: now,
        migrated: true,
        doubt: doubt(index),
        question,
      }),
    );
    const open = consent(2, {
      state: 'pending',
      resourceId,
      question: {
        returnUrl: `https://bank.example/${'u'.repeat(2048)}`,
        consentUrl: `https://am.ui.altinn.no/${'c'.repeat(2048)}`,
        stateHashes: ['a', 'b', 'c'].map(named),
      },
    });
    const standing = consent(1, { resourceId, consentTokenAcceptedAt: now, migrated: true });
    const requests = Array.from({ length: 50 }, (_, index) => now - 50 + index);
    const formerly = Array.from({ length: 9 }, (_, index) => named(`former-${index}`));
    const sessions = Array.from({ length: 60 }, (_, index) => entry(index));
    const within = bounded({ consents: [...closed, standing, open], sessions, requests, formerly }, now);
    // Erasures that were cut short can leave as many sessions as the list may hold.
    const left = Array.from({ length: maxListed }, (_, index) => entry(1000 + index));
    const withDoubt = within.consents.map((one) => (one.state === 'accepted' ? { ...one, doubt: doubt(0) } : one));
    return { ...within, consents: withDoubt, sessions: listed([...left, ...within.sessions], now) };
  }

  test('a person filled to every bound fits into half a property, and can be read again', () => {
    const person = full();
    const text = JSON.stringify({ v: 1, ...person });
    expect(person.sessions).toHaveLength(maxListed);
    expect(text.length).toBeLessThan(maxDocumentCharacters);
    expect(personKind(day, () => now).parse(JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(person)));
  });

  test('at most 20 closed consents, 20 sessions, 20 requests and 3 former names are kept, the newest of each', () => {
    const closed = Array.from({ length: 45 }, (_, index) =>
      consent(100 + index, { state: 'ended', changedAt: now - index }),
    );
    const person = bounded(
      {
        consents: [...closed.toReversed(), consent(1)],
        sessions: Array.from({ length: 33 }, (_, index) => entry(index)),
        requests: Array.from({ length: 33 }, (_, index) => now - 33 + index),
        formerly: ['a', 'b', 'b', 'c', 'd', 'e'].map(anyKey),
      },
      now,
    );
    expect([maxClosed, maxSessions, maxRequests.aDay, maxFormerNames]).toEqual([20, 20, 20, 3]);
    expect(person.consents.map(({ id }) => id)).toEqual([idOf(1), ...closed.slice(0, 20).map(({ id }) => id)]);
    expect(person.sessions.map(({ session }) => session)).toEqual(
      Array.from({ length: 20 }, (_, index) => named(`session-${13 + index}`)),
    );
    expect([person.requests.length, person.requests.at(-1)]).toEqual([20, now - 1]);
    expect(person.formerly).toEqual(['a', 'b', 'c']);
  });

  test('only an open request keeps its URLs', () => {
    const states = [
      'pending',
      'accepted',
      'ended',
      'abandoned',
      'rejected',
      'revoked',
      'expired',
      'superseded',
    ] as const;
    const person = personWith(states.map((state, index) => consent(index, { state, question })));
    for (const one of bounded(person, now).consents)
      expect([one.state, one.question]).toEqual([one.state, one.state === 'pending' ? question : undefined]);
  });

  test('only requests of the last day are kept', () => {
    const requests = [now - day, now - day + 1, now - 1];
    expect(bounded(personWith([], { requests }), now).requests).toEqual(requests.slice(1));
  });

  test('bounding a person twice is the same as bounding it once', () => {
    const once = bounded(full(), now);
    expect(bounded(once, now)).toEqual(once);
  });
});

describe('how long a new request has to wait', () => {
  const waitOf = (requests: readonly number[], at = now) => requestWaitMs({ ...nobodyYet, requests }, at);

  test('at five an hour, the sixth waits until the first is an hour old, to the millisecond', () => {
    const four = [50, 40, 30, 20].map((minutes) => now - minutes * minute);
    expect(waitOf(four)).toBe(0);
    const five = [...four, now];
    expect(waitOf(five)).toBe(10 * minute);
    expect(waitOf(five, now + 10 * minute - 1)).toBe(1);
    expect(waitOf(five, now + 10 * minute)).toBe(0);
  });

  test('at twenty a day, the next waits until the first is a day old', () => {
    const spread = (count: number) => Array.from({ length: count }, (_, index) => now - (count - index) * hour);
    expect(waitOf(spread(19))).toBe(0);
    expect(waitOf(spread(20))).toBe(4 * hour);
    expect(waitOf(spread(20), now + 4 * hour)).toBe(0);
  });

  test('when both limits apply, the longer wait counts', () => {
    const requests = Array.from({ length: 20 }, (_, index) => now - 20 * minute + index * minute);
    expect(waitOf(requests)).toBe(day - 20 * minute);
  });

  test('each new request counts, whatever happens to it later', () => {
    let person = nobodyYet;
    for (let index = 0; index < 5; index++)
      person = withEach(withRequest(person, consent(index, { state: 'pending', createdAt: now + index })), (one) => ({
        ...one,
        state: 'ended',
      }));
    expect(requestWaitMs(person, now + 5)).toBe(hour - 5);
  });
});

describe('a change of one consent', () => {
  const accepted = (one: Consent): Consent => ({ ...one, state: 'accepted', changedAt: now });

  test('a transition that changes nothing returns the same person', () => {
    const person = personWith([consent(1)]);
    expect(withConsent(person, idOf(1), (one) => one, now)).toBe(person);
    expect(withConsent(person, idOf(9), accepted, now)).toBe(person);
    expect(withEach(person, (one) => one)).toBe(person);
  });

  test('an accepted renewal supersedes the consent in force, abandons an open request, and leaves closed consents as they are', () => {
    const person = personWith([
      consent(1),
      consent(2, { state: 'pending' }),
      consent(3, { state: 'abandoned' }),
      consent(4, { state: 'ended' }),
      consent(5, { state: 'pending' }),
    ]);
    const renewed = withConsent(person, idOf(2), accepted, now);
    expect(Object.fromEntries(renewed.consents.map(({ id, state }) => [id, state]))).toEqual({
      [idOf(1)]: 'superseded',
      [idOf(2)]: 'accepted',
      [idOf(3)]: 'abandoned',
      [idOf(4)]: 'ended',
      [idOf(5)]: 'abandoned',
    });
  });

  test('an abandoned consent is adopted if none is in force, and abandons the open request', () => {
    const given = [consent(2, { state: 'pending' }), consent(3, { state: 'abandoned' })];
    const states = (person: Person) =>
      withConsent(person, idOf(3), accepted, now)
        .consents.map(({ id, state }) => [id, state])
        .sort();
    expect(states(personWith(given))).toEqual([
      [idOf(2), 'abandoned'],
      [idOf(3), 'accepted'],
    ]);
    const inForce = personWith([consent(1), ...given]);
    expect(withConsent(inForce, idOf(3), accepted, now)).toBe(inForce);
    // A consent that has run out is not in force.
    expect(states(personWith([consent(1, { validTo: now }), ...given]))).toContainEqual([idOf(3), 'accepted']);
  });

  test('there is never more than one accepted consent, and no open request beside one that was just accepted', () => {
    let person = personWith([
      consent(1),
      consent(4, { state: 'pending' }),
      consent(5, { state: 'pending' }),
      consent(2, { state: 'abandoned' }),
      consent(3, { state: 'abandoned', changedAt: now - 1 }),
    ]);
    for (const [index, open] of [
      // An abandoned one does not displace the one in force.
      [2, 2],
      [4, 0],
      [3, 0],
      [5, 0],
      [2, 0],
      [1, 0],
    ] as const) {
      person = withConsent(person, idOf(index), accepted, now);
      const count = (state: Consent['state']) => person.consents.filter((one) => one.state === state).length;
      expect([index, count('accepted'), count('pending')]).toEqual([index, 1, open]);
    }
  });
});

describe('sessions that may hold a saldo', () => {
  const sessions = (person: Person) => bounded(person, now).sessions.map(({ session }) => session);

  test('a session is listed once, as the newest', () => {
    const person = [1, 2, 1].reduce((so, index) => withSession(so, entry(index)), personWith([consent(1)]));
    expect(sessions(person)).toEqual([named('session-2'), named('session-1')]);
  });

  test.each([
    ['ended', { state: 'ended' }],
    ['revoked', { state: 'revoked' }],
    ['rejected', { state: 'rejected' }],
    ['expired', { state: 'expired' }],
    ['superseded', { state: 'superseded' }],
    ['run out, and not written down', { validTo: now }],
    ['shorter than the session was registered for', { validTo: now + hour - 1 }],
    ['in doubt since', { doubt: { reason: 'status', at: now, checkedIn: [] } }],
  ] as const)('no session stays listed, and each must be erased, when the consent is: %s', (_what, changes) => {
    const person = personWith([consent(1, changes)], { sessions: [entry(1), entry(2)] });
    expect(sessions(person)).toEqual([]);
    expect(leftToErase(person, now).map(({ session }) => session)).toEqual([named('session-1'), named('session-2')]);
  });

  test('a session of an earlier consent is not kept because another consent is in force', () => {
    const person = personWith([consent(1, { state: 'superseded' }), consent(2)], {
      sessions: [entry(1), entry(2, { consentId: idOf(2) })],
    });
    expect(sessions(person)).toEqual([named('session-2')]);
    expect(leftToErase(person, now).map(({ session }) => session)).toEqual([named('session-1')]);
  });

  test('a session registered after the doubt stays; a session that has run out leaves nothing to erase', () => {
    const inDoubt = consent(1, { doubt: { reason: 'refused', at: now - 2 * minute, checkedIn: [] } });
    expect(sessions(personWith([inDoubt], { sessions: [entry(1)] }))).toEqual([named('session-1')]);
    const over = personWith([consent(1, { state: 'ended' })], { sessions: [entry(1, { until: now })] });
    expect([leftToErase(over, now), sessions(over)]).toEqual([[], []]);
  });

  test('sessions that checked a doubt are remembered, the newest 20, each once', () => {
    let one = consent(1);
    for (let index = 0; index < 30; index++) one = doubted(one, 'refused', named(`s-${index}`), now + index);
    one = doubted(one, 'absent', named('s-15'), now + 99);
    expect(one.doubt).toMatchObject({ reason: 'absent', at: now + 99 });
    expect(one.doubt?.checkedIn).toHaveLength(20);
    expect([one.doubt?.checkedIn.at(0), one.doubt?.checkedIn.at(-1)]).toEqual([named('s-10'), named('s-15')]);
  });
});

describe('a new request after Lånekassen has refused', () => {
  const refused = (index: number, createdAt: number, at: number) =>
    consent(index, { createdAt, doubt: { reason: 'refused', at, checkedIn: [] } });
  const mayAsk = (consents: readonly Consent[], at = now) => mayAskAfterRefusal(personWith(consents), at);

  test('is allowed at once after the first refusal', () => {
    expect(mayAsk([refused(1, now - 300 * day, now)])).toBe(true);
    expect(mayAsk([refused(1, now - 60_000, now)])).toBe(true);
  });

  test('is allowed if the replacement was rejected, ended, abandoned or revoked, because it replaced nothing', () => {
    for (const state of ['rejected', 'ended', 'abandoned', 'revoked'] as const) {
      const replacement = consent(2, { state, createdAt: now - 500 });
      expect(mayAsk([refused(1, now - 300 * day, now - 1000), replacement])).toBe(true);
    }
  });

  test('is allowed if two consents were refused at the same time, because neither replaced the other', () => {
    expect(mayAsk([refused(1, now - 300 * day, now), refused(2, now - 500, now - 100)])).toBe(true);
  });

  test('is not allowed after a second refusal until a day after the refused consent was requested', () => {
    const both = [refused(1, now - 300 * day, now - 1000), refused(2, now - 500, now)];
    expect(mayAsk(both)).toBe(false);
    expect(mayAsk(both, now - 500 + day - 1)).toBe(false);
    expect(mayAsk(both, now - 500 + day)).toBe(true);
    expect(mayAsk([...both].reverse())).toBe(false);
  });

  test('is allowed after the first refusal of a consent, although one of another year was refused and replaced', () => {
    const longAgo = { ...refused(1, now - 300 * day, now - 200 * day), state: 'superseded' as const };
    const today = refused(3, now - 500, now);
    expect(mayAsk([{ ...longAgo, changedAt: now - 500 - day }, today])).toBe(true);
    // The customer has ended the refused one, to ask again within the day.
    expect(mayAsk([{ ...longAgo, state: 'ended', changedAt: now - 499 - day }, today])).toBe(false);
    // A refused one that was still in force when the other one was asked for.
    expect(mayAsk([{ ...longAgo, state: 'accepted', changedAt: now - 300 * day }, today])).toBe(false);
    expect(mayAsk([{ ...longAgo, changedAt: now - 400 }, today])).toBe(false);
  });

  test('is limited only by the number of requests after other doubts', () => {
    const other = (index: number, createdAt: number, at: number) =>
      consent(index, { createdAt, doubt: { reason: 'absent', at, checkedIn: [] } });
    expect(mayAsk([other(1, now - 300 * day, now - 1000), other(2, now - 500, now)])).toBe(true);
  });
});

describe('a person that arrives under another name', () => {
  const arrive = (source: Person, there?: Person) => arrived(anyKey('old'), anyKey('new'), source, there, now);
  const states = ({ consents }: Person) => Object.fromEntries(consents.map(({ id, state }) => [id, state]));

  test('keeps everything in an empty row, and adds the former name', () => {
    const source = personWith([consent(1), consent(2, { state: 'pending', question })], {
      sessions: [entry(1)],
      requests: [now - 5],
      formerly: [anyKey('older')],
    });
    const there = arrive(source);
    expect(states(there)).toEqual(states(source));
    expect(there).toMatchObject({ sessions: source.sessions, requests: [now - 5], formerly: ['old', 'older'] });
    expect(there.consents.find(({ state }) => state === 'pending')?.question).toEqual(question);
  });

  test('closes its consent where the row has one in force, and brings nothing ended back', () => {
    const source = personWith([consent(1), consent(2, { state: 'pending' }), consent(3, { state: 'revoked' })], {
      sessions: [entry(1)],
      requests: [now - 5],
    });
    const there = personWith([consent(4), consent(3, { state: 'ended' })], {
      sessions: [entry(4, { consentId: idOf(4) })],
      requests: [now - 9],
    });
    const both = arrive(source, there);
    expect(states(both)).toEqual({
      [idOf(1)]: 'superseded',
      [idOf(2)]: 'abandoned',
      [idOf(3)]: 'ended',
      [idOf(4)]: 'accepted',
    });
    expect(both.requests).toEqual([now - 9, now - 5]);
    // The session is still listed, so it can be erased.
    expect(leftToErase(both, now).map(({ session }) => session)).toEqual([named('session-1')]);
    expect(both.sessions).toHaveLength(2);
  });

  test("keeps its consent in force where the row's own consent has run out", () => {
    const both = arrive(personWith([consent(1)]), personWith([consent(4, { validTo: now })]));
    expect(states(both)).toEqual({ [idOf(1)]: 'accepted', [idOf(4)]: 'expired' });
  });

  test('has an ended consent stay ended, whichever of the two rows has it as accepted', () => {
    for (const [there, from] of [
      ['accepted', 'ended'],
      ['ended', 'accepted'],
    ] as const)
      expect([
        there,
        states(arrive(personWith([consent(1, { state: from })]), personWith([consent(1, { state: there })]))),
      ]).toEqual([there, { [idOf(1)]: 'ended' }]);
  });
});

describe('when the row may be deleted', () => {
  test('the retention after the last event, and never before a session has run out', () => {
    const kept = 30 * day;
    expect(purgeAtOf(nobodyYet, kept)).toBe(0);
    expect(purgeAtOf(personWith([consent(1)]), kept)).toBe(now + 330 * day);
    expect(purgeAtOf(personWith([consent(1, { state: 'ended', changedAt: now + 7 })]), kept)).toBe(now + 7 + kept);
    expect(purgeAtOf(personWith([], { requests: [now] }), kept)).toBe(now + kept);
    expect(purgeAtOf(personWith([consent(1, { state: 'ended', changedAt: 0 })], { sessions: [entry(1)] }), 1)).toBe(
      now + hour,
    );
  });
});
