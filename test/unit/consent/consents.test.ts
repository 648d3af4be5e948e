// The customer's calls: to request a consent, to read its state, and to end it.
import { beforeEach, describe, expect, test } from 'vitest';
import type { Consent } from '../../../shared/consent/consent.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { ahmad, steinar } from '../support/people.ts';
import { problemOf } from '../support/problems.ts';
import { callerOf, consentAt, consentWorld, day, hour, idOf, minute, named, returnUrl } from './consent-world.ts';

let world: ReturnType<typeof consentWorld>;
beforeEach(() => {
  world = consentWorld();
});

const start = async (url = returnUrl) =>
  world.time.run(world.consents.start(callerOf(steinar), await world.read(), url, world.far()));
const current = async () => world.time.run(world.consents.current(await world.read(), world.far()));
const end = async () => world.time.run(world.consents.end(await world.read(), world.far()));
const consents = async () => (await world.read()).person.consents;
const open = async () => {
  const found = (await consents()).find(({ state }) => state === 'pending');
  if (found === undefined) throw new Error('no open request');
  return found;
};
const answer = async (status: 'accepted' | 'rejected') => world.inAltinn(await open(), { status });
const refusedBy = async (work: () => Promise<unknown>) => {
  const { code, status, retryAfterSeconds } = await problemOf(work);
  return { code, status, retryAfterSeconds };
};

describe('new requests', () => {
  test('are limited to five an hour; the sixth is refused, with the time when the next is possible', async () => {
    for (let index = 0; index < 5; index++) {
      expect((await start()).created).toBe(true);
      await end();
      await world.time.pass(minute);
    }
    expect(await refusedBy(start)).toEqual({ code: 'too-many-requests', status: 429, retryAfterSeconds: 55 * 60 });
    expect(world.party.creates).toHaveLength(5);
    await world.time.pass(55 * minute - 1);
    expect(await refusedBy(start)).toMatchObject({ code: 'too-many-requests', retryAfterSeconds: 1 });
    await world.time.pass(1);
    expect((await start()).created).toBe(true);
  });

  test('are limited to twenty a day', async () => {
    for (let index = 0; index < 20; index++) {
      expect((await start()).created).toBe(true);
      await end();
      await world.time.pass(hour);
    }
    expect(await refusedBy(start)).toEqual({ code: 'too-many-requests', status: 429, retryAfterSeconds: 4 * 3600 });
    await world.time.pass(4 * hour);
    expect((await start()).created).toBe(true);
  });

  test('of one customer do not count for another', async () => {
    for (let index = 0; index < 5; index++) {
      await start();
      await end();
    }
    expect((await refusedBy(start)).code).toBe('too-many-requests');
    const other = world.consents.start(callerOf(ahmad), await world.read(ahmad), returnUrl, world.far());
    expect((await world.time.run(other)).created).toBe(true);
  });

  test('do not count when they open the request that is already open', async () => {
    await start();
    for (let index = 0; index < 30; index++)
      expect(await start()).toMatchObject({ created: false, consent: { state: 'pending' } });
    expect([world.party.creates.length, (await world.read()).person.requests.length]).toEqual([1, 1]);
  });

  test('at the limit leave the open request usable: it can be opened, answered and ended', async () => {
    for (let index = 0; index < 4; index++) {
      await start();
      await end();
    }
    await start();
    expect(await start()).toMatchObject({ created: false });
    await answer('accepted');
    expect(await current()).toMatchObject({ state: 'accepted' });
    expect(await end()).toMatchObject({ state: 'none' });
    expect((await refusedBy(start)).code).toBe('too-many-requests');
  });

  test('made at the same time leave one request, and count as one', async () => {
    const at = await world.read();
    const all = Array.from({ length: 8 }, () => world.consents.start(callerOf(steinar), at, returnUrl, world.far()));
    const answers = await world.time.run(Promise.all(all));
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect((await consents()).map(({ state }) => state)).toEqual(['pending']);
    expect((await world.read()).person.requests).toHaveLength(1);
  });

  test('whose answer is lost are found again, under the same id', async () => {
    world.party.trouble = new ProblemError('upstream-unavailable');
    expect((await problemOf(start)).code).toBe('upstream-unavailable');
    world.party.trouble = undefined;
    expect(await start()).toMatchObject({ created: false, consent: { state: 'pending' } });
    expect(new Set(world.party.creates).size).toBe(1);
    expect(await consents()).toHaveLength(1);
  });

  test('whose answers are lost again and again keep the `state` that Altinn has, which is that of the first one', async () => {
    const { create } = world.altinn;
    world.altinn.create = async (...given) => {
      await create(...given);
      throw new ProblemError('upstream-unavailable');
    };
    for (let index = 0; index < 5; index++) await problemOf(start);
    world.altinn.create = create;
    const newest = `${returnUrl}newest`;
    const started = world.consents.start(callerOf(steinar), await world.read(), newest, world.far());
    expect(await world.time.run(started)).toMatchObject({ created: false, consent: { state: 'pending' } });
    const [redirect] = [...world.party.redirects.values()];
    await world.time.pass(59 * minute);
    const state = new URL(redirect ?? '').searchParams.get('state') ?? '';
    expect(await world.time.run(world.callback(state, world.far()))).toBe(`${newest}?studielan=pending`);
  });

  test('have a resource of their own, the first of the list, which is kept in the consent', async () => {
    world = consentWorld({ resourceIds: ['native', 'org_5498_2'] });
    await start();
    expect((await open()).resourceId).toBe('native');
  });
});

describe('a consent in force', () => {
  test('is returned until it may be renewed', async () => {
    const consent = consentAt(world.time.now(), { validTo: world.time.now() + 31 * day });
    await world.plant({ consents: [consent] });
    world.inAltinn(consent);
    expect(await start()).toMatchObject({ created: false, consent: { state: 'accepted' } });
    await world.time.pass(day);
    expect(await start()).toMatchObject({ created: true, consent: { state: 'pending' } });
    expect((await current()).state).toBe('accepted');
  });

  test('that was imported and is not accepted by the settings is hidden, but the customer can end it', async () => {
    const moved = consentAt(world.time.now(), { migrated: true });
    const session = { session: named('s'), consentId: moved.id, at: world.time.now(), until: world.time.now() + hour };
    await world.plant({ consents: [moved], sessions: [session] });
    expect(await current()).toEqual({ state: 'none' });
    await end();
    expect([(await consents())[0]?.state, world.erased.sessions]).toEqual(['ended', [named('s')]]);
    // It stays ended after the setting accepts imported consents again.
    const { time, table } = world;
    world = consentWorld({ time, table, acceptMigrated: true });
    expect(await current()).toEqual({ state: 'none' });
  });
});

describe('the end by the customer', () => {
  test('ends a consent in any state, however often it is called', async () => {
    const now = world.time.now();
    const given: Consent[] = [
      consentAt(now),
      consentAt(now, { id: idOf(2), state: 'pending' }),
      consentAt(now, { id: idOf(3), state: 'abandoned' }),
      consentAt(now, { id: idOf(4), state: 'revoked' }),
    ];
    await world.plant({ consents: given });
    for (let index = 0; index < 2; index++) expect((await end()).state).toBe('none');
    const states = Object.fromEntries((await consents()).map(({ id, state }) => [id, state]));
    expect(states).toEqual({ [idOf(1)]: 'ended', [idOf(2)]: 'ended', [idOf(3)]: 'ended', [idOf(4)]: 'revoked' });
  });

  test('ends any number of requests that were given up', async () => {
    const left = Array.from({ length: 20 }, (_, index) =>
      consentAt(world.time.now(), { id: idOf(index), state: 'abandoned' }),
    );
    await world.plant({ consents: left });
    expect((await end()).state).toBe('none');
    expect((await consents()).every(({ state }) => state === 'ended')).toBe(true);
  });
});

describe('the way back from Altinn', () => {
  const stateOf = async () =>
    new URL(world.party.redirects.get((await open()).id) ?? '').searchParams.get('state') ?? '';
  const back = (state: string | undefined) => world.time.run(world.callback(state, world.far()));

  test("leads to the return URL with the word for Altinn's answer", async () => {
    await start('https://bank.example/retur?x=1');
    const state = await stateOf();
    expect(await back(state)).toBe('https://bank.example/retur?x=1&studielan=pending');
    await answer('accepted');
    expect(await back(state)).toBe('https://bank.example/retur?x=1&studielan=accepted');
  });

  test('a `state` lives as long as the newest page that was returned with it', async () => {
    world = consentWorld({ requestTtlMs: 60 * minute });
    await start();
    const state = await stateOf();
    const { id } = await open();
    await world.time.pass(59 * minute);
    expect((await start()).created).toBe(false);
    await world.time.pass(3 * minute);
    // The request is too old to be returned again, but the page that was returned three minutes ago still leads back.
    expect(await back(state)).toBe(`${returnUrl}?studielan=pending`);
    world.inAltinn(consentAt(world.time.startedAt, { id }), { validTo: world.time.startedAt + 300 * day });
    await world.time.pass(56 * minute);
    expect(await back(state)).toBe(`${returnUrl}?studielan=accepted`);
    await world.time.pass(2 * minute);
    expect(await back(state)).toBe(`${returnUrl}?studielan=unknown`);
  });

  test('the page that GET returns extends the life of its `state` too', async () => {
    await start();
    const state = await stateOf();
    await world.time.pass(59 * minute);
    expect(await current()).toMatchObject({ state: 'pending', consentUrl: expect.stringContaining('https://') });
    await world.time.pass(58 * minute);
    expect(await back(state)).toBe(`${returnUrl}?studielan=pending`);
  });

  test('a newer return URL also counts for the page that was returned before', async () => {
    await start('https://bank.example/one');
    const state = await stateOf();
    await start('https://bank.example/two');
    expect(await back(state)).toBe('https://bank.example/two?studielan=pending');
  });

  test.each([
    'javascript:alert(1)',
    'https://evil.example/',
    'https://bank.example.evil.example/',
    '',
    'https://bank.example\\@evil.example/',
  ])('a stored return URL of %j is replaced by the default one', async (stored) => {
    await start();
    const state = await stateOf();
    const key = [...world.table.rows.values()].find(({ rowKey }) => rowKey === 'state');
    if (key === undefined) throw new Error('no row');
    world.table.corrupt(key, { returnUrl: stored });
    expect(await back(state)).toBe(`${returnUrl}?studielan=pending`);
  });

  test("a stored link that is not Altinn's is never sent to a browser; it is fetched from Altinn again", async () => {
    const first = await start();
    const { person, name } = await world.read();
    for (const consentUrl of ['javascript:alert(1)', 'https://evil.example/']) {
      const changed = person.consents.map((one) => ({
        ...one,
        question: one.question && { ...one.question, consentUrl },
      }));
      await world.plant({ ...person, consents: changed }, name);
      expect(await current()).toEqual({ state: 'pending' });
      expect((await start()).consent).toEqual(first.consent);
    }
  });

  test('neither input from a browser nor a damaged row makes it fail', async () => {
    await start();
    const state = await stateOf();
    for (const one of [undefined, '', 'x', 'ø'.repeat(43), named('unknown')])
      expect(await back(one)).toBe(`${returnUrl}?studielan=unknown`);
    for (const values of [{ person: 'unreadable' }, { purgeAt: 'soon' }]) {
      const key = [...world.table.rows.values()].find(({ rowKey }) => rowKey === 'state');
      if (key === undefined) throw new Error('no row');
      world.table.corrupt(key, values);
      expect(await back(state)).toBe(`${returnUrl}?studielan=unknown`);
    }
  });
});
