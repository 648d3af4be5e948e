// Customers in the table: how a person is changed, what is erased before the write, and what a damaged row causes.
import { beforeEach, describe, expect, test } from 'vitest';
import { transition } from '../../../shared/consent/consent.ts';
import { type Person, withConsent, withEach, withSession } from '../../../shared/consent/person.ts';
import type { PersonKey } from '../../../shared/person/person-key.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { ahmad, steinar } from '../support/people.ts';
import { problemOf } from '../support/problems.ts';
import { callerOf, consentAt, consentWorld, hour, idOf, minute, named, returnUrl } from './consent-world.ts';

let world: ReturnType<typeof consentWorld>;
let name: PersonKey;
beforeEach(() => {
  world = consentWorld();
  name = world.keysOf(steinar)[0];
});

const sessions = (count: number, consentId = idOf(1)) =>
  Array.from({ length: count }, (_, index) => ({
    session: named(`s-${index}`),
    consentId,
    at: world.time.now(),
    until: world.time.now() + hour,
  }));
const listed = async () => (await world.read()).person.sessions.map(({ session }) => session);
const states = async () => (await world.read()).person.consents.map(({ state }) => state);
const row = () => world.table.rows.get(`${name}|person`);
const ended = (person: Person) => withEach(person, (one) => transition(one, 'customer-ended', world.time.now()));
const end = async (options: { ifEraseFails?: 'give-up' | 'remember' } = {}) =>
  world.time.run(
    world.people.change(
      await world.read(),
      world.far(),
      (person) => ({ result: 'done', next: ended(person) }),
      options,
    ),
  );
const logged = async () => (await world.log.page([name], undefined, world.far())).map(({ event }) => event);

describe('a change of a person', () => {
  test('that changes nothing writes nothing', async () => {
    await world.plant({ consents: [consentAt(world.time.now())], sessions: sessions(2) });
    const before = row()?.etag;
    for (const decide of [
      () => ({ result: 1 }),
      (person: Person) => ({ result: 1, next: person }),
      (person: Person) => ({ result: 1, next: withConsent(person, idOf(9), (one) => ({ ...one }), 0) }),
    ])
      expect(await world.people.change(await world.read(), world.far(), decide)).toMatchObject({
        result: 1,
        left: false,
      });
    expect(row()?.etag).toBe(before);
    await world.people.change(await world.read(ahmad), world.far(), () => ({ result: 1 }));
    expect([...world.table.rows.keys()]).toEqual([`${name}|person`]);
  });

  test('is decided again on the present row after a conflict, and returns the last decision', async () => {
    await world.plant({ consents: [consentAt(world.time.now())] });
    const stale = await world.read();
    await end();
    const seen: string[][] = [];
    const { result, at } = await world.time.run(
      world.people.change(stale, world.far(), (person) => {
        const found = person.consents.map(({ state }) => state);
        seen.push(found);
        return {
          result: found.join(),
          next: withConsent(person, idOf(1), (one) => transition(one, 'valid-to-passed', 1), 1),
        };
      }),
    );
    expect([seen, result, at.person.consents.map(({ state }) => state)]).toEqual([
      [['accepted'], ['ended']],
      'ended',
      ['ended'],
    ]);
  });

  test('is written together with its log entries, or not at all', async () => {
    await world.plant({ consents: [consentAt(world.time.now())] });
    world.table.trouble('before', 2);
    await expect(end()).rejects.toBeInstanceOf(ProblemError);
    expect([await states(), await logged()]).toEqual([['accepted'], []]);
    await end();
    expect([await states(), await logged()]).toEqual([['ended'], ['consent-ended']]);
  });

  test('is not written twice when the answer to the write is lost', async () => {
    await world.plant({ consents: [consentAt(world.time.now())] });
    world.table.trouble('after', 2);
    await expect(end()).rejects.toBeInstanceOf(ProblemError);
    await end();
    expect([await states(), await logged()]).toEqual([['ended'], ['consent-ended']]);
  });

  test('that meets a conflict each time ends with an outage', async () => {
    await world.plant({ consents: [consentAt(world.time.now())] });
    const at = await world.read();
    world.table.hooks.before = async (operation) => {
      if (operation !== 'read') world.table.corrupt({ partitionKey: name, rowKey: 'person' }, {});
    };
    const problem = await problemOf(() =>
      world.time.run(world.people.change(at, world.far(), (person) => ({ result: 0, next: ended(person) }))),
    );
    expect(problem).toMatchObject({ code: 'upstream-unavailable', fault: 'person-contended' });
  });
});

describe('a session that leaves the list', () => {
  test('is erased before the person is written', async () => {
    await world.plant({ consents: [consentAt(world.time.now())], sessions: sessions(3) });
    const order: string[] = [];
    world.table.hooks.before = async (operation, partition) => void order.push(`${operation} ${partition}`);
    await end();
    const written = order.findIndex((one) => /^(?:replace|transaction)/.test(one));
    const erased = order.map((one, index) => [one, index] as const).filter(([one]) => one.includes('session '));
    expect(erased).toHaveLength(3);
    for (const [, index] of erased) expect(index).toBeLessThan(written);
    expect(await listed()).toEqual([]);
  });

  test('is also erased when it makes room for the 21st', async () => {
    await world.plant({ consents: [consentAt(world.time.now())], sessions: sessions(20) });
    const entry = { ...sessions(1)[0], session: named('new') } as ReturnType<typeof sessions>[number];
    await world.people.change(await world.read(), world.far(), (person) => ({
      result: 0,
      next: withSession(person, entry),
    }));
    expect(world.erased.sessions).toEqual([named('s-0')]);
    expect((await listed()).at(-1)).toBe(named('new'));
  });

  test('that ends a consent has its entry and its report, although newer closed consents leave no place for it in the row', async () => {
    const now = world.time.now();
    const abandoned = Array.from({ length: 20 }, (_, index) =>
      consentAt(now, { id: idOf(index + 2), state: 'abandoned', createdAt: now + 1, changedAt: now + 1 }),
    );
    await world.plant({ consents: [consentAt(now), ...abandoned] });
    await world.time.pass(minute);
    await end();
    expect((await world.read()).person.consents.map(({ id }) => id)).not.toContain(idOf(1));
    expect(await logged()).toEqual(['consent-ended']);
    expect(world.telemetry.events('consentStep')).toHaveLength(21);
  });

  test('with `give up`: if it cannot be erased, nothing is written, so the customer has both or neither', async () => {
    await world.plant({ consents: [consentAt(world.time.now())], sessions: sessions(3) });
    world.erased.fails = (session) => session === named('s-1');
    expect((await problemOf(() => end())).fault).toBe('erase-failed');
    expect([await states(), (await listed()).length, await logged()]).toEqual([['accepted'], 3, []]);
    world.erased.fails = () => false;
    await end();
    expect([await states(), await listed()]).toEqual([['ended'], []]);
    expect(new Set(world.erased.sessions)).toEqual(new Set(sessions(3).map(({ session }) => session)));
  });

  test('with `remember`: the end is written, and the next request or the sweep erases what is left', async () => {
    await world.plant({ consents: [consentAt(world.time.now())], sessions: sessions(3) });
    world.erased.fails = (session) => session === named('s-1');
    expect((await end({ ifEraseFails: 'remember' })).left).toBe(true);
    expect([await states(), await listed(), row()?.values.eraseAt]).toEqual([
      ['ended'],
      [named('s-1')],
      new Date(world.time.now()).toISOString(),
    ]);
    // The erasure fails again: the session stays remembered, and the request does not fail.
    const again = await world.people.upToDate(await world.read(), world.far());
    expect(again.person.sessions.map(({ session }) => session)).toEqual([named('s-1')]);
    world.erased.fails = () => false;
    await world.people.upToDate(await world.read(), world.far());
    expect([
      await listed(),
      row()?.values.eraseAt,
      world.erased.sessions.filter((one) => one === named('s-1')).length,
    ]).toEqual([[], undefined, 1]);
  });

  test('does not keep the row for ever when it has run out before the sweep came: the sweep writes that nothing is left', async () => {
    await world.plant({ consents: [consentAt(world.time.now())], sessions: sessions(3) });
    world.erased.fails = () => true;
    await end({ ifEraseFails: 'remember' });
    expect(row()?.values.eraseAt).toBeDefined();
    await world.time.pass(2 * hour);
    await world.people.eraseLeft(name, world.far());
    expect([await listed(), row()?.values.eraseAt, world.erased.sessions]).toEqual([[], undefined, []]);
    // A row that is gone stays so.
    world.table.rows.clear();
    await world.people.eraseLeft(name, world.far());
    expect(world.table.rows.size).toBe(0);
  });

  test('is erased by an end even if it was added while that end was erasing', async () => {
    await world.plant({ consents: [consentAt(world.time.now())], sessions: sessions(1) });
    let isAdded = false;
    world.table.hooks.before = async (_operation, partition) => {
      if (isAdded || !partition.startsWith('session ')) return;
      isAdded = true;
      const late = { ...sessions(1)[0], session: named('late') } as ReturnType<typeof sessions>[number];
      await world.people.change(await world.read(), world.far(), (person) => ({
        result: 0,
        next: withSession(person, late),
      }));
    };
    await end();
    expect(world.erased.sessions).toContain(named('late'));
    expect([await states(), await listed()]).toEqual([['ended'], []]);
  });

  test('because time has ended the consent is dropped by the next request, with nothing to erase', async () => {
    const validTo = world.time.now() + 30 * minute;
    await world.plant({
      consents: [consentAt(world.time.now(), { validTo })],
      sessions: sessions(2).map((one) => ({ ...one, until: validTo })),
    });
    await world.time.pass(29 * minute);
    const { person } = await world.people.upToDate(await world.read(), world.far());
    expect(person.consents[0]?.state).toBe('accepted');
    await world.time.pass(minute);
    await world.people.upToDate(await world.read(), world.far());
    expect(await states()).toEqual(['expired']);
    // The sessions have run out together with the consent, so nothing is left to erase.
    expect([world.erased.sessions, await listed()]).toEqual([[], []]);
  });

  test('is erased by the next request after time has ended the consent, if it was registered for longer', async () => {
    const validTo = world.time.now() + 30 * minute;
    await world.plant({ consents: [consentAt(world.time.now(), { validTo })], sessions: sessions(2) });
    await world.time.pass(30 * minute);
    await world.people.upToDate(await world.read(), world.far());
    expect([await states(), await listed()]).toEqual([['expired'], []]);
    expect(new Set(world.erased.sessions)).toEqual(new Set([named('s-0'), named('s-1')]));
  });
});

describe('a row that cannot be read', () => {
  const held = [named('s-0'), named('s-1')];
  const damage = async (change: (doc: Record<string, unknown>) => object | string) => {
    await world.plant({ consents: [consentAt(world.time.now())], sessions: sessions(2) });
    const doc = change(JSON.parse(String(row()?.values.doc)) as Record<string, unknown>);
    world.table.corrupt(
      { partitionKey: name, rowKey: 'person' },
      { doc: typeof doc === 'string' ? doc : JSON.stringify(doc) },
    );
  };
  const unreadable = () => world.people.read(world.keysOf(steinar), world.far(), true);

  const damages: [string, (doc: Record<string, unknown>) => object | string][] = [
    ['a newer version', (doc) => ({ ...doc, v: 2, mood: 'good' })],
    ['an unknown state', (doc) => ({ ...doc, consents: [{ ...(doc.consents as object[])[0], state: 'paused' }] })],
    [
      'an absurd date',
      (doc) => ({ ...doc, consents: [{ ...(doc.consents as object[])[0], validTo: 8_640_000_000_000_000 }] }),
    ],
    ['a missing property', ({ requests: _, ...doc }) => doc],
    ['cut in the middle', (doc) => JSON.stringify(doc).slice(0, -30)],
  ];

  describe.each(damages)('%s', (_what, change) => {
    test('every use is an outage for that customer alone, and no new request is opened', async () => {
      await damage(change);
      const rows = [...world.table.rows.keys()];
      const at = await unreadable();
      const { far } = world;
      const uses = [
        () => world.read(),
        () => world.consents.start(callerOf(steinar), at, returnUrl, far()),
        () => world.consents.current(at, far()),
        () => world.consentCheck.findActive(at, named('me'), far()),
        () => world.people.change(at, far(), (person) => ({ result: 0, next: person })),
      ];
      for (const use of uses) expect((await problemOf(use)).fault).toBe('row-unreadable-person');
      expect([[...world.table.rows.keys()], world.party.creates]).toEqual([rows, []]);
      expect(world.telemetry.of('row-unreadable')[0]).toMatchObject({ kind: 'person' });
      expect(await world.read(ahmad)).toMatchObject({ person: { consents: [] } });
    });

    test('DELETE erases the row and the sessions that its text names, and the customer can start again', async () => {
      await damage(change);
      expect(await world.consents.end(await unreadable(), world.far())).toMatchObject({ state: 'none' });
      expect(world.erased.sessions).toEqual(expect.arrayContaining(held));
      expect((await world.read()).person).toMatchObject({
        consents: [{ id: idOf(1), state: 'ended' }],
        sessions: [],
      });
      expect(await world.consents.current(await world.read(), world.far())).toEqual({ state: 'none' });
      const started = await world.consents.start(callerOf(steinar), await world.read(), returnUrl, world.far());
      expect(started.created).toBe(true);
    });
  });

  test('a DELETE that cannot erase a session leaves the row, so the call can be repeated', async () => {
    await damage((doc) => ({ ...doc, v: 2 }));
    world.erased.fails = (session) => session === held[1];
    const at = await unreadable();
    expect((await problemOf(() => world.consents.end(at, world.far()))).fault).toBe('erase-failed');
    expect((await unreadable()).at.unreadable).toContain('"v":2');
  });

  test('DELETE finds every session, however many other keys the text contains', async () => {
    const checkedIn = (round: number) => Array.from({ length: 20 }, (_, index) => named(`checked-${round}-${index}`));
    const doubted = Array.from({ length: 6 }, (_, index) =>
      consentAt(world.time.now(), {
        id: idOf(50 + index),
        state: 'ended',
        doubt: { reason: 'status', at: 1, checkedIn: checkedIn(index) },
      }),
    );
    // An earlier version may have written the row like this: the closed consents first, the sessions after them.
    await damage((doc) => ({ ...doc, v: 2, consents: doubted }));
    await world.consents.end(await unreadable(), world.far());
    expect(world.erased.sessions).toEqual(expect.arrayContaining(held));
  });
});
