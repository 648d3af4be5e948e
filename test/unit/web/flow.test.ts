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
    consent: { validTo: '2027-06-01T00:00:00Z', renewFrom },
  },
});

describe("the card's flow", () => {
  let answers: { consent: unknown[]; saldo: unknown[]; start: unknown[]; end: unknown[] };
  let calls: string[];
  let views: View[];
  let focused: boolean[];
  let heard: string[];

  beforeEach(() => {
    vi.useFakeTimers();
    answers = { consent: [accepted()], saldo: [saldo()], start: [], end: [] };
    [calls, views, focused, heard] = [[], [], [], []];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const flow = () => {
    const next = (name: keyof typeof answers) => async () => {
      calls.push(name);
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
      returnUrl: () => 'https://bank.example/',
      monotonicMs: () => Date.now(),
      now: () => new Date('2026-11-27T12:00:00Z'),
    };
    return createFlow(ports);
  };
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const count = (name: string) => calls.filter((call) => call === name).length;
  const kinds = () => views.map(({ kind }) => kind);

  test('no look-up without a consent', async () => {
    for (const state of ['none', 'rejected', 'revoked', 'expired']) {
      answers.consent = [{ ok: true, value: { state } }];
      flow().load();
      await settle();
      expect(views.at(-1)).toEqual({ kind: 'consent-needed', why: state });
    }
    answers.consent = [{ ok: true, value: { state: 'pending' } }];
    flow().load();
    await settle();
    expect(views.at(-1)).toEqual({ kind: 'pending', consentUrl: undefined });
    expect(count('saldo')).toBe(0);
  });

  test('renewal: not before renewFrom, then offered, and its address while it is open', async () => {
    flow().load();
    await settle();
    expect(views.at(-1)).toMatchObject({ kind: 'saldo', renewal: 'no', withdrawUrl: 'https://altinn.example/active' });
    answers.saldo = [saldo('2026-11-27T12:00:00Z')];
    flow().load();
    await settle();
    expect(views.at(-1)).toMatchObject({ renewal: 'due' });
    answers.consent = [accepted({ consentUrl: 'https://altinn.example/r' })];
    flow().load();
    await settle();
    expect(views.at(-1)).toMatchObject({ renewal: { consentUrl: 'https://altinn.example/r' } });
    answers.consent = [accepted({ consentUrl: 'javascript:alert(1)' })];
    flow().load();
    await settle();
    expect(views.at(-1)).toMatchObject({ renewal: 'due' });
  });

  test('words only after a second', async () => {
    answers.saldo = [new Promise(() => undefined)];
    flow().load();
    await vi.advanceTimersByTimeAsync(999);
    expect(views).toEqual([{ kind: 'loading', slow: false }]);
    await vi.advanceTimersByTimeAsync(1);
    expect(views.at(-1)).toEqual({ kind: 'loading', slow: true });
  });

  test.each([
    ['saldo-not-ready', true],
    ['upstream-busy', false],
    ['upstream-unavailable', false],
    ['consent-unverifiable', false],
  ])('%s: asks again after Retry-After, twice and never sooner, then waits for a press', async (code, slow) => {
    answers.saldo = [failed(code, 503, 5)];
    const run = flow();
    run.load();
    for (const asked of [1, 2]) {
      await settle();
      expect(views.at(-1)).toEqual({ kind: 'waiting', slow, seconds: 5 });
      await vi.advanceTimersByTimeAsync(4999);
      expect(count('saldo')).toBe(asked);
      await vi.advanceTimersByTimeAsync(1);
      expect(count('saldo')).toBe(asked + 1);
    }
    expect(views.at(-1)).toMatchObject({ kind: 'unavailable', slow });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(count('saldo')).toBe(3);
    run.retry();
    await settle();
    expect(count('saldo')).toBe(4);
    // A press has one answer: it does not begin two more by itself.
    expect(views.at(-1)?.kind).toBe('unavailable');
  });

  test('a press before Retry-After has gone is kept until then', async () => {
    answers.saldo = [failed('upstream-busy', 503, 90), saldo()];
    const run = flow();
    run.load();
    await settle();
    expect(views.at(-1)?.kind).toBe('unavailable');
    await vi.advanceTimersByTimeAsync(30_000);
    run.retry();
    await settle();
    expect(views.at(-1)).toEqual({ kind: 'waiting', slow: false, seconds: 60 });
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
  ])('%i %s without Retry-After: %s, asked once, and the bank is told', async (status, code, kind) => {
    answers.saldo = [failed(code, status)];
    flow().load();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(views.at(-1)?.kind).toBe(kind);
    expect(count('saldo')).toBe(1);
    expect(heard).toContain(`failed ${code}`);
  });

  test.each([
    [401, 'session-ended'],
    [401, 'person-token-invalid'],
    [401, 'unreachable'],
    [0, 'token-missing'],
  ])('%i %s: logged out, told once, no consent and no saldo left', async (status, code) => {
    answers.consent = [failed(code, status)];
    flow().load();
    await settle();
    expect(views.at(-1)).toEqual({ kind: 'session-ended' });
    expect(heard).toEqual([`ended ${code}`]);
    expect(count('saldo')).toBe(0);
  });

  test.each([
    ['consent-required', 'none'],
    ['consent-rejected', 'rejected'],
    ['consent-revoked', 'revoked'],
    ['consent-expired', 'expired'],
    ['consent-refused', 'refused'],
  ])('%s from the look-up is the same as from the consent', async (code, why) => {
    answers.saldo = [failed(code, 403)];
    flow().load();
    await settle();
    expect(views.at(-1)).toEqual({ kind: 'consent-needed', why });
    expect(heard).toEqual(['consent accepted']);
  });

  test('adding opens Altinn, and no address that is not one', async () => {
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
    // One that stands already: the saldo is looked up.
    answers.start = [accepted()];
    run.add();
    await settle();
    expect(views.at(-1)?.kind).toBe('saldo');
    answers.start = [failed('consent-refused', 403)];
    run.add();
    await settle();
    expect(views.at(-1)).toEqual({ kind: 'refused-today' });
  });

  test('ending shows where to withdraw, and the focus follows', async () => {
    answers.end = [{ ok: true, value: { state: 'none', withdrawUrl: 'https://altinn.example/active' } }];
    flow().stop();
    await settle();
    expect(views).toEqual([{ kind: 'stopped', withdrawUrl: 'https://altinn.example/active' }]);
    expect(focused).toEqual([true]);
  });

  test('what comes in for an older turn, or after the end, is dropped', async () => {
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

  test('back on the page while a consent is open: looked for again, but not in a rush', async () => {
    answers.consent = [{ ok: true, value: { state: 'pending', consentUrl: 'https://altinn.example/c' } }];
    const run = flow();
    run.load();
    await settle();
    run.returned();
    await settle();
    expect(count('consent')).toBe(1);
    await vi.advanceTimersByTimeAsync(3000);
    answers.consent = [accepted()];
    run.returned();
    await settle();
    expect(views.at(-1)?.kind).toBe('saldo');
    await vi.advanceTimersByTimeAsync(60_000);
    run.returned();
    await settle();
    expect(count('saldo')).toBe(1);
  });
});
