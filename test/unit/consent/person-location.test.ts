// While PERSON_KEY_SECRET is rotated a customer has two names but one row. The row moves in three guarded steps. Each step may be cut
// short, and any process may repeat it at any later time.
import { describe, expect, test } from 'vitest';
import { overviewOf } from '../../../shared/consent/consent.ts';
import { actOn } from '../../../shared/consent/event-action.ts';
import { nobodyYet, type Person, withEach, withRequest } from '../../../shared/consent/person.ts';
import type { PersonRow } from '../../../shared/consent/person-document.ts';
import { locate } from '../../../shared/consent/person-location.ts';
import { type PersonKey, personKey } from '../../../shared/person/person-key.ts';
import { memoryTable } from '../support/memory-table.ts';
import { steinar } from '../support/people.ts';
import { problemOf } from '../support/problems.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { consentAt, consentWorld, day, hour, idOf, named, newSecret, oldSecret, retentionMs } from './consent-world.ts';

const newName = personKey(newSecret, steinar);
const oldName = personKey(oldSecret, steinar);
const [lesser, greater] = [newName, oldName].sort() as [PersonKey, PersonKey];

/** One table with several processes, each with its own order of secrets. */
function setUp(keptMs = retentionMs) {
  const time = new VirtualTime();
  const table = memoryTable(time);
  const processOf = (...secrets: (typeof newSecret)[]) => consentWorld({ time, table, secrets, keptMs });
  const processes = {
    /** The rotation has begun: the new secret is in use, the old one is still known. */
    rotated: processOf(newSecret, oldSecret),
    /** Not restarted yet. */
    old: processOf(oldSecret),
    /** Rolled back with both secrets, or the other one of two slots. */
    opposite: processOf(oldSecret, newSecret),
    /** The rotation is finished. */
    finished: processOf(newSecret),
  };
  /** All rows of persons as stored, by name. */
  const docs = () =>
    Object.fromEntries(
      [...table.rows.values()]
        .filter(({ rowKey }) => rowKey === 'person')
        .map(({ partitionKey, values }) => [partitionKey, JSON.parse(String(values.doc)) as PersonRow]),
    );
  /** Names that hold the customer's row, not a signpost. */
  const live = () =>
    Object.entries(docs())
      .filter(([, doc]) => !('movedTo' in doc))
      .map(([name]) => name);
  return { time, table, ...processes, docs, live };
}
type World = ReturnType<typeof setUp>;
type Process = World['rotated'];

const personOf = (now: number): Person => ({
  ...nobodyYet,
  consents: [consentAt(now), consentAt(now, { id: idOf(2), state: 'revoked', changedAt: now - 5 })],
  sessions: [{ session: named('session'), consentId: idOf(1), at: now, until: now + hour }],
  requests: [now - hour],
});

/**
 * Runs `work` of one process until its nth table operation, then `between`, then the rest. Returns `false` if `work` has fewer operations.
 */
async function interrupted(world: World, nth: number, work: () => Promise<unknown>, between: () => Promise<unknown>) {
  let left = nth;
  let isReached = false;
  world.table.hooks.before = async () => {
    if (--left !== 0) return;
    isReached = true;
    await world.time.run(between());
  };
  await world.time.run(work());
  world.table.hooks.before = async () => {};
  return isReached;
}

const end = (process: Process) => async () =>
  process.people.change(await process.read(), process.far(), (person) => ({
    result: undefined,
    next: withEach(person, (one) => (one.state === 'accepted' ? { ...one, state: 'ended' } : one)),
  }));
const find = (process: Process) => () => process.read();

describe('a rotation', () => {
  test('moves the row to the present name, leaves a signpost, and loses nothing', async () => {
    const { rotated, old, finished, docs, live, time } = setUp();
    const before = personOf(time.now());
    await old.plant(before);
    const { name, person } = await time.run(rotated.read());
    expect([name, person]).toEqual([newName, { ...before, formerly: [oldName] }]);
    expect(live()).toEqual([newName]);
    expect(docs()[oldName]).toMatchObject({ movedTo: newName });
    // Every process finds the same row, whichever secrets it knows.
    for (const process of [rotated, old, finished]) expect((await time.run(process.read())).name).toBe(newName);
  });

  test('costs one more read, for a customer under the name in use and for one without a row', async () => {
    const { rotated, finished, table, time } = setUp();
    const callsOf = async (work: () => Promise<unknown>) => {
      const before = table.calls();
      await time.run(work());
      return table.calls() - before;
    };
    expect(await callsOf(find(rotated))).toBe(2);
    await rotated.plant(personOf(time.now()));
    expect([await callsOf(find(rotated)), await callsOf(find(finished))]).toEqual([2, 1]);
  });

  test('a customer whose row another process moves between two reads is found at the new name, and can end the use', async () => {
    for (const [process, from] of [
      ['rotated', oldName],
      ['opposite', newName],
    ] as const)
      for (let nth = 1; ; nth++) {
        const world = setUp();
        await (from === oldName ? world.old : world.finished).plant(personOf(world.time.now()));
        const { consents, read, far, stored } = world[process];
        let found: Person | undefined;
        const readAndEnd = async () => {
          const at = await read();
          found = at.person;
          await consents.end(at, far());
        };
        if (!(await interrupted(world, nth, readAndEnd, find(world[process])))) break;
        expect([nth, found?.consents.map(({ id }) => id)]).toEqual([nth, [idOf(1), idOf(2)]]);
        expect([nth, (await stored())?.state]).toEqual([nth, 'ended']);
      }
  });

  test('a move that is cut short before or after any operation is completed by the next process', async () => {
    let cuts = 0;
    for (const when of ['before', 'after'] as const)
      for (const next of ['rotated', 'old', 'opposite', 'finished'] as const)
        for (let nth = 1; ; nth++) {
          const world = setUp();
          const before = personOf(world.time.now());
          await world.old.plant(before);
          world.table.trouble(when, nth);
          const isCut = await world.time.run(world.rotated.read()).then(
            () => false,
            () => true,
          );
          if (!isCut) break;
          cuts += 1;
          const at = await world.time.run(world[next].read());
          // A process that knows only the new secret cannot find the row before it has arrived there.
          if (next === 'finished' && world.docs()[newName] === undefined) continue;
          const { formerly: _, ...expected } = before;
          expect([when, nth, next, at.person]).toMatchObject([when, nth, next, expected]);
          const ended = await world.time.run(end(world[next])());
          expect([when, nth, next, ended.at.person.consents.length]).toEqual([when, nth, next, 2]);
          // There is one row, and every process sees the end.
          for (const process of [world.rotated, world.opposite, world.rotated])
            expect((await world.time.run(process.read())).person.consents.map(({ state }) => state).sort()).toEqual([
              'ended',
              'revoked',
            ]);
          expect(world.live()).toHaveLength(1);
        }
    // The operations are two reads, the mark, the second read of both, the arrival, the signpost, and the reads between them.
    expect(cuts).toBeGreaterThan(2 * 4 * 8);
  });

  test('a step that is repeated after later steps changes nothing', async () => {
    let late = 0;
    for (const [other, last] of [
      ['rotated', 'rotated'],
      ['opposite', 'rotated'],
      ['rotated', 'opposite'],
      ['old', 'opposite'],
    ] as const)
      for (let nth = 1; ; nth++) {
        const world = setUp();
        await world.old.plant(personOf(world.time.now()));
        const goOn = async () => {
          await end(world[other])();
          await end(world[last])();
        };
        if (!(await interrupted(world, nth, find(world.rotated), goOn))) break;
        late += 1;
        for (const process of [world.rotated, world.opposite]) {
          const { person } = await world.time.run(process.read());
          expect([other, nth, person.consents.map(({ state }) => state).sort()]).toEqual([
            other,
            nth,
            ['ended', 'revoked'],
          ]);
        }
        expect(world.live()).toHaveLength(1);
      }
    expect(late).toBeGreaterThan(3 * 8);
  });

  test('two processes that move the row in opposite directions leave one row, and lose no change of either', async () => {
    for (let nth = 1; ; nth++) {
      const world = setUp();
      await world.old.plant(personOf(world.time.now()));
      const open = (process: Process, index: number) => async () =>
        process.people.change(await process.read(), process.far(), (person) => ({
          result: undefined,
          next: overviewOf(person.consents, world.time.now()).open
            ? person
            : withRequest(person, consentAt(world.time.now(), { id: idOf(index), state: 'pending' })),
        }));
      if (!(await interrupted(world, nth, open(world.rotated, 7), open(world.opposite, 8)))) break;
      const { person } = await world.time.run(world.rotated.read());
      // The other process wrote its request first and completely, so that request is the one that remains.
      const pending = person.consents.filter(({ state }) => state === 'pending');
      expect([nth, pending.map(({ id }) => id)]).toEqual([nth, [idOf(8)]]);
      expect([nth, person.consents.length, person.requests.length]).toEqual([nth, 3, 2]);
      expect(world.live()).toHaveLength(1);
    }
  });

  test('a row that moves to the new name, back, and to the new name again is found each time', async () => {
    const { rotated, opposite, time, live, docs } = setUp();
    await opposite.plant(personOf(time.now()));
    for (const [process, name] of [
      [rotated, newName],
      [opposite, oldName],
      [rotated, newName],
    ] as const) {
      const { person } = await time.run(process.read());
      expect([live(), person.consents.length]).toEqual([[name], 2]);
    }
    expect(docs()[oldName]).toMatchObject({ movedTo: newName });
  });

  test('a row that a restored backup brings back under the old name does not undo an end', async () => {
    const { rotated, old, time } = setUp();
    await old.plant(personOf(time.now()));
    await time.run(end(rotated)());
    // The signpost is replaced by the row as it was.
    await old.rows.change(oldName, old.far(), () => ({ result: undefined, next: personOf(time.now()) }));
    const { person } = await time.run(rotated.read());
    expect(person.consents.map(({ state }) => state).sort()).toEqual(['ended', 'revoked']);
  });
});

describe('a customer without rows, while there are two names', () => {
  test('two processes with opposite orders of the names write one row, whichever is first at any point', async () => {
    let points = 0;
    for (const [first, second] of [
      ['rotated', 'opposite'],
      ['opposite', 'rotated'],
      ['rotated', 'old'],
      ['opposite', 'old'],
    ] as const)
      for (let nth = 1; ; nth++) {
        const world = setUp();
        const open = (process: Process, index: number) => async () =>
          process.people.change(await process.read(), process.far(), (person) => {
            if (overviewOf(person.consents, world.time.now()).open) return { result: false };
            const consent = consentAt(world.time.now(), { id: idOf(index), state: 'pending' });
            return { result: true, next: withRequest(person, consent) };
          });
        if (!(await interrupted(world, nth, open(world[first], 1), open(world[second], 2)))) break;
        points += 1;
        const { person } = await world.time.run(world.rotated.read());
        const pending = person.consents.filter(({ state }) => state === 'pending');
        expect([first, second, nth, pending.map(({ id }) => id)]).toEqual([first, second, nth, [idOf(2)]]);
        expect(world.live()).toHaveLength(1);
      }
    expect(points).toBeGreaterThan(12);
  });

  test('before a row is written under the greater name, a signpost to it is written under the lesser one', async () => {
    const world = setUp();
    const uses = greater === newName ? world.rotated : world.opposite;
    const location = await locate({ ...uses, retentionMs }, [greater, lesser], uses.far(), false);
    expect(location.claim).toBeDefined();
    expect(world.docs()).toEqual({});
    expect(await location.claim?.(uses.far())).toBe(true);
    expect(world.docs()).toMatchObject({ [lesser]: { movedTo: greater } });
    // The claim is repeated by any process, and nothing changes.
    expect(await location.claim?.(uses.far())).toBe(true);
    const other = await locate({ ...uses, retentionMs }, [lesser, greater], uses.far(), false);
    expect([other.name, other.claim]).toEqual([greater, undefined]);
  });

  test('reading alone writes nothing', async () => {
    const { rotated, opposite, docs, time } = setUp();
    await time.run(Promise.all([rotated.read(), opposite.read()]));
    expect(docs()).toEqual({});
  });
});

describe('signposts', () => {
  test('are followed several times; a circle of signposts is an outage, not an endless loop', async () => {
    const { old, finished, time } = setUp();
    const names = [named('name-1'), named('name-2'), named('name-3')] as const;
    await old.plant(personOf(time.now()), names[2]);
    const point = (from: PersonKey, to: PersonKey) =>
      old.rows.change(from, old.far(), () => ({ result: undefined, next: { movedTo: to, purgeAt: 1 } }), {
        evenUnreadable: true,
      });
    await point(names[0], names[1]);
    await point(names[1], names[2]);
    expect((await finished.people.read([names[0]], old.far())).name).toBe(names[2]);
    await point(names[2], names[0]);
    expect(await problemOf(() => finished.people.read([names[0]], old.far()))).toMatchObject({
      code: 'upstream-unavailable',
      fault: 'person-moving',
    });
  });

  test('live as long as an event may need them, however short the retention: a request that was given up is answered late', async () => {
    const { rotated, old, time, table } = setUp(day);
    const given = consentAt(time.now(), { state: 'abandoned' });
    await old.plant({ ...nobodyYet, consents: [given] });
    await old.index.rememberConsent(given.id, oldName, given.validTo + day, old.far());
    await time.run(rotated.read());
    rotated.inAltinn(given);
    await time.run(actOn(rotated.context, { consentId: given.id, type: 'accepted' }, rotated.far()));
    expect(await rotated.stored()).toMatchObject({ state: 'accepted' });
    await time.pass(299 * day);
    // The sweep.
    for (const [key, { values }] of table.rows)
      if (String(values.purgeAt) < new Date(time.now()).toISOString()) table.rows.delete(key);
    expect(await time.run(actOn(rotated.context, { consentId: given.id, type: 'revoked' }, rotated.far()))).toBe(
      'blocked',
    );
    expect(await rotated.stored()).toMatchObject({ state: 'revoked' });
  });
});

describe('the log of a customer who has had several names', () => {
  test('is read from all of them, newest first', async () => {
    const { old, rotated, time } = setUp();
    await old.plant(personOf(time.now()));
    const write = async (process: Process) =>
      time.run(
        process.people.change(await time.run(process.read()), process.far(), () => ({
          result: undefined,
          entries: [{ at: time.now(), event: 'saldo-fetched' }],
        })),
      );
    await write(old);
    await time.pass(1000);
    const second = time.now();
    await write(rotated);
    const { name, person } = await time.run(rotated.read());
    expect([name, person.formerly]).toEqual([newName, [oldName]]);
    const page = await rotated.log.page([name, ...person.formerly], undefined, rotated.far());
    expect(page.map(({ at }) => Date.parse(at))).toEqual([second, time.startedAt]);
  });
});

describe('a row that cannot be read, while two names are known', () => {
  const damaged = async (which: 'old' | 'new') => {
    const world = setUp();
    const { old, finished, table, time } = world;
    // Both rows exist, because a move was cut short after the arrival, or a backup was restored.
    await old.plant(personOf(time.now()));
    await finished.plant(personOf(time.now()));
    table.corrupt({ partitionKey: which === 'old' ? oldName : newName, rowKey: 'person' }, { doc: '{"v":9}' });
    return world;
  };

  test.each(['old', 'new'] as const)('the row under the %s name never counts as absent', async (which) => {
    const { rotated, time } = await damaged(which);
    expect((await problemOf(() => time.run(rotated.read()))).fault).toBe('row-unreadable-person');
  });

  test.each(['old', 'new'] as const)(
    'the row under the %s name: DELETE ends everything, and the customer can go on',
    async (which) => {
      const { rotated, time } = await damaged(which);
      const at = await time.run(rotated.people.read([newName, oldName], rotated.far(), true));
      await time.run(rotated.consents.end(at, rotated.far()));
      const { person } = await time.run(rotated.read());
      expect(person.consents.filter(({ state }) => state === 'accepted')).toEqual([]);
    },
  );

  // A newer version wrote the row and its signpost. The customer ends the use, and the process dies half-way.
  test.each(['rotated', 'opposite'] as const)(
    'both rows (%s): wherever DELETE is cut short, an event still finds the consent',
    async (which) => {
      for (let nth = 1; ; nth++) {
        const world = setUp();
        const { old, table, time } = world;
        await old.plant(personOf(time.now()));
        await old.index.rememberConsent(idOf(1), oldName, time.now() + day, old.far());
        await time.run(world.rotated.read());
        for (const name of [oldName, newName]) {
          const text = String(table.rows.get(`${name}|person`)?.values.doc);
          table.corrupt({ partitionKey: name, rowKey: 'person' }, { doc: text.replace('"v":1', '"v":2') });
        }
        const process = world[which];
        const at = await time.run(process.people.read(process.keysOf(steinar), process.far(), true));
        table.trouble('before', nth);
        const isCut = await time.run(process.consents.end(at, process.far())).then(
          () => false,
          () => true,
        );
        if (!isCut) break;
        // The event finds a row that still holds the consent, and waits for it.
        const isThere = [...table.rows.values()].some(({ values }) =>
          String(values.doc).includes('"state":"accepted"'),
        );
        const event = { consentId: idOf(1), type: 'revoked' } as Parameters<typeof actOn>[1];
        const act = () => time.run(actOn(process.context, event, process.far()));
        if (isThere) expect([nth, (await problemOf(act)).fault]).toEqual([nth, 'row-unreadable-person']);
      }
    },
  );
});
