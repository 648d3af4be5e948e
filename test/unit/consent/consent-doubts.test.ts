// Doubts do not end a consent. Only three things end one: the customer, Altinn's own answer, and time.
import { describe, expect, test } from 'vitest';
import type { AltinnConsent } from '../../../shared/altinn/reply.ts';
import type { Consent } from '../../../shared/consent/consent.ts';
import type { ProblemError } from '../../../shared/problems.ts';
import { ahmad, person, steinar } from '../support/people.ts';
import { problemOf } from '../support/problems.ts';
import { callerOf, consentAt, consentWorld, day, hour, idOf, minute, named, returnUrl } from './consent-world.ts';

const me = named('my session');
const later = named('a later session');
const other = named('another session');
const people = [steinar, ahmad, person('04125300311'), person('06095300381')] as const;

/** Customers, each with a consent in force that Altinn reports as accepted. `lookUp` does what a look-up does. */
function setUp(options: Parameters<typeof consentWorld>[0] = {}) {
  const world = consentWorld(options);
  const { time, far, consentCheck, consents, plant, keysOf, inAltinn, party } = world;
  const lanekassen = {
    refuses: false as false | 'refused' | 'token' | 'no token needed',
    answer: 'saldo-fetched' as 'saldo-fetched' | 'not-a-customer',
  };
  const consentOf = (who = 0) => consentAt(time.startedAt, { id: idOf(1 + who) });
  const give = async (who = 0, changes: Partial<Consent> = {}) => {
    await plant({ consents: [{ ...consentOf(who), ...changes }] }, keysOf(people[who] ?? steinar)[0]);
    inAltinn(consentOf(who), {}, people[who]);
  };
  const says = (changes: Partial<AltinnConsent>, who = 0) => inAltinn(consentOf(who), changes, people[who]);
  const lookUp = (session = me, who = 0) =>
    time.run(
      (async () => {
        const found = await consentCheck.findActive(await world.read(people[who]), session, far());
        const registered = await consentCheck.register(found, time.now() + hour, far());
        if (!found.verified) await consentCheck.verify(found, far());
        const { refuses } = lanekassen;
        if (refuses === 'refused' || refuses === 'token')
          throw await consentCheck.recordRefusal(registered, refuses, far());
        if (refuses !== 'no token needed') consentCheck.recordToken();
        return consentCheck.recordUse(registered, lanekassen.answer, far());
      })(),
    );
  const outcome = (session = me, who = 0) =>
    lookUp(session, who).then(
      () => 'answered',
      (error: unknown) => (error as ProblemError).code,
    );
  const doubtOf = async (who = 0) => (await world.stored(idOf(1 + who), people[who]))?.doubt;
  const ask = async () => time.run(consents.start(callerOf(steinar), await world.read(), returnUrl, far()));
  const shown = async () => time.run(consents.current(await world.read(), far()));
  return { ...world, lanekassen, give, says, lookUp, outcome, doubtOf, ask, shown, reads: () => party.reads.length };
}
type World = ReturnType<typeof setUp>;

/** Each reason for a doubt, and how it arises. */
const causes: [reason: string, code: string, (world: World) => void][] = [
  ['refused', 'consent-refused', ({ lanekassen }) => void Object.assign(lanekassen, { refuses: 'refused' })],
  ['token', 'consent-refused', ({ lanekassen }) => void Object.assign(lanekassen, { refuses: 'token' })],
  ['absent', 'consent-refused', ({ party }) => void party.requests.clear()],
  ['status', 'consent-refused', ({ says }) => says({ status: 'created' })],
  ['status', 'consent-refused', ({ says }) => says({ status: 'rejected' })],
  ['resource', 'consent-refused', ({ says }) => says({ resourceIds: ['slk_0000_1'] })],
  ['validity', 'consent-refused', ({ says, time }) => says({ validTo: time.now() + 400 * day })],
  ['giver', 'consent-person-mismatch', ({ says }) => says({ from: ahmad })],
  ['giver', 'consent-person-mismatch', ({ says }) => says({ requiredDelegator: ahmad })],
  ['receiver', 'consent-person-mismatch', ({ says }) => says({ to: '310078920' })],
];

describe.each(causes)('%s (%s)', (reason, code, cause) => {
  test('is stored with its time, ends nothing, and erases what the other sessions hold', async () => {
    const world = setUp();
    const { give, lookUp, outcome, doubtOf, stored, erased, read, time, shown } = world;
    await give();
    await lookUp(other);
    await time.pass(1000);
    cause(world);
    expect(await outcome()).toBe(code);
    expect(await doubtOf()).toMatchObject({ reason, checkedIn: [me] });
    expect((await doubtOf())?.at).toBeGreaterThanOrEqual(time.startedAt + 1000);
    expect((await stored())?.state).toBe('accepted');
    expect(erased.sessions).toContain(other);
    expect((await read()).person.sessions).toEqual([]);
    expect(await shown()).toMatchObject({
      state: 'accepted',
      renewFrom: new Date((await doubtOf())?.at ?? 0).toISOString(),
    });
  });

  test('is checked once in each login session', async () => {
    const world = setUp();
    const { give, outcome, reads } = world;
    await give();
    cause(world);
    await outcome();
    const before = reads();
    expect([await outcome(), reads()]).toEqual([code, before]);
    expect([await outcome(later), reads()]).toEqual([code, before + 1]);
    expect([await outcome(later), await outcome(), reads()]).toEqual([code, code, before + 1]);
  });

  test('is removed when a later check succeeds', async () => {
    const world = setUp();
    const { give, says, outcome, doubtOf, lanekassen, stored } = world;
    await give();
    cause(world);
    await outcome();
    says({});
    lanekassen.refuses = false;
    expect(await outcome(later)).toBe('answered');
    expect(await doubtOf()).toBeUndefined();
    // This includes the session that had checked it before.
    expect([await outcome(), (await stored())?.state]).toEqual(['answered', 'accepted']);
  });

  test('lets the next POST open a new request, which replaces the consent once it is accepted', async () => {
    const world = setUp();
    const { give, outcome, ask, stored, inAltinn, lanekassen, party, read, shown } = world;
    await give();
    cause(world);
    await outcome();
    const { created, consent } = await ask();
    expect([created, consent.state]).toEqual([true, 'pending']);
    const open = (await read()).person.consents.find(({ state }) => state === 'pending');
    expect((await shown()).state).toBe('accepted');
    // A second POST opens the same request.
    expect(await ask()).toMatchObject({ created: false, consent: { state: 'pending' } });
    expect(party.creates).toHaveLength(1);
    if (open === undefined) throw new Error('no open request');
    inAltinn(open);
    lanekassen.refuses = false;
    expect(await outcome(later)).toBe('answered');
    expect([(await stored())?.state, (await stored(open.id))?.state]).toEqual(['superseded', 'accepted']);
  });
});

describe('a doubt', () => {
  test("is not raised by an answer with another consent's id, because it says nothing about this consent", async () => {
    const { give, says, outcome, doubtOf } = setUp();
    await give();
    says({ id: idOf(77) });
    expect(await outcome()).toBe('consent-person-mismatch');
    expect(await doubtOf()).toBeUndefined();
  });

  test('does not outlive the consent: an end by Altinn or the customer counts, in doubt or not', async () => {
    const { give, says, outcome, stored } = setUp();
    await give();
    says({ status: 'created' });
    await outcome();
    says({ status: 'revoked' });
    expect(await outcome(later)).toBe('consent-revoked');
    expect((await stored())?.state).toBe('revoked');
    const second = setUp();
    await second.give();
    second.says({ from: ahmad });
    await second.outcome();
    await second.consents.end(await second.read(), second.far());
    expect((await second.stored())?.state).toBe('ended');
  });

  test("is raised when the consent's resource leaves the list, and removed when it is listed again", async () => {
    const first = setUp({ resourceIds: ['slk_5498_1', 'org_5498_2'] });
    const consent = consentAt(first.time.now(), { resourceId: 'org_5498_2' });
    await first.plant({ consents: [consent] });
    first.inAltinn(consent);
    expect(await first.outcome()).toBe('answered');
    const { time, table } = first;
    const second = setUp({ time, table, resourceIds: ['slk_5498_1'] });
    second.inAltinn(consent);
    // The doubt is visible before any check, so a new request may be made at once.
    expect(Date.parse(((await second.shown()) as { renewFrom: string }).renewFrom)).toBeLessThanOrEqual(time.now());
    expect([await second.outcome(later), (await second.doubtOf())?.reason]).toEqual(['consent-refused', 'resource']);
    const third = setUp({ time, table, resourceIds: ['slk_5498_1', 'org_5498_2'] });
    third.inAltinn(consent);
    expect([await third.outcome(named('third')), await third.doubtOf()]).toEqual(['answered', undefined]);
  });

  test('erases every session, including one that a process with a fast clock has just registered', async () => {
    const { give, says, lookUp, outcome, erased, time, read, plant } = setUp();
    await give();
    await lookUp(other);
    const { person: now } = await read();
    await plant({ ...now, sessions: now.sessions.map((one) => ({ ...one, at: time.now() + 5000 })) });
    says({ from: ahmad });
    expect(await outcome()).toBe('consent-person-mismatch');
    expect(erased.sessions).toContain(other);
  });

  test('is written even if a session cannot be erased, and the row lists what is still to be erased', async () => {
    const { give, says, lookUp, outcome, erased, doubtOf, read, time, people: store, far, table, keysOf } = setUp();
    await give();
    await lookUp(other);
    says({ status: 'created' });
    erased.fails = (session) => session === other;
    expect(await outcome()).toBe('consent-refused');
    expect((await doubtOf())?.reason).toBe('status');
    const row = () => table.rows.get(`${keysOf(steinar)[0]}|person`);
    expect(row()?.values.eraseAt).toBeDefined();
    erased.fails = () => false;
    await time.run(store.upToDate(await read(), far()));
    expect(erased.sessions).toContain(other);
    expect(row()?.values.eraseAt).toBeUndefined();
  });

  test('after a refusal is removed by any answer of Lånekassen, also by "not a customer"', async () => {
    const { give, outcome, lanekassen, doubtOf } = setUp();
    await give();
    lanekassen.refuses = 'refused';
    await outcome();
    Object.assign(lanekassen, { refuses: false, answer: 'not-a-customer' });
    expect(await outcome(later)).toBe('answered');
    expect(await doubtOf()).toBeUndefined();
  });

  test.each(['refused', 'token'] as const)('after a refusal (%s) may lead to one new request a day', async (by) => {
    const { give, outcome, lanekassen, ask, read, inAltinn, time } = setUp();
    await give();
    lanekassen.refuses = by;
    await outcome();
    await time.pass(minute);
    await ask();
    const open = (await read()).person.consents.find(({ state }) => state === 'pending');
    if (open === undefined) throw new Error('no open request');
    await time.pass(minute);
    inAltinn(open);
    expect(await outcome(later)).toBe('consent-refused');
    expect((await problemOf(ask)).code).toBe('consent-refused');
    await time.pass(day - minute);
    expect(await ask()).toMatchObject({ created: true });
  });
});

type Act = (world: World) => void;
const refuses =
  (refuses: false | 'refused' | 'token'): Act =>
  ({ lanekassen }) =>
    void Object.assign(lanekassen, { refuses });
const forgets: Act = ({ party }) => party.requests.clear();
const knows: Act = ({ says }) => {
  for (const who of people.keys()) says({}, who);
};
test('an answer to a customer who needs no consent token does not count as proof that Maskinporten works', async () => {
  const world = setUp();
  for (const who of [0, 1, 2]) await world.give(who);
  await world.give(3, { consentTokenAcceptedAt: world.time.startedAt });
  refuses('token')(world);
  for (const who of [0, 1]) await world.outcome(me, who);
  world.lanekassen.refuses = 'no token needed';
  expect(await world.outcome(me, 3)).toBe('answered');
  refuses('token')(world);
  expect([await world.outcome(me, 2), await world.doubtOf(2)]).toEqual(['upstream-unavailable', undefined]);
});

const shared: [reason: string, begin: Act, stop: Act][] = [
  ['refused', refuses('refused'), refuses(false)],
  ['token', refuses('token'), refuses(false)],
  ['absent', forgets, knows],
];

describe.each(shared)('a failure that affects all customers: %s', (reason, begin, stop) => {
  const begun = async (): Promise<World> => {
    const world = setUp();
    for (const who of [0, 1, 2, 3]) await world.give(who);
    begin(world);
    return world;
  };
  const alerts = ({ telemetry }: World) => telemetry.of('consents-refused-for-all').length;

  test('three affected customers within ten minutes are an outage: it is alerted, and no further consent gets a doubt', async () => {
    const world = await begun();
    const { outcome, doubtOf, stored, time } = world;
    expect([await outcome(me, 0), await outcome(me, 1)]).toEqual(['consent-refused', 'consent-refused']);
    await time.pass(9 * minute);
    expect(alerts(world)).toBe(0);
    expect([await outcome(me, 2), await outcome(me, 3)]).toEqual(['upstream-unavailable', 'upstream-unavailable']);
    expect([await doubtOf(2), await doubtOf(3), (await stored(idOf(3), people[2]))?.state]).toEqual([
      undefined,
      undefined,
      'accepted',
    ]);
    expect(alerts(world)).toBeGreaterThan(0);
  });

  test('doubts stored before the outage was recognised are removed at the next check, also in a session that has checked', async () => {
    const world = await begun();
    const { outcome, doubtOf } = world;
    for (const who of [0, 1, 2]) await outcome(me, who);
    expect((await doubtOf(0))?.reason).toBe(reason);
    expect(await outcome(me, 0)).toBe('upstream-unavailable');
    stop(world);
    expect([await outcome(me, 0), await doubtOf(0)]).toEqual(['answered', undefined]);
    expect([await outcome(me, 1), await doubtOf(1)]).toEqual(['answered', undefined]);
  });

  test('one customer three times is no outage; three customers more than ten minutes apart are none either', async () => {
    const world = await begun();
    const { outcome, doubtOf, time } = world;
    for (const session of ['a', 'b', 'c', 'd']) expect(await outcome(named(session), 0)).toBe('consent-refused');
    await time.pass(minute);
    expect(await outcome(me, 1)).toBe('consent-refused');
    await time.pass(10 * minute);
    expect(await outcome(me, 2)).toBe('consent-refused');
    expect([alerts(world), (await doubtOf(2))?.reason]).toEqual([0, reason]);
  });

  test('a good answer restarts the count, and ends an outage', async () => {
    const world = await begun();
    const { outcome, doubtOf, give } = world;
    await outcome(me, 0);
    await outcome(me, 1);
    stop(world);
    expect(await outcome(me, 3)).toBe('answered');
    begin(world);
    expect([await outcome(me, 2), (await doubtOf(2))?.reason, alerts(world)]).toEqual(['consent-refused', reason, 0]);
    await give(1);
    begin(world);
    for (const who of [0, 1]) await outcome(later, who);
    expect(alerts(world)).toBeGreaterThan(0);
    stop(world);
    expect(await outcome(named('third'), 3)).toBe('answered');
    begin(world);
    expect(await outcome(named('fourth'), 3)).toBe('consent-refused');
  });

  test('a doubt from before the outage remains', async () => {
    const world = await begun();
    const { outcome, time } = world;
    await outcome(me, 3);
    await time.pass(11 * minute);
    for (const who of [0, 1, 2]) await outcome(me, who);
    stop(world);
    expect(await outcome(me, 3)).toBe('consent-refused');
    expect(await outcome(later, 3)).toBe('answered');
  });
});
