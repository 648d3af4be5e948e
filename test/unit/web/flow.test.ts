import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StudielanClient } from '../../../web/src/client.ts';
import { createFlow, type FlowPorts } from '../../../web/src/flow.ts';
import type { Problem } from '../../../web/src/problem.ts';
import type { View } from '../../../web/src/view.ts';

const failed = (code: string, status: number, retryAfterSeconds?: number) => ({
  ok: false as const,
  problem: { code, status, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) } as Problem,
});
const accepted = (more = {}) => ({
  ok: true as const,
  value: { state: 'accepted', validTo: 'v', renewFrom: 'r', withdrawUrl: 'https://altinn.example/active', ...more },
});
const saldo = (renewFrom = '2027-05-01T00:00:00Z') => ({
  ok: true as const,
  value: {
    total: { amount: '1.00', currency: 'NOK' },
    accounts: [],
    fetchedAt: '2026-11-27T12:00:00Z',
    heldUntil: '2026-11-27T13:00:00Z',
    consent: { validTo: '2027-06-01T00:00:00Z', renewFrom, withdrawUrl: 'https://altinn.example/active' },
  },
});

describe("the card's flow", () => {
  let answers: { consent: unknown[]; saldo: unknown[]; start: unknown[]; end: unknown[] };
  let calls: string[];
  let views: View[];
  let focused: boolean[];
  let heard: string[];
  let inSight: boolean;
  /** For each look-up, whether a fresh read was requested. */
  let asked: boolean[];

  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-11-27T12:00:00Z') });
    inSight = true;
    asked = [];
    answers = { consent: [accepted()], saldo: [saldo()], start: [], end: [] };
    [calls, views, focused, heard] = [[], [], [], []];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const flow = () => {
    const next = (name: keyof typeof answers) => async (how?: { fresh?: boolean } | string) => {
      calls.push(name);
      if (name === 'saldo') asked.push(typeof how === 'object' && how.fresh === true);
      const list = answers[name];
      return (list.length > 1 ? list.shift() : list[0]) as never;
    };
    const client = {
      currentConsent: next('consent'),
      saldo: next('saldo'),
      startConsent: next('start'),
      endConsent: next('end'),
    } as unknown as StudielanClient;
    const ports: FlowPorts = {
      client,
      show: (view, moveFocus) => {
        views.push(view);
        focused.push(moveFocus);
      },
      hold: () => heard.push('hold'),
      countDown: () => undefined,
      consentKnown: (state) => heard.push(`consent ${state}`),
      openConsent: (url) => heard.push(`open ${url}`),
      sessionEnded: ({ code }) => heard.push(`ended ${code}`),
      failed: ({ code }) => heard.push(`failed ${code}`),
      ended: () => heard.push('ended here'),
      returnUrl: () => 'https://bank.example/',
      inSight: () => inSight,
      monotonicMs: () => Date.now(),
      now: () => new Date(),
    };
    return createFlow(ports);
  };
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const count = (name: string) => calls.filter((call) => call === name).length;
  const kinds = () => views.map(({ kind }) => kind);

  test('makes one call to show a saldo, or that a consent is needed', async () => {
    flow().load();
    await settle();
    expect(views.at(-1)).toMatchObject({ kind: 'saldo', renewal: 'no', withdrawUrl: 'https://altinn.example/active' });
    answers.saldo = [failed('consent-required', 403)];
    flow().load();
    await settle();
    expect(calls).toEqual(['saldo', 'saldo']);
  });

  test('shows an open consent with its address, and makes a look-up if the consent was answered in between', async () => {
    answers.saldo = [failed('consent-pending', 403)];
    answers.consent = [{ ok: true, value: { state: 'pending', consentUrl: 'https://altinn.example/c' } }];
    flow().load();
    await settle();
    expect(views.at(-1)).toEqual({ kind: 'pending', consentUrl: 'https://altinn.example/c' });
    answers.saldo = [failed('consent-pending', 403), saldo()];
    answers.consent = [accepted()];
    flow().load();
    await settle();
    expect(views.at(-1)?.kind).toBe('saldo');
    for (const state of ['none', 'rejected', 'revoked', 'expired']) {
      answers.saldo = [failed('consent-pending', 403)];
      answers.consent = [{ ok: true, value: { state } }];
      flow().load();
      await settle();
      expect(views.at(-1)).toEqual({ kind: 'consent-needed', why: state });
    }
  });

  test('offers the renewal from renewFrom on, and does not delay the saldo for the address of an open one', async () => {
    const late = Promise.withResolvers<unknown>();
    answers.saldo = [saldo('2026-11-27T12:00:00Z')];
    answers.consent = [late.promise];
    flow().load();
    await settle();
    expect(views.at(-1)).toMatchObject({ kind: 'saldo', renewal: 'due' });
    late.resolve(accepted({ consentUrl: 'https://altinn.example/r' }));
    await settle();
    expect(views.at(-1)).toMatchObject({ renewal: { consentUrl: 'https://altinn.example/r' } });
    answers.consent = [accepted({ consentUrl: 'javascript:alert(1)' })];
    flow().load();
    await settle();
    expect(views.at(-1)).toMatchObject({ renewal: 'due' });
  });

  test('shows a text for slow loading only after a second', async () => {
    answers.saldo = [new Promise(() => undefined)];
    flow().load();
    await vi.advanceTimersByTimeAsync(999);
    expect(views).toEqual([{ kind: 'loading', slow: false }]);
    await vi.advanceTimersByTimeAsync(1);
    expect(views.at(-1)).toEqual({ kind: 'loading', slow: true });
  });

  test.each([
    ['saldo-not-ready', 'slow'],
    ['upstream-busy', 'busy'],
    ['upstream-unavailable', 'silent'],
    ['consent-unverifiable', 'silent'],
  ])('%s: tries again after Retry-After, twice and never sooner, then waits for the button', async (code, why) => {
    answers.saldo = [failed(code, 503, 5)];
    const run = flow();
    run.load();
    for (const asked of [1, 2]) {
      await settle();
      expect(views.at(-1)).toEqual({ kind: 'waiting', why, seconds: 5 });
      await vi.advanceTimersByTimeAsync(4999);
      expect(count('saldo')).toBe(asked);
      await vi.advanceTimersByTimeAsync(1);
      expect(count('saldo')).toBe(asked + 1);
    }
    expect(views.at(-1)).toMatchObject({ kind: 'unavailable', why });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(count('saldo')).toBe(3);
    run.retry();
    await settle();
    expect(count('saldo')).toBe(4);
    // The button makes one call and no retries.
    expect(views.at(-1)?.kind).toBe('unavailable');
  });

  test('keeps a press of the button before Retry-After until then', async () => {
    answers.saldo = [failed('upstream-busy', 503, 90), saldo()];
    const run = flow();
    run.load();
    await settle();
    expect(views.at(-1)?.kind).toBe('unavailable');
    await vi.advanceTimersByTimeAsync(30_000);
    run.retry();
    await settle();
    expect(views.at(-1)).toEqual({ kind: 'waiting', why: 'busy', seconds: 60 });
    expect(focused.at(-1)).toBe(true);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(count('saldo')).toBe(1);
    await vi.advanceTimersByTimeAsync(1500);
    expect(views.at(-1)?.kind).toBe('saldo');
  });

  test.each([
    [500, 'internal', 'fault'],
    [503, 'configuration', 'fault'],
    [502, 'upstream-invalid-reply', 'fault'],
    [403, 'consent-person-mismatch', 'fault'],
    [400, 'request-invalid', 'fault'],
    [503, 'upstream-unavailable', 'unavailable'],
    [0, 'unreachable', 'unavailable'],
    [429, 'unreachable', 'unavailable'],
    [504, 'unreachable', 'unavailable'],
  ])(
    '%i %s without Retry-After: shows %s, makes no second call, and the bank gets an event',
    async (status, code, kind) => {
      answers.saldo = [failed(code, status)];
      flow().load();
      await vi.advanceTimersByTimeAsync(300_000);
      expect(views.at(-1)?.kind).toBe(kind);
      expect(count('saldo')).toBe(1);
      expect(heard).toContain(`failed ${code}`);
    },
  );

  test.each([
    [401, 'session-ended'],
    [401, 'person-token-invalid'],
    [401, 'unreachable'],
    [0, 'token-missing'],
  ])('%i %s: shows logged out, sends the page one event, and makes no other call', async (status, code) => {
    answers.saldo = [failed(code, status)];
    flow().load();
    await settle();
    expect(views.at(-1)).toEqual({ kind: 'session-ended' });
    expect(heard).toEqual([`ended ${code}`]);
    expect(calls).toEqual(['saldo']);
  });

  test.each([
    ['consent-required', 'none'],
    ['consent-rejected', 'rejected'],
    ['consent-revoked', 'revoked'],
    ['consent-expired', 'expired'],
    ['consent-refused', 'refused'],
  ])('shows for %s why a consent is needed', async (code, why) => {
    answers.saldo = [failed(code, 403)];
    flow().load();
    await settle();
    expect(views.at(-1)).toEqual({ kind: 'consent-needed', why });
    expect(heard).toEqual([`consent ${why === 'refused' ? 'rejected' : why}`]);
  });

  test('opens Altinn for a new consent, and never an address that is no web address', async () => {
    answers.start = [{ ok: true, value: { state: 'pending', consentUrl: 'https://altinn.example/c' } }];
    const run = flow();
    run.add();
    await settle();
    expect(heard).toEqual(['hold', 'open https://altinn.example/c']);
    expect(views.at(-1)).toMatchObject({ kind: 'pending' });
    answers.start = [{ ok: true, value: { state: 'pending', consentUrl: 'javascript:alert(1)' } }];
    run.add();
    await settle();
    expect(heard.filter((one) => one.startsWith('open'))).toHaveLength(1);
    // A consent that is active already leads to a look-up.
    answers.start = [accepted()];
    run.add();
    await settle();
    expect(views.at(-1)?.kind).toBe('saldo');
    answers.start = [failed('consent-refused', 403)];
    run.add();
    await settle();
    expect(views.at(-1)).toEqual({ kind: 'refused-today', why: 'refused' });
    answers.start = [failed('too-many-requests', 429, 1800)];
    run.add();
    await settle();
    expect(views.at(-1)).toEqual({ kind: 'refused-today', why: 'too-many' });
  });

  test('shows where to withdraw after the end, and moves the focus there', async () => {
    answers.end = [{ ok: true, value: { state: 'none', withdrawUrl: 'https://altinn.example/active' } }];
    flow().stop();
    await settle();
    expect(views).toEqual([{ kind: 'stopped', withdrawUrl: 'https://altinn.example/active' }]);
    expect(focused).toEqual([true]);
    expect(heard).toEqual(['hold', 'ended here']);
  });

  test('drops an answer of an earlier load, or after the end', async () => {
    const late = Promise.withResolvers<unknown>();
    answers.saldo = [late.promise, failed('not-a-customer', 404)];
    const run = flow();
    run.load();
    await settle();
    run.load();
    await settle();
    expect(views.at(-1)?.kind).toBe('not-a-customer');
    late.resolve(saldo());
    await settle();
    expect(kinds()).not.toContain('saldo');

    answers.saldo = [saldo()];
    run.load();
    run.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(kinds()).not.toContain('saldo');
  });

  test('makes a look-up when the customer returns to the page with an open consent, but not within three seconds', async () => {
    answers.saldo = [failed('consent-pending', 403)];
    answers.consent = [{ ok: true, value: { state: 'pending', consentUrl: 'https://altinn.example/c' } }];
    const run = flow();
    run.load();
    await settle();
    run.sightChanged();
    await settle();
    expect(count('saldo')).toBe(1);
    await vi.advanceTimersByTimeAsync(3000);
    answers.saldo = [saldo()];
    run.sightChanged();
    await settle();
    expect(views.at(-1)?.kind).toBe('saldo');
    expect(count('saldo')).toBe(2);
  });

  test('requests a fresh read after the visit to Altinn in each call, until one is answered', async () => {
    const run = flow();
    run.load();
    await settle();
    run.left();
    await vi.advanceTimersByTimeAsync(3000);
    answers.saldo = [failed('unreachable', 0), failed('consent-revoked', 403)];
    run.sightChanged();
    await settle();
    run.retry();
    await settle();
    run.load();
    await settle();
    expect(asked).toEqual([false, true, true, false]);
    expect(views.at(-1)).toEqual({ kind: 'consent-needed', why: 'revoked' });
    flow().load({ fresh: true });
    expect(asked.at(-1)).toBe(true);
  });

  test('removes a saldo when its time is over, and looks it up again: at once if visible, else when the page is visible again', async () => {
    const run = flow();
    run.load();
    await settle();
    await vi.advanceTimersByTimeAsync(3_599_000);
    expect(views.at(-1)?.kind).toBe('saldo');
    answers.saldo = [new Promise(() => undefined), saldo()];
    await vi.advanceTimersByTimeAsync(1000);
    expect(views.at(-1)?.kind).toBe('loading');
    expect(count('saldo')).toBe(2);

    answers.saldo = [saldo()];
    vi.setSystemTime(new Date('2026-11-27T12:00:00Z'));
    run.load();
    await settle();
    inSight = false;
    run.sightChanged();
    await vi.advanceTimersByTimeAsync(4_000_000);
    expect(views.at(-1)?.kind).toBe('loading');
    expect(count('saldo')).toBe(3);
    inSight = true;
    run.sightChanged();
    await settle();
    expect(count('saldo')).toBe(4);
  });

  test('makes no look-up each second when the clock is hours ahead', async () => {
    vi.setSystemTime(new Date('2026-11-27T20:00:00Z'));
    flow().load();
    await settle();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(count('saldo')).toBeLessThanOrEqual(6);
    expect(count('saldo')).toBeGreaterThanOrEqual(5);
  });

  test('makes a new look-up after more than a minute out of sight', async () => {
    const run = flow();
    run.load();
    await settle();
    for (const [ms, calls] of [
      [59_000, 1],
      [61_000, 2],
    ] as const) {
      inSight = false;
      run.sightChanged();
      await vi.advanceTimersByTimeAsync(ms);
      inSight = true;
      run.sightChanged();
      await settle();
      expect(count('saldo')).toBe(calls);
    }
  });

  test('when in doubt and out of sight, removes the saldo at once and drops an answer on its way', async () => {
    const late = Promise.withResolvers<unknown>();
    answers.saldo = [late.promise, failed('consent-required', 403)];
    inSight = false;
    const run = flow();
    run.load();
    await settle();
    run.doubt();
    late.resolve(saldo());
    await settle();
    expect(kinds()).toEqual(['loading', 'loading']);
    inSight = true;
    run.sightChanged();
    await settle();
    expect(views.at(-1)?.kind).toBe('consent-needed');
  });
});
