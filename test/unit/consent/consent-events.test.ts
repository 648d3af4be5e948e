// Altinn's event feed, run after run. No event and no customer can keep a run from acting on the withdrawals that follow.
import { beforeEach, describe, expect, test } from 'vitest';
import type { AltinnEvent, AltinnEventPage } from '../../../shared/altinn/events.ts';
import type { Consent } from '../../../shared/consent/consent.ts';
import { feedPartitionOf } from '../../../shared/consent/feed-lease.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { ahmad, steinar } from '../support/people.ts';
import { problemOf } from '../support/problems.ts';
import { consentAt, consentWorld, day, hour, idOf, minute, named, organisationNumber } from './consent-world.ts';

const feedPartition = feedPartitionOf(organisationNumber);
let world: ReturnType<typeof consentWorld>;
beforeEach(() => {
  world = consentWorld();
});

const event = (index: number, type = 'revoked'): AltinnEvent => ({ consentId: idOf(index), type });
/** A consent of a customer that can be found by its id, with a session that holds a saldo. */
const give = async (index: number, changes: Partial<Consent> = {}, who = steinar) => {
  const consent = consentAt(world.time.now(), { id: idOf(index), ...changes });
  const name = world.keysOf(who)[0];
  const session = {
    session: named(`s-${index}`),
    consentId: consent.id,
    at: world.time.now(),
    until: world.time.now() + hour,
  };
  await world.plant({ consents: [consent], sessions: consent.state === 'accepted' ? [session] : [] }, name);
  await world.index.rememberConsent(consent.id, name, consent.validTo, world.far());
  world.inAltinn(consent, {}, who);
  return consent;
};
/** The feed as pages. The first has no position; the nth is at position `p<n>`. */
const pages = (...all: AltinnEvent[][]) => {
  world.party.feed = ({ position }) => {
    const at = position === undefined ? 0 : Number(position.slice(1));
    return { events: all[at] ?? [], next: at + 1 < all.length ? { position: `p${at + 1}` } : undefined };
  };
};
const sync = () => world.time.run(world.events.sync());
const stateOf = async (index: number, who = steinar) => (await world.stored(idOf(index), who))?.state;
const feedDoc = () =>
  JSON.parse(String(world.table.rows.get(`${feedPartition}|feed`)?.values.doc ?? '{}')) as Record<string, unknown>;
const setFeed = (doc: object) =>
  world.feed.change(feedPartition, world.far(), () => ({ result: 0, next: doc }), { evenUnreadable: true });
const waitingRows = () => [...world.table.rows.keys()].filter((key) => key.startsWith(`${feedPartition}|waiting-`));
const corruptPerson = (who = steinar) =>
  world.table.corrupt({ partitionKey: world.keysOf(who)[0], rowKey: 'person' }, { doc: '{"v":9}' });

describe('where a run starts to read the feed', () => {
  test('the first run reads from the start of its own day, and no later run reads from an earlier day', async () => {
    await sync();
    const startOfDay = Date.UTC(2026, 10, 23);
    expect(world.party.starts).toEqual([{ position: undefined, createdAfter: startOfDay }]);
    await world.time.pass(3 * day);
    await sync();
    expect(world.party.starts[1]).toEqual({ position: undefined, createdAfter: startOfDay });
  });

  test('a start day that was set before the first run is kept', async () => {
    await setFeed({ since: 5 });
    await sync();
    expect(world.party.starts).toEqual([{ position: undefined, createdAfter: 5 }]);
  });

  test('a feed row that cannot be read is created again, and everything is read, because no event may be missed', async () => {
    await sync();
    world.table.corrupt({ partitionKey: feedPartition, rowKey: 'feed' }, { doc: '{"v":9}' });
    expect(await sync()).toBe('complete');
    expect(world.party.starts[1]).toEqual({ position: undefined, createdAfter: undefined });
    expect(world.telemetry.of('row-unreadable')[0]).toMatchObject({ kind: 'feed' });
  });

  test('each run begins after the last page that had a following page', async () => {
    pages([event(90)], [event(91)], [event(92)]);
    await sync();
    await sync();
    expect(world.party.starts.map(({ position }) => position)).toEqual([undefined, 'p1', 'p2', 'p2']);
  });
});

describe('a position that Altinn no longer knows', () => {
  test('makes the run read again from the start, once a run', async () => {
    await setFeed({ position: 'gone', since: 7 });
    await give(1);
    world.party.feed = ({ position }) => (position === 'gone' ? undefined : { events: [event(1)], next: undefined });
    expect(await sync()).toBe('complete');
    expect(world.party.starts).toEqual([
      { position: 'gone', createdAfter: 7 },
      { position: undefined, createdAfter: 7 },
    ]);
    expect([await stateOf(1), feedDoc().position]).toEqual(['revoked', undefined]);
    expect(world.telemetry.of('feed-position-unknown')).toHaveLength(1);
  });

  test('never leads to an endless loop', async () => {
    await setFeed({ position: 'gone', since: 7 });
    world.party.feed = ({ position }) =>
      position === undefined ? { events: [], next: { position: 'gone' } } : undefined;
    expect((await problemOf(sync)).fault).toBe('altinn-events-position');
    expect(world.party.starts.length).toBeLessThanOrEqual(3);
    // The next run tries again, because no lease is left.
    expect(feedDoc().runId).toBeUndefined();
    expect((await problemOf(sync)).fault).toBe('altinn-events-position');
  });
});

describe('an event that cannot be acted on', () => {
  beforeEach(async () => {
    await give(1);
    corruptPerson();
    await give(2, {}, ahmad);
    pages([event(1), event(2)]);
  });

  test('waits, and the withdrawal after it is acted on in the same run', async () => {
    expect(await sync()).toBe('complete');
    expect([await stateOf(2, ahmad), world.erased.sessions]).toEqual(['revoked', [named('s-2')]]);
    expect(waitingRows()).toEqual([`${feedPartition}|waiting-${idOf(1)}-revoked`]);
    expect(world.telemetry.counts().get('feedEvent type=revoked result=waits')).toBe(1);
  });

  test('is retried with a growing delay, and alerted when it is older than an hour', async () => {
    await sync();
    pages([]);
    const tries: number[] = [];
    const count = () => world.telemetry.counts().get('feedEvent type=revoked result=waits') ?? 0;
    for (let minutes = 1; minutes <= 130; minutes++) {
      await world.time.pass(minute);
      const before = count();
      await sync();
      if (count() > before) tries.push(minutes);
      const isOld = tries.some((at) => at > 60);
      expect([minutes, world.telemetry.of('feed-event-stuck').length > 0]).toEqual([minutes, isOld]);
    }
    // 1, 2, 4, 8, … minutes after the previous attempt.
    expect(tries).toEqual([1, 3, 7, 15, 31, 63, 127]);
  });

  test('is acted on as soon as it can be, and then stops waiting', async () => {
    await sync();
    pages([]);
    await give(1);
    await world.time.pass(2 * minute);
    await sync();
    expect([await stateOf(1), waitingRows()]).toEqual(['revoked', []]);
    expect(world.erased.sessions).toContain(named('s-1'));
  });

  test('makes the feed no evidence for its own consent while it waits; for other consents the feed still counts', async () => {
    await sync();
    const fresh = (index: number) => world.events.isFresh(idOf(index), world.far());
    expect([await fresh(1), await fresh(2)]).toEqual([false, true]);
    pages([]);
    await give(1);
    await world.time.pass(2 * minute);
    await sync();
    expect([await fresh(1), await fresh(2)]).toEqual([true, true]);
  });

  test('also waits if its customer cannot be found', async () => {
    world.table.corrupt({ partitionKey: `id-${idOf(1)}`, rowKey: 'id' }, { person: 'unreadable' });
    expect(await sync()).toBe('complete');
    expect([await stateOf(2, ahmad), waitingRows().length]).toEqual(['revoked', 1]);
  });

  test("keeps the feed's position where it is if the event cannot be stored as waiting either", async () => {
    pages([event(1)], [event(2)]);
    world.table.hooks.before = async (operation, partition) => {
      if (operation === 'upsert' && partition === feedPartition) throw new ProblemError('upstream-unavailable');
    };
    await expect(sync()).rejects.toBeInstanceOf(ProblemError);
    expect(feedDoc().position).toBeUndefined();
    world.table.hooks.before = async () => {};
    expect([await sync(), await stateOf(2, ahmad)]).toEqual(['complete', 'revoked']);
  });

  test('because a session cannot be erased blocks the consent at once; the rest is retried', async () => {
    await give(1);
    world.erased.fails = (session) => session === named('s-1');
    await sync();
    expect([await stateOf(1), waitingRows().length]).toEqual(['revoked', 1]);
    world.erased.fails = () => false;
    pages([]);
    await world.time.pass(2 * minute);
    await sync();
    expect([world.erased.sessions.includes(named('s-1')), waitingRows()]).toEqual([true, []]);
  });

  test('does not delay the run, however many events wait and however slow each of them is', async () => {
    pages([]);
    await give(1, { state: 'pending' });
    for (let index = 100; index < 200; index++) {
      await world.index.rememberConsent(idOf(index), world.keysOf(steinar)[0], world.time.now() + day, world.far());
      await world.plant({ consents: [consentAt(world.time.now(), { id: idOf(1), state: 'pending' })] });
      await world.waiting.put(
        { ...event(1, 'accepted'), consentId: idOf(index), since: world.time.now(), tries: 0 },
        world.far(),
      );
    }
    await world.plant({ consents: [] });
    world.table.hooks.before = async (_operation, partition) => {
      if (partition.startsWith('id-') && partition >= `id-${idOf(100)}` && partition < `id-${idOf(200)}`) {
        await world.time.sleep(7000);
        throw new ProblemError('upstream-unavailable');
      }
    };
    await world.time.pass(2 * minute);
    await give(2, {}, ahmad);
    pages([event(2)]);
    const startedAt = world.time.now();
    await sync();
    expect([await stateOf(2, ahmad), world.time.now() - startedAt < 5 * minute]).toEqual(['revoked', true]);
  });
});

describe('a page of the feed', () => {
  test.each([
    ['no token in its link', { fault: 'altinn-events-next-token' }],
    ['an event that cannot be read', { fault: 'altinn-events-schema' }],
  ])('with %s: its own events are acted on first', async (_what, next) => {
    await give(1);
    world.party.feed = () => ({ events: [event(1)], next }) as AltinnEventPage;
    expect((await problemOf(sync)).fault).toBe(next.fault);
    expect(await stateOf(1)).toBe('revoked');
    expect(await world.events.isFresh(idOf(9), world.far())).toBe(false);
  });

  test.each([[[1]], [[2, 1]], [[2, 3, 2]]])(
    'that leads back (%j) ends the run, with all events on the way',
    async (links) => {
      await give(1);
      await give(2, {}, ahmad);
      const all = [[event(1)], [event(2)], [], []];
      world.party.feed = ({ position }) => {
        const at = position === undefined ? 0 : Number(position.slice(1));
        return { events: all[at] ?? [], next: { position: `p${at === 0 ? 1 : links[at - 1]}` } };
      };
      for (let run = 0; run < 2; run++) {
        expect((await problemOf(sync)).fault).toBe('altinn-events-next-seen');
        expect(world.party.starts.length).toBeLessThanOrEqual(4 * (run + 1));
      }
      expect([await stateOf(1), await stateOf(2, ahmad)]).toEqual(['revoked', 'revoked']);
      expect(await world.events.isFresh(idOf(9), world.far())).toBe(false);
    },
  );

  test('is acted on even if the next page cannot be fetched', async () => {
    await give(1);
    pages([event(1)], [event(2)]);
    const feed = world.party.feed;
    world.party.feed = (start) => {
      if (start.position !== undefined) throw new ProblemError('upstream-unavailable');
      return feed(start);
    };
    await expect(sync()).rejects.toBeInstanceOf(ProblemError);
    expect([await stateOf(1), feedDoc().position]).toEqual(['revoked', 'p1']);
  });

  test("with other programs' consents changes nothing, and is looked up eight events at a time", async () => {
    await give(1);
    let most = 0;
    let now = 0;
    world.table.hooks.before = async (_operation, partition) => {
      if (!partition.startsWith('id-')) return;
      most = Math.max(most, ++now);
      await world.time.sleep(10);
      now -= 1;
    };
    pages([...Array.from({ length: 40 }, (_, index) => event(500 + index)), event(1)]);
    expect(await sync()).toBe('complete');
    expect([most, await stateOf(1)]).toEqual([8, 'revoked']);
    expect(world.telemetry.counts().get('feedEvent type=revoked result=unknown')).toBe(40);
  });
});

describe('what an event does', () => {
  test("a withdrawal takes effect once, by the event alone, while Altinn's other calls are down", async () => {
    world.party.whileRead = async () => {
      throw new ProblemError('upstream-unavailable');
    };
    for (const type of ['revoked', 'deleted']) {
      await give(1);
      world.party.reads = [];
      pages([event(1, type), event(1, type)]);
      await sync();
      expect([type, await stateOf(1), world.party.reads]).toEqual([type, 'revoked', []]);
    }
    expect(world.telemetry.counts().get('feedEvent type=revoked result=unchanged')).toBe(1);
  });

  test.each([
    ['an acceptance', 'accepted'],
    ['a rejection', 'rejected'],
  ] as const)('%s is read in Altinn first, and retried when Altinn does not answer', async (_what, type) => {
    const consent = await give(1, { state: 'pending' });
    world.inAltinn(consent, { status: type });
    pages([event(1, type)]);
    world.party.whileRead = async () => {
      throw new ProblemError('upstream-unavailable');
    };
    await sync();
    expect([await stateOf(1), waitingRows().length]).toEqual(['pending', 1]);
    world.party.whileRead = async () => {};
    await world.time.pass(2 * minute);
    await sync();
    expect([await stateOf(1), waitingRows().length]).toEqual([type, 0]);
  });

  test('an old acceptance does not bring an ended consent back', async () => {
    await give(1, { state: 'ended' });
    pages([event(1, 'accepted')]);
    await sync();
    expect([await stateOf(1), world.party.reads]).toEqual(['ended', []]);
  });
});

describe('the feed counts as evidence', () => {
  const fresh = () => world.events.isFresh(idOf(1), world.far());

  test('only after a complete run, and for fifteen minutes from the start of that run', async () => {
    expect(await fresh()).toBe(false);
    await sync();
    const { completeAt } = feedDoc() as { completeAt: number };
    expect(await fresh()).toBe(true);
    await world.time.pass(completeAt + 15 * minute - world.time.now());
    expect(await fresh()).toBe(true);
    await world.time.pass(1);
    expect(await fresh()).toBe(false);
  });

  test('never with a completion time in the future', async () => {
    await setFeed({ since: 0, completeAt: world.time.now() + minute });
    expect(await fresh()).toBe(false);
  });

  test('neither after a failed run nor with a row that cannot be read', async () => {
    world.party.trouble = new ProblemError('upstream-unavailable');
    await expect(sync()).rejects.toBeInstanceOf(ProblemError);
    expect(await fresh()).toBe(false);
    world.party.trouble = undefined;
    await sync();
    world.table.corrupt({ partitionKey: feedPartition, rowKey: 'feed' }, { doc: '{' });
    expect(await fresh()).toBe(false);
  });
});

describe('two runs at once', () => {
  test('one instance reads and the other reports busy; the run of a dead instance is taken over', async () => {
    const { time, table } = world;
    const second = consentWorld({ time, table });
    let other: unknown;
    world.party.feed = () => ({ events: [], next: undefined });
    world.table.hooks.before = async (operation) => {
      if (operation !== 'replace' || other !== undefined) return;
      other = 'asked';
      other = await second.events.sync();
    };
    expect(await sync()).toBe('complete');
    expect(other).toBe('busy');
    world.table.hooks.before = async () => {};
    await setFeed({ since: 0, runId: 'dead' });
    await time.pass(9000);
    expect(await sync()).toBe('busy');
    await time.pass(2000);
    expect(await sync()).toBe('complete');
  });
});
