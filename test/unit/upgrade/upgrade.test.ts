// An upgrade: a world that the last released version has left, with customers in the middle of a visit. This version takes it over, and the
// bank goes back to the release, without a customer noticing. See docs/upgrading.md ("What is promised").
import { beforeEach, describe, expect, test } from 'vitest';
import type { Life } from '../state/life.ts';
import type { Login } from '../state/oracle.ts';
import { minute } from '../state/parties.ts';
import { lastReleased, recorded, restoreInto } from './recorded-rows.ts';
import { unreadable } from './released-reader.ts';
import { answerOf, bringAbout, calmLife, codeOf, lastTruth, rotated } from './situation.ts';

/** Everything in the tables that the last released version could not read. */
function unreadableRows({ world }: Life): string[] {
  const rows = [...world.tables.consents.rows.values(), ...world.tables.sessions.rows.values()];
  expect(rows.length).toBeGreaterThan(10);
  return rows.flatMap((row) => unreadable(row) ?? []);
}

/** Runs an operation that returns nothing. */
async function done(life: Life, work: Promise<unknown>): Promise<void> {
  await life.pass(5000);
  await work;
  life.throwFirst();
}

describe(`rows of schema ${lastReleased}, as the last released version left them`, () => {
  const left = recorded(lastReleased);
  let life: Life;
  let held: Login;
  let loggedOut: Login;
  let loggedOutEverywhere: Login;
  let doubtful: Login;
  let asking: Login;
  beforeEach(async () => {
    life = calmLife(2);
    await restoreInto(life, recorded(lastReleased));
    [held, loggedOut, loggedOutEverywhere, doubtful, asking] = life.logins as [Login, Login, Login, Login, Login];
  });
  const calls = () => life.world.parties.calls.length;
  const host = () => life.hosts[0];
  const isStillReadable = () => expect(unreadableRows(life)).toEqual([]);

  test('can be read by the reader of that version', isStillReadable);

  test('show a held saldo, without a call', async () => {
    const before = calls();
    expect(await answerOf(life, life.lookUp(host(), held))).toEqual(left.seen.shown);
    expect(calls()).toBe(before);
    isStillReadable();
  });

  test('let a consent in force serve a new login, without a consent token', async () => {
    await answerOf(life, life.lookUp(host(), life.login(0, 'own')));
    expect(life.world.parties.calls.at(-1)).toMatchObject({ person: 0, consentId: undefined });
    isStillReadable();
  });

  test('keep a customer logged out who has logged out by token or everywhere', async () => {
    expect(await codeOf(life, life.lookUp(host(), loggedOut))).toBe('session-ended');
    expect(await codeOf(life, life.lookUp(host(), loggedOutEverywhere))).toBe('session-ended');
    isStillReadable();
  });

  test('lead a customer who was in Altinn back to the same page, and to a saldo', async () => {
    expect(await answerOf(life, life.current(host(), asking))).toEqual(left.seen.asked);
    const { redirectUrl } = lastTruth(life, 1);
    life.world.parties.act(lastTruth(life, 1), 'accepted');
    const state = new URL(redirectUrl).searchParams.get('state') ?? '';
    const back = life.operate(host(), (by) => host().consentCallback(state, by));
    expect(await answerOf(life, back)).toBe('https://bank.example/?studielan=accepted');
    await answerOf(life, life.lookUp(host(), asking));
    isStillReadable();
  });

  test('keep a doubt for the session that caused it, until a good answer in another session removes it', async () => {
    expect(await codeOf(life, life.lookUp(host(), doubtful))).toBe(left.seen.doubt);
    delete lastTruth(life, 2).twist;
    await answerOf(life, life.lookUp(host(), life.login(2, 'none')));
    isStillReadable();
  });

  test('let a withdrawal in the feed, a logout of all sessions and an end by the customer act as before', async () => {
    const second = life.login(0, 'own');
    await answerOf(life, life.lookUp(host(), second));
    await answerOf(life, life.logOut(host(), held, 'sub'));
    expect(await codeOf(life, life.lookUp(host(), held))).toBe('session-ended');
    const third = life.login(0, 'none');
    await answerOf(life, life.lookUp(host(), third));
    life.world.parties.act(lastTruth(life, 0), 'revoked');
    await life.pass(6 * minute);
    expect(await answerOf(life, life.sync(host()))).toBe('complete');
    expect(await codeOf(life, life.lookUp(host(), third))).toBe('consent-revoked');
    await answerOf(life, life.end(host(), asking));
    expect(await codeOf(life, life.lookUp(host(), asking))).toBe('consent-required');
    await done(
      life,
      life.operate(host(), () => host().purge(), 400_000),
    );
    isStillReadable();
  });
});

test('everything that this version writes in the same situation can be read by the last released version', async () => {
  const life = calmLife(0);
  await bringAbout(life);
  expect(unreadableRows(life)).toEqual([]);
});

describe('a row that would keep a bank from going back is found', () => {
  const [person] = recorded(lastReleased).rows.consents.filter(({ rowKey }) => rowKey === 'person');
  const changed = (change: object) => ({
    rowKey: 'person',
    values: { doc: JSON.stringify({ ...JSON.parse(String(person?.values.doc)), ...change }) },
  });

  test.each([
    ['a property that was added', changed({ news: true }), 'person: '],
    ['a property that was taken away', changed({ formerly: undefined }), 'Invalid input'],
    ['another version', changed({ v: 2 }), 'v'],
    ['a new kind of row', { rowKey: 'news', values: { doc: '{"v":1}' } }, 'a kind of row that it does not know'],
    ['a row without a column', { rowKey: 'state', values: { person: 'x', purgeAt: 'x' } }, 'consentId, returnUrl'],
  ])('%s', (_, row, words) => {
    expect(unreadable(changed({}))).toBeUndefined();
    expect(unreadable(row)).toContain(words);
  });
});

test('a newer schema reads these rows; this version refuses to guess at what the newer one has written', async () => {
  const life = calmLife(2);
  await restoreInto(life, recorded(lastReleased));
  const [held] = life.logins as [Login];
  life.restart(1, { ...rotated, isNext: true });
  const [here, next] = life.hosts;
  expect(await codeOf(life, life.lookUp(next, held))).toBe('done');
  const other = life.login(0, 'none');
  expect(await codeOf(life, life.lookUp(next, other))).toBe('done');
  // The answer is a problem; logout still works.
  expect(await codeOf(life, life.lookUp(here, other))).toBe('upstream-unavailable');
  expect(await codeOf(life, life.logOut(here, other, 'token'))).toBe('done');
});
