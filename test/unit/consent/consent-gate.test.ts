import { describe, expect, test } from 'vitest';
import type { Altinn } from '../../../shared/consent/altinn.ts';
import type { AltinnConsent } from '../../../shared/consent/altinn-reply.ts';
import type { Consent } from '../../../shared/consent/consent.ts';
import { createConsentGate } from '../../../shared/consent/consent-gate.ts';
import { createConsentRecords } from '../../../shared/consent/consent-records.ts';
import { createConsentStore } from '../../../shared/consent/consent-store.ts';
import { Hidden } from '../../../shared/person/hidden.ts';
import { personKey } from '../../../shared/person/person-key.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { memoryTable } from '../support/memory-table.ts';
import { ahmad, steinar } from '../support/people.ts';
import { problemOf } from '../support/problems.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const id = '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a10';
const day = 86_400_000;

/** The real records and store on a table in memory; Altinn answers as the test says. */
function setUp() {
  const time = new VirtualTime();
  const telemetry = recordedTelemetry();
  const store = createConsentStore(memoryTable(time), 365 * day);
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
    keyOf: (nationalId) => personKey(secret, nationalId),
    bank: { organisationNumber: '974760673', resourceId: 'slk_5498_1' },
    onWithdrawn: async (whose) => void erased.push(whose),
    time,
    telemetry,
  });
  const gate = createConsentGate({ records, time, telemetry });
  const write = async (changes: Partial<Consent> = {}) => {
    const { etag } = await store.load(person, deadline);
    if (!(await store.save(person, etag, [{ ...consent, ...changes }], deadline))) throw new Error('not written');
  };
  const stateNow = async () => (await store.load(person, deadline)).consents.find((one) => one.id === id)?.state;
  const codeOf = async (work: () => Promise<unknown>) => (await problemOf(work)).code;
  return { time, telemetry, gate, write, altinn, erased, person, consent, deadline, stateNow, codeOf };
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
      expect([state, await codeOf(() => gate.standing(person, deadline))]).toEqual([state, code]);
      expect(altinn.asked).toBe(0);
    }
    const { gate, person, deadline, codeOf } = setUp();
    expect(await codeOf(() => gate.standing(person, deadline))).toBe('consent-required');
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
      expect(await codeOf(() => gate.verify(person, consent, verified, deadline))).toBe('consent-required');
    }
  });

  test('a consent ended by the customer while Altinn is being read is refused too', async () => {
    const { gate, write, person, consent, deadline, altinn, codeOf } = setUp();
    await write();
    altinn.meanwhile = () => write({ state: 'ended' });
    expect(await codeOf(() => gate.verify(person, consent, false, deadline))).toBe('consent-required');
  });

  test('withdrawn in Altinn: written down, what is held is erased, and the look-up is refused', async () => {
    for (const status of ['revoked', 'deleted'] as const) {
      const { gate, write, person, consent, deadline, altinn, erased, stateNow, codeOf } = setUp();
      await write();
      altinn.answer = { ...altinn.said, status };
      expect(await codeOf(() => gate.verify(person, consent, false, deadline))).toBe('consent-revoked');
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
      const problem = await problemOf(() => gate.verify(person, consent, false, deadline));
      expect(problem).toMatchObject({ code: 'consent-unverifiable', retryAfterSeconds: 30 });
    }
    altinn.answer = { ...altinn.said, status: 'created' };
    expect((await problemOf(() => gate.verify(person, consent, false, deadline))).code).toBe('consent-unverifiable');
    expect(await stateNow()).toBe('accepted');
  });

  test('a setting of ours that Altinn refuses is not called silence', async () => {
    const { gate, write, person, consent, deadline, altinn, codeOf } = setUp();
    await write();
    altinn.answer = new ProblemError('configuration', { fault: 'altinn-403' });
    expect(await codeOf(() => gate.verify(person, consent, false, deadline))).toBe('configuration');
  });

  test('an earlier validTo is taken over at once; one that has passed is expired', async () => {
    const { gate, write, person, consent, deadline, altinn, time, codeOf } = setUp();
    await write();
    altinn.answer = { ...altinn.said, validTo: time.now() + 5 * day };
    expect((await gate.verify(person, consent, false, deadline)).validTo).toBe(time.now() + 5 * day);
    altinn.answer = { ...altinn.said, validTo: time.now() };
    expect(await codeOf(() => gate.verify(person, consent, false, deadline))).toBe('consent-expired');
  });

  test('refused by Lånekassen: marked, so that the next ask says so without a call', async () => {
    const { gate, write, person, deadline, stateNow, codeOf } = setUp();
    await write();
    expect((await gate.refused(person, id, deadline)).code).toBe('consent-refused');
    expect(await stateNow()).toBe('refused');
    expect(await codeOf(() => gate.standing(person, deadline))).toBe('consent-refused');
  });

  test('primed once, and the first time stays', async () => {
    const { gate, write, person, deadline, time } = setUp();
    await write();
    await gate.primed(person, id, deadline);
    await time.pass(1000);
    await gate.primed(person, id, deadline);
    expect((await gate.standing(person, deadline)).consent.primedAt).toBe(time.startedAt);
  });
});
