import { describe, expect, test } from 'vitest';
import type { Altinn } from '../../../shared/consent/altinn.ts';
import type { AltinnConsent } from '../../../shared/consent/altinn-reply.ts';
import type { Consent } from '../../../shared/consent/consent.ts';
import { type ConsentGate, createConsentGate } from '../../../shared/consent/consent-gate.ts';
import { createConsentRecords } from '../../../shared/consent/consent-records.ts';
import { createConsentStore } from '../../../shared/consent/consent-store.ts';
import { Hidden } from '../../../shared/person/hidden.ts';
import { type KeyedName, personKey } from '../../../shared/person/person-key.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { memoryTable } from '../support/memory-table.ts';
import { ahmad, steinar } from '../support/people.ts';
import { problemOf } from '../support/problems.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const id = '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a10';
const day = 86_400_000;

/** As the fetch does: Altinn, unless it has just been read, then our books. */
async function verify(gate: ConsentGate, person: KeyedName, consent: Consent, alreadyRead: boolean, by: Deadline) {
  if (!alreadyRead) await gate.prove(person, consent, by);
  return gate.inOurBooks(person, consent, by);
}

/** The real records and store on a table in memory; Altinn answers as the test says. */
function setUp() {
  const time = new VirtualTime();
  const telemetry = recordedTelemetry();
  const store = createConsentStore(memoryTable(time), {
    retentionMs: 365 * day,
    acceptMigrated: false,
    random: () => '0',
  });
  const secret = new Hidden('A'.repeat(44));
  const person = personKey(secret, steinar);
  const deadline = Deadline.after(time, 1e12);
  const consent: Consent = {
    id,
    state: 'accepted',
    createdAt: time.now(),
    changedAt: time.now(),
    validTo: time.now() + 300 * day,
    returnUrl: 'https://bank.example/',
  };
  const said: AltinnConsent = {
    id,
    from: steinar,
    to: '974760673',
    requiredDelegator: steinar,
    status: 'accepted',
    validTo: consent.validTo,
    resourceIds: ['slk_5498_1'],
    viewUri: undefined,
  };
  const altinn = {
    asked: 0,
    answer: said as AltinnConsent | ProblemError | undefined,
    said,
    meanwhile: async () => {},
  };
  const erased: string[] = [];
  const records = createConsentRecords({
    store,
    altinn: {
      read: async () => {
        altinn.asked += 1;
        await altinn.meanwhile();
        if (altinn.answer instanceof ProblemError) throw altinn.answer;
        return altinn.answer;
      },
    } as unknown as Altinn,
    keysOf: (nationalId) => [personKey(secret, nationalId)],
    bank: { organisationNumber: '974760673', resourceId: 'slk_5498_1' },
    onWithdrawn: async (whose) => void erased.push(whose),
    time,
    telemetry,
  });
  const feed = { fresh: false };
  const gateWith = (check: 'per-look-up' | 'by-feed') =>
    createConsentGate({ records, check, isFeedFresh: async () => feed.fresh, time, telemetry });
  const gate = gateWith('per-look-up');
  const write = async (changes: Partial<Consent> = {}) => {
    const loaded = await store.load(person, deadline);
    if (!(await store.save(loaded, [{ ...consent, ...changes }], [], deadline))) throw new Error('not written');
  };
  const stateNow = async () => (await store.load(person, deadline)).consents.find((one) => one.id === id)?.state;
  const codeOf = async (work: () => Promise<unknown>) => (await problemOf(work)).code;
  return {
    time,
    telemetry,
    store,
    feed,
    gateWith,
    gate,
    write,
    altinn,
    erased,
    person,
    consent,
    deadline,
    stateNow,
    codeOf,
  };
}

describe('the gate before a look-up', () => {
  test('each state that is not accepted is told by its own problem', async () => {
    for (const [state, code] of [
      ['rejected', 'consent-rejected'],
      ['revoked', 'consent-revoked'],
      ['expired', 'consent-expired'],
      ['ended', 'consent-required'],
      ['abandoned', 'consent-required'],
      ['refused', 'consent-refused'],
    ] as const) {
      const { gate, write, person, deadline, codeOf, altinn } = setUp();
      await write({ state });
      altinn.answer = { ...altinn.said, status: 'created' };
      expect([state, await codeOf(() => gate.standing(person, deadline))]).toEqual([state, code]);
      // Given up lately: it may have been answered after all. Every other state is final.
      expect(altinn.asked).toBe(state === 'abandoned' ? 1 : 0);
    }
    const { gate, person, deadline, codeOf } = setUp();
    expect(await codeOf(() => gate.standing(person, deadline))).toBe('consent-required');
  });

  test('given up, and accepted in Altinn after all: adopted within a day, unless another stands', async () => {
    const { gate, write, person, deadline, time, altinn, stateNow, codeOf } = setUp();
    await write({ state: 'abandoned' });
    expect((await gate.standing(person, deadline)).consent.id).toBe(id);
    expect(await stateNow()).toBe('accepted');
    const another = '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a11';
    await write({ state: 'abandoned' });
    await write({ id: another });
    altinn.asked = 0;
    expect((await gate.standing(person, deadline)).consent.id).toBe(another);
    expect([altinn.asked, await stateNow()]).toEqual([0, 'abandoned']);
    await write({ id: another, state: 'ended' });
    await time.pass(day);
    expect(await codeOf(() => gate.standing(person, deadline))).toBe('consent-required');
    expect(altinn.asked).toBe(0);
  });

  test('a pending one is read in Altinn first, and an answer there opens the gate', async () => {
    const { gate, write, person, deadline, altinn, stateNow, codeOf } = setUp();
    await write({ state: 'pending' });
    altinn.answer = { ...altinn.said, status: 'created' };
    expect(await codeOf(() => gate.standing(person, deadline))).toBe('consent-pending');
    altinn.answer = new ProblemError('upstream-unavailable');
    expect(await codeOf(() => gate.standing(person, deadline))).toBe('consent-pending');
    altinn.answer = altinn.said;
    expect(await gate.standing(person, deadline)).toMatchObject({ verified: true, consent: { id, state: 'accepted' } });
    expect(await stateNow()).toBe('accepted');
  });

  test("another person's answer opens nothing, changes nothing, and is alerted", async () => {
    const { gate, write, person, deadline, altinn, stateNow, codeOf, telemetry } = setUp();
    await write({ state: 'pending' });
    altinn.answer = { ...altinn.said, from: ahmad };
    expect(await codeOf(() => gate.standing(person, deadline))).toBe('consent-person-mismatch');
    expect(await stateNow()).toBe('pending');
    expect(telemetry.of('consent-mismatch')).toHaveLength(1);
  });

  test('a consent ended by the customer since it was read is refused, although Altinn still says accepted', async () => {
    for (const verified of [false, true]) {
      const { gate, write, person, deadline, codeOf } = setUp();
      await write();
      const { consent } = await gate.standing(person, deadline);
      await write({ state: 'ended' });
      expect(await codeOf(() => verify(gate, person, consent, verified, deadline))).toBe('consent-required');
    }
  });

  test('a consent ended by the customer while Altinn is being read is refused too', async () => {
    const { gate, write, person, consent, deadline, altinn, codeOf } = setUp();
    await write();
    altinn.meanwhile = () => write({ state: 'ended' });
    expect(await codeOf(() => verify(gate, person, consent, false, deadline))).toBe('consent-required');
  });

  test('withdrawn in Altinn: written down, what is held is erased, and the look-up is refused', async () => {
    for (const status of ['revoked', 'deleted'] as const) {
      const { gate, write, person, consent, deadline, altinn, erased, stateNow, codeOf } = setUp();
      await write();
      altinn.answer = { ...altinn.said, status };
      expect(await codeOf(() => verify(gate, person, consent, false, deadline))).toBe('consent-revoked');
      expect([await stateNow(), erased]).toEqual(['revoked', [person]]);
    }
  });

  test('Altinn silent, or saying what cannot be: unverifiable, in half a minute again', async () => {
    const { gate, write, person, consent, deadline, altinn, stateNow } = setUp();
    await write();
    for (const answer of [
      new ProblemError('upstream-unavailable'),
      new ProblemError('upstream-busy'),
      new ProblemError('upstream-invalid-reply'),
    ]) {
      altinn.answer = answer;
      const problem = await problemOf(() => verify(gate, person, consent, false, deadline));
      expect(problem).toMatchObject({ code: 'consent-unverifiable', retryAfterSeconds: 30 });
    }
    altinn.answer = { ...altinn.said, status: 'created' };
    expect((await problemOf(() => verify(gate, person, consent, false, deadline))).code).toBe('consent-unverifiable');
    expect(await stateNow()).toBe('accepted');
  });

  test('a setting of ours that Altinn refuses is not called silence', async () => {
    const { gate, write, person, consent, deadline, altinn, codeOf } = setUp();
    await write();
    altinn.answer = new ProblemError('configuration', { fault: 'altinn-403' });
    expect(await codeOf(() => verify(gate, person, consent, false, deadline))).toBe('configuration');
  });

  test('an earlier validTo is taken over at once; one that has passed is expired', async () => {
    const { gate, write, person, consent, deadline, altinn, time, codeOf } = setUp();
    await write();
    altinn.answer = { ...altinn.said, validTo: time.now() + 5 * day };
    expect((await verify(gate, person, consent, false, deadline)).validTo).toBe(time.now() + 5 * day);
    altinn.answer = { ...altinn.said, validTo: time.now() };
    expect(await codeOf(() => verify(gate, person, consent, false, deadline))).toBe('consent-expired');
  });

  test('refused by Lånekassen: marked, so that the next ask says so without a call', async () => {
    const { gate, write, person, deadline, stateNow, codeOf } = setUp();
    await write();
    expect((await gate.refused(person, id, deadline)).code).toBe('consent-refused');
    expect(await stateNow()).toBe('refused');
    expect(await codeOf(() => gate.standing(person, deadline))).toBe('consent-refused');
  });

  test('answered with 200: primed once, and each answer into the log, newest first, without id or amount', async () => {
    const { gate, write, person, deadline, time, store, consent } = setUp();
    await write();
    await gate.answered(person, consent, 'saldo-fetched', deadline);
    await time.pass(1000);
    await gate.answered(person, consent, 'not-a-customer', deadline);
    await time.pass(1000);
    await gate.answered(person, consent, 'saldo-fetched', deadline);
    expect((await gate.standing(person, deadline)).consent.primedAt).toBe(time.startedAt);
    const entry = (event: string, ms: number) => ({
      at: time.startedAt + ms,
      event,
      consentValidTo: consent.validTo,
    });
    expect(await store.readLog(person, undefined, 100, deadline)).toEqual([
      entry('saldo-fetched', 2000),
      entry('not-a-customer', 1000),
      entry('saldo-fetched', 0),
    ]);
    expect(await store.readLog(person, time.startedAt + 1000, 100, deadline)).toEqual([entry('saldo-fetched', 0)]);
  });

  test('what was read when it was let through serves its answer; what has changed since is read anew and kept', async () => {
    const { gate, write, person, deadline, time, store, consent } = setUp();
    await write();
    const allowed = await verify(gate, person, consent, true, deadline);
    // Somebody else writes while Lånekassen is asked: the guard of what was read is no longer good.
    await time.pass(1000);
    await write({ returnUrl: 'https://bank.example/elsewhere' });
    await time.run(gate.answered(person, allowed, 'saldo-fetched', deadline));
    const now = (await store.load(person, deadline)).consents.find((one) => one.id === id);
    expect(now?.returnUrl).toBe('https://bank.example/elsewhere');
    expect(now?.primedAt).toBeGreaterThanOrEqual(time.startedAt + 1000);
    expect(await store.readLog(person, undefined, 100, deadline)).toHaveLength(1);
  });

  test('404 does not prime', async () => {
    const { gate, write, person, deadline, consent } = setUp();
    await write();
    await gate.answered(person, consent, 'not-a-customer', deadline);
    expect((await gate.standing(person, deadline)).consent.primedAt).toBeUndefined();
  });
});

describe('the event feed as evidence', () => {
  const silent = () => new ProblemError('upstream-unavailable', { fault: 'connection' });

  test.each([
    { check: 'per-look-up', fresh: true, altinn: 'accepted', reads: 1, outcome: 'allowed' },
    { check: 'per-look-up', fresh: false, altinn: 'accepted', reads: 1, outcome: 'allowed' },
    { check: 'per-look-up', fresh: true, altinn: 'silent', reads: 1, outcome: 'allowed' },
    { check: 'per-look-up', fresh: false, altinn: 'silent', reads: 1, outcome: 'consent-unverifiable' },
    { check: 'per-look-up', fresh: true, altinn: 'revoked', reads: 1, outcome: 'consent-revoked' },
    { check: 'per-look-up', fresh: true, altinn: 'created', reads: 1, outcome: 'consent-unverifiable' },
    { check: 'by-feed', fresh: true, altinn: 'revoked', reads: 0, outcome: 'allowed' },
    { check: 'by-feed', fresh: false, altinn: 'accepted', reads: 1, outcome: 'allowed' },
    { check: 'by-feed', fresh: false, altinn: 'revoked', reads: 1, outcome: 'consent-revoked' },
    { check: 'by-feed', fresh: false, altinn: 'silent', reads: 1, outcome: 'consent-unverifiable' },
  ] as const)('$check, feed fresh: $fresh, Altinn $altinn: $outcome', async (row) => {
    const { gateWith, feed, write, altinn, person, consent, deadline } = setUp();
    await write();
    feed.fresh = row.fresh;
    altinn.answer = row.altinn === 'silent' ? silent() : { ...altinn.said, status: row.altinn };
    const outcome = await verify(gateWith(row.check), person, consent, false, deadline).then(
      () => 'allowed',
      (error: unknown) => (error as ProblemError).code,
    );
    expect([outcome, altinn.asked]).toEqual([row.outcome, row.reads]);
  });

  test('by-feed: what the feed has brought into our books meanwhile stops the look-up', async () => {
    const { gateWith, feed, write, person, consent, deadline, codeOf } = setUp();
    feed.fresh = true;
    await write({ state: 'revoked' });
    expect(await codeOf(() => verify(gateWith('by-feed'), person, consent, false, deadline))).toBe('consent-revoked');
  });

  test('a refusal of Lånekassen is looked into in Altinn at once, however fresh the feed', async () => {
    const { gateWith, feed, write, altinn, person, consent, deadline, erased, codeOf } = setUp();
    feed.fresh = true;
    await write();
    altinn.answer = { ...altinn.said, status: 'revoked' };
    expect(await codeOf(() => gateWith('by-feed').confirm(person, consent, deadline))).toBe('consent-revoked');
    expect(erased).toEqual([person]);
  });
});
