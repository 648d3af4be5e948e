// The consent check before every look-up. Doubts have a test file of their own (consent-doubts.test.ts).
import { describe, expect, test } from 'vitest';
import type { AltinnConsent } from '../../../shared/altinn/reply.ts';
import type { Consent } from '../../../shared/consent/consent.ts';
import type { ConsentCheck } from '../../../shared/consent/consent-check.ts';
import type { Active } from '../../../shared/consent/consent-in-force.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { ahmad } from '../support/people.ts';
import { problemOf } from '../support/problems.ts';
import { consentAt, consentWorld, day, hour, idOf, minute, named } from './consent-world.ts';

const me = named('my session');
const other = named('another session');
const id = idOf(1);

/** A world with one consent that Altinn reports as accepted. `write` stores it in the row in any state. */
function setUp(options: Parameters<typeof consentWorld>[0] = {}) {
  const world = consentWorld(options);
  const { time, far, plant, read, consentCheck, party, inAltinn } = world;
  const consent = consentAt(time.now());
  inAltinn(consent);
  const write = (changes: Partial<Consent> = {}, ...others: Consent[]) =>
    plant({ consents: [{ ...consent, ...changes }, ...others] });
  /** Sets what Altinn answers from now on. */
  const says = (changes: Partial<AltinnConsent>) => inAltinn(consent, changes);
  const active = async (session = me) => consentCheck.findActive(await read(), session, far());
  /** Does what a look-up does, up to the call to Lånekassen. */
  const pass = async (by: ConsentCheck = consentCheck, session = me): Promise<Active> => {
    const found = await by.findActive(await read(), session, far());
    const registered = await by.register(found, time.now() + hour, far());
    if (!found.verified) await by.verify(found, far());
    return by.reload(registered, far());
  };
  const codeOf = async (work: () => Promise<unknown>) => (await problemOf(() => time.run(work()))).code;
  const change = async (next: (one: Consent) => Consent) => {
    const { person } = await read();
    await plant({ ...person, consents: person.consents.map(next) });
  };
  /** Another request ends the consent. */
  const end = async () => void (await world.consents.end(await read(), far()));
  const logged = async () => (await world.log.page([(await read()).name], undefined, far())).map(({ event }) => event);
  return { ...world, consent, write, says, active, pass, codeOf, change, end, logged, reads: () => party.reads.length };
}

describe('the consent check before a look-up', () => {
  test('each state that is not accepted has its own problem', async () => {
    for (const [state, code] of [
      ['rejected', 'consent-rejected'],
      ['revoked', 'consent-revoked'],
      ['expired', 'consent-expired'],
      ['ended', 'consent-required'],
      ['abandoned', 'consent-required'],
      ['superseded', 'consent-required'],
    ] as const) {
      const { write, says, active, codeOf, reads } = setUp();
      await write({ state });
      says({ status: 'created' });
      expect([state, await codeOf(active)]).toEqual([state, code]);
      // A request that was given up lately may have been answered after all, so Altinn is read. Every other state is final.
      expect(reads()).toBe(state === 'abandoned' ? 1 : 0);
    }
    const { active, codeOf } = setUp();
    expect(await codeOf(active)).toBe('consent-required');
  });

  test('a request that was given up but accepted in Altinn is adopted within a day, unless another consent is in force', async () => {
    const { write, active, time, stored, codeOf, party, reads } = setUp();
    await write({ state: 'abandoned' });
    expect((await active()).consent.id).toBe(id);
    expect((await stored())?.state).toBe('accepted');
    const another = consentAt(time.now(), { id: idOf(2) });
    await write({ state: 'abandoned' }, another);
    party.reads = [];
    expect((await active()).consent.id).toBe(another.id);
    expect([reads(), (await stored())?.state]).toEqual([0, 'abandoned']);
    await write({ state: 'abandoned' }, { ...another, state: 'ended' });
    await time.pass(day);
    expect(await codeOf(active)).toBe('consent-required');
    expect(reads()).toBe(0);
  });

  test('a pending consent is read in Altinn first, and an acceptance there allows the look-up', async () => {
    const { write, says, active, stored, codeOf, party } = setUp();
    await write({ state: 'pending' });
    says({ status: 'created' });
    expect(await codeOf(active)).toBe('consent-pending');
    party.trouble = new ProblemError('upstream-unavailable');
    expect(await codeOf(active)).toBe('consent-pending');
    party.trouble = undefined;
    says({});
    expect(await active()).toMatchObject({ verified: true, consent: { id, state: 'accepted' } });
    expect((await stored())?.state).toBe('accepted');
  });

  test('an accepted renewal is read in Altinn and replaces the consent in force', async () => {
    const { write, says, active, stored, time } = setUp();
    await write({ state: 'pending' }, consentAt(time.now(), { id: idOf(2) }));
    says({ status: 'created' });
    expect(await active()).toMatchObject({ verified: false, consent: { id: idOf(2) } });
    says({});
    expect(await active()).toMatchObject({ verified: true, consent: { id } });
    expect((await stored(idOf(2)))?.state).toBe('superseded');
  });

  test('an answer about another person allows nothing, changes nothing, and is alerted', async () => {
    const { write, says, active, stored, codeOf, telemetry } = setUp();
    await write({ state: 'pending' });
    says({ from: ahmad });
    expect(await codeOf(active)).toBe('consent-person-mismatch');
    expect((await stored())?.state).toBe('pending');
    expect(telemetry.of('consent-mismatch')).toHaveLength(1);
  });

  test('a consent that the customer ended after it was read is refused, although Altinn still reports it as accepted', async () => {
    const { write, active, consentCheck, end, codeOf, far, time } = setUp();
    await write();
    const found = await active();
    const registered = await consentCheck.register(found, time.now() + hour, far());
    await end();
    expect(await codeOf(() => consentCheck.register(found, time.now() + hour, far()))).toBe('consent-required');
    expect(await codeOf(() => consentCheck.reload(found, far()))).toBe('consent-required');
    expect(await codeOf(() => consentCheck.recordUse(registered, 'saldo-fetched', far()))).toBe('consent-required');
  });

  test('a consent that the customer ends while Altinn is being read is refused, and the session is erased', async () => {
    const { write, pass, end, party, codeOf, erased } = setUp();
    await write();
    party.whileRead = end;
    expect(await codeOf(() => pass())).toBe('consent-required');
    expect(erased.sessions).toEqual([me]);
  });

  test('a consent withdrawn in Altinn is stored as revoked, held saldos are erased, and the look-up is refused', async () => {
    for (const status of ['revoked', 'deleted'] as const) {
      const { write, says, pass, erased, stored, codeOf, logged, consentCheck } = setUp();
      await write();
      await pass(consentCheck, other);
      says({ status });
      expect(await codeOf(() => pass())).toBe('consent-revoked');
      expect([(await stored())?.state, new Set(erased.sessions)]).toEqual(['revoked', new Set([other, me])]);
      expect(await logged()).toEqual(['consent-revoked']);
    }
  });

  test('while Altinn does not answer, the problem is consent-unverifiable with Retry-After 30 s, and nothing is written', async () => {
    const { write, pass, stored, party, time } = setUp();
    await write();
    for (const trouble of [
      new ProblemError('upstream-unavailable'),
      new ProblemError('upstream-busy'),
      new ProblemError('upstream-invalid-reply'),
    ]) {
      party.trouble = trouble;
      const problem = await problemOf(() => time.run(pass()));
      expect(problem).toMatchObject({ code: 'consent-unverifiable', retryAfterSeconds: 30 });
    }
    const { state, doubt } = (await stored()) ?? {};
    expect([state, doubt]).toEqual(['accepted', undefined]);
  });

  test('a setting that Altinn refuses is reported as configuration, not as an outage of Altinn', async () => {
    const { write, pass, party, codeOf } = setUp();
    await write();
    party.trouble = new ProblemError('configuration', { fault: 'altinn-403' });
    expect(await codeOf(() => pass())).toBe('configuration');
  });

  test('an earlier validTo is stored at once; one in the past expires the consent and erases held saldos', async () => {
    const { write, says, pass, time, codeOf, erased, consentCheck } = setUp();
    await write();
    const earlier = time.now() + 30 * minute;
    says({ validTo: earlier });
    await time.run(pass(consentCheck, other));
    const { consent, until } = await time.run(pass());
    expect([consent.validTo, until]).toEqual([earlier, earlier]);
    says({ validTo: time.now() });
    expect(await codeOf(() => pass())).toBe('consent-expired');
    expect(new Set(erased.sessions)).toEqual(new Set([other, me]));
  });

  test('a row that cannot be read does not count as a customer without consent', async () => {
    const { write, active, codeOf, table, keysOf, consent, read, reads } = setUp();
    await write();
    const given = await read();
    table.corrupt(
      { partitionKey: given.name, rowKey: 'person' },
      { doc: JSON.stringify({ v: 9, consents: [consent] }) },
    );
    expect(await codeOf(active)).toBe('upstream-unavailable');
    expect([reads(), keysOf.length]).toEqual([0, 1]);
  });
});

describe('a session that may hold a saldo', () => {
  test('is listed in the row before it may hold a saldo, until the consent ends at the latest', async () => {
    const { write, active, consentCheck, far, time, read } = setUp();
    await write({ validTo: time.now() + 10 * minute });
    const found = await active();
    expect((await read()).person.sessions).toEqual([]);
    const registered = await consentCheck.register(found, time.now() + hour, far());
    expect(registered.until).toBe(time.now() + 10 * minute);
    expect((await read()).person.sessions).toMatchObject([{ session: me, consentId: id, until: registered.until }]);
  });

  test('is erased when the consent ends after the registration', async () => {
    const { write, pass, end, erased, read } = setUp();
    await write();
    await pass();
    await end();
    expect(erased.sessions).toEqual([me]);
    expect((await read()).person.sessions).toEqual([]);
  });

  test('is listed among the newest 20; the oldest is erased before it leaves the list', async () => {
    const { write, pass, consentCheck, erased, read } = setUp();
    await write();
    const all = Array.from({ length: 23 }, (_, index) => named(`s-${index}`));
    for (const session of all) await pass(consentCheck, session);
    expect(erased.sessions).toEqual(all.slice(0, 3));
    expect((await read()).person.sessions.map(({ session }) => session)).toEqual(all.slice(3));
  });

  test('is not registered, and nothing is written, when the oldest cannot be erased', async () => {
    const { write, pass, consentCheck, erased, read, codeOf } = setUp();
    await write();
    for (let index = 0; index < 20; index++) await pass(consentCheck, named(`s-${index}`));
    erased.fails = () => true;
    expect(await codeOf(() => pass())).toBe('upstream-unavailable');
    expect((await read()).person.sessions.some(({ session }) => session === me)).toBe(false);
  });

  test('is listed once, even if several are registered at once and one of them twice', async () => {
    const { write, pass, consentCheck, time, read, consent } = setUp();
    await write();
    const all = Array.from({ length: 6 }, (_, index) => named(`s-${index}`));
    await time.run(Promise.all([...all, ...all.slice(0, 1)].map((session) => pass(consentCheck, session))));
    const { consents, sessions } = (await read()).person;
    expect([consents.map(({ id }) => id), sessions.map(({ session }) => session).sort()]).toEqual([[consent.id], all]);
  });
});

describe('recording the answer of Lånekassen', () => {
  test('a 200 marks the consent token as accepted once; each answer is logged, newest first, without id or amount', async () => {
    const { write, pass, consentCheck, far, time, log, consent, read, stored } = setUp();
    await write();
    const start = time.now();
    const registered = await pass();
    await consentCheck.recordUse(registered, 'saldo-fetched', far());
    await time.pass(1000);
    await time.run(consentCheck.recordUse(registered, 'not-a-customer', far()));
    await time.pass(1000);
    const at = time.now();
    await time.run(consentCheck.recordUse(registered, 'saldo-fetched', far()));
    expect((await stored())?.consentTokenAcceptedAt).toBe(start);
    const { name } = await read();
    const page = await log.page([name], undefined, far());
    expect(page.map(({ event }) => event)).toEqual(['saldo-fetched', 'not-a-customer', 'saldo-fetched']);
    expect(page.at(-1)).toEqual({
      at: new Date(start).toISOString(),
      event: 'saldo-fetched',
      consentValidTo: new Date(consent.validTo).toISOString(),
    });
    expect(Date.parse(page[0]?.at ?? '')).toBeGreaterThanOrEqual(at);
    expect(await log.page([name], start + 1000, far())).toHaveLength(1);
  });

  test('uses the row as read at admission; if the row has changed since, it is read again and the change is kept', async () => {
    const { write, pass, consentCheck, far, time, change, stored, logged } = setUp();
    await write();
    const allowed = await pass();
    // Another request writes while Lånekassen is being called, so the etag of the read row is out of date.
    await time.pass(1000);
    await change((one) => ({ ...one, validTo: one.validTo - day }));
    const { consent } = await time.run(consentCheck.recordUse(allowed, 'saldo-fetched', far()));
    expect(consent.validTo).toBe(allowed.consent.validTo - day);
    expect(await stored()).toMatchObject({ validTo: allowed.consent.validTo - day });
    expect((await stored())?.consentTokenAcceptedAt).toBeGreaterThanOrEqual(time.startedAt + 1000);
    expect(await logged()).toEqual(['saldo-fetched']);
  });

  test('a 404 does not mark the consent token as accepted', async () => {
    const { write, pass, consentCheck, far, stored } = setUp();
    await write();
    await consentCheck.recordUse(await pass(), 'not-a-customer', far());
    expect((await stored())?.consentTokenAcceptedAt).toBeUndefined();
  });

  test('logs once, if the write was applied, its answer was lost, and another process changed the row before it was tried again', async () => {
    const { write, pass, consentCheck, far, table, logged, time } = setUp();
    await write();
    const allowed = await pass();
    const original = table.write;
    table.write = async (steps, deadline) => {
      table.write = original;
      await original(steps, deadline);
      table.corrupt({ partitionKey: allowed.at.name, rowKey: 'person' }, {});
      await time.pass(1000);
      return undefined;
    };
    await time.run(consentCheck.recordUse(allowed, 'saldo-fetched', far()));
    expect(await logged()).toEqual(['saldo-fetched']);
  });

  test('fails, and logs nothing, when the consent has ended since admission', async () => {
    const { write, pass, consentCheck, far, end, codeOf, logged } = setUp();
    await write();
    const allowed = await pass();
    await end();
    expect(await codeOf(() => consentCheck.recordUse(allowed, 'saldo-fetched', far()))).toBe('consent-required');
    expect(await logged()).toEqual(['consent-ended']);
  });

  test('fails when an end has erased the session, even if another consent is in force by now', async () => {
    const { write, pass, consentCheck, far, plant, consent, codeOf, time } = setUp();
    await write();
    const allowed = await pass();
    await plant({ consents: [consent] });
    expect((await problemOf(() => time.run(consentCheck.recordUse(allowed, 'saldo-fetched', far())))).fault).toBe(
      'consent-changed',
    );
    await plant({
      consents: [
        { ...consent, state: 'superseded' },
        { ...consent, id: idOf(2) },
      ],
    });
    expect(await codeOf(() => consentCheck.recordUse(allowed, 'saldo-fetched', far()))).toBe('upstream-unavailable');
  });
});

describe('the event feed as evidence', () => {
  test.each([
    { check: 'per-look-up', fresh: true, altinn: 'accepted', reads: 1, outcome: 'allowed' },
    { check: 'per-look-up', fresh: false, altinn: 'accepted', reads: 1, outcome: 'allowed' },
    { check: 'per-look-up', fresh: true, altinn: 'silent', reads: 1, outcome: 'allowed' },
    { check: 'per-look-up', fresh: false, altinn: 'silent', reads: 1, outcome: 'consent-unverifiable' },
    { check: 'per-look-up', fresh: true, altinn: 'revoked', reads: 1, outcome: 'consent-revoked' },
    { check: 'per-look-up', fresh: true, altinn: 'created', reads: 1, outcome: 'consent-refused' },
    { check: 'by-feed', fresh: true, altinn: 'revoked', reads: 0, outcome: 'allowed' },
    { check: 'by-feed', fresh: false, altinn: 'accepted', reads: 1, outcome: 'allowed' },
    { check: 'by-feed', fresh: false, altinn: 'revoked', reads: 1, outcome: 'consent-revoked' },
    { check: 'by-feed', fresh: false, altinn: 'silent', reads: 1, outcome: 'consent-unverifiable' },
  ] as const)('$check, feed fresh: $fresh, Altinn $altinn: $outcome', async (row) => {
    const { gateWith, feedEvidence, write, says, party, pass, time, reads } = setUp();
    await write();
    feedEvidence.fresh = row.fresh;
    if (row.altinn === 'silent') party.trouble = new ProblemError('upstream-unavailable', { fault: 'connection' });
    else says({ status: row.altinn });
    const outcome = await time.run(pass(gateWith(row.check))).then(
      () => 'allowed',
      (error: unknown) => (error as ProblemError).code,
    );
    expect([outcome, reads()]).toEqual([row.outcome, row.reads]);
  });

  test('is not enough for a consent in doubt, however fresh the feed', async () => {
    for (const check of ['per-look-up', 'by-feed'] as const) {
      const { gateWith, feedEvidence, write, party, pass, codeOf, time, reads } = setUp();
      await write({ doubt: { reason: 'status', at: time.now() - 1, checkedIn: [other] } });
      feedEvidence.fresh = true;
      party.trouble = new ProblemError('upstream-unavailable', { fault: 'connection' });
      expect([await codeOf(() => pass(gateWith(check))), reads()]).toEqual(['consent-unverifiable', 1]);
    }
  });

  test('by-feed: an event that the feed has stored stops the look-up', async () => {
    const { gateWith, feedEvidence, write, pass, codeOf } = setUp();
    feedEvidence.fresh = true;
    await write({ state: 'revoked' });
    expect(await codeOf(() => pass(gateWith('by-feed')))).toBe('consent-revoked');
  });

  test('a refusal by Lånekassen is checked in Altinn at once, however fresh the feed', async () => {
    const { gateWith, feedEvidence, write, says, pass, far, erased, codeOf, reads } = setUp();
    feedEvidence.fresh = true;
    await write();
    const consentCheck = gateWith('by-feed');
    const allowed = await pass(consentCheck);
    expect(reads()).toBe(0);
    says({ status: 'revoked' });
    expect(await codeOf(() => consentCheck.verifyInAltinn(allowed, far()))).toBe('consent-revoked');
    expect(erased.sessions).toEqual([me]);
  });
});
