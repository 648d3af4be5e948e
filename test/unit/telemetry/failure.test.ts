import { describe, expect, test } from 'vitest';
import { createFirstAnswers } from '../../../shared/http/first-answers.ts';
import { type ProblemCode, ProblemError, problems } from '../../../shared/problems.ts';
import { busy, unavailable } from '../../../shared/resilience/upstream-problems.ts';
import { createLastingAlert } from '../../../shared/telemetry/lasting-alert.ts';

const blame = (code: ProblemCode, fault?: string) => {
  const { party, kind } = new ProblemError(code, fault === undefined ? {} : { fault }).failure;
  return `${party}: ${kind}`;
};

describe('whose failure a problem is', () => {
  test.each<[ProblemCode, string | undefined, string]>([
    ['upstream-unavailable', 'lanekassen-status-503', 'lanekassen: unavailable'],
    ['upstream-unavailable', 'maskinporten-keys-jwks', 'maskinporten: unavailable'],
    ['upstream-unavailable', 'tables-connection', 'tables: unavailable'],
    ['upstream-unavailable', 'person-token-issuer-jwks', 'person-token-issuer: unavailable'],
    ['upstream-unavailable', 'consent-token-refused', 'maskinporten: unavailable'],
    ['upstream-unavailable', 'session-contended', 'app: contended'],
    ['upstream-unavailable', 'turn-taken', 'app: contended'],
    ['upstream-invalid-reply', 'altinn-consent-absent', 'altinn: invalid-reply'],
    ['upstream-busy', 'maskinporten-status-429', 'maskinporten: throttled'],
    ['consent-unverifiable', 'altinn-timeout', 'altinn: unavailable'],
    ['consent-unverifiable', 'maskinporten-timeout', 'maskinporten: unavailable'],
    ['consent-unverifiable', undefined, 'altinn: unavailable'],
    ['consent-refused', undefined, 'lanekassen: refused'],
    ['consent-person-mismatch', 'altinn-giver', 'app: mismatch'],
    ['configuration', 'lanekassen-401-twice', 'app: configuration'],
    ['configuration', 'key-vault-status-403', 'key-vault: configuration'],
    ['configuration', 'identity-400', 'identity: configuration'],
    ['configuration', 'tables-refused-403', 'tables: configuration'],
    ['configuration', 'tables-of-another-bank', 'tables: configuration'],
    ['internal', 'unexpected-error', 'app: defect'],
    ['saldo-not-ready', undefined, 'undefined: slow'],
  ])('%s (%s): %s', (code, fault, said) => {
    expect(blame(code, fault)).toBe(said);
  });

  test('what is true of the customer, or the caller’s own fault, is no one’s failure', () => {
    for (const code of Object.keys(problems) as ProblemCode[])
      if (problems[code].status < 500 && !['consent-refused', 'consent-person-mismatch'].includes(code))
        expect(blame(code, 'lanekassen-status-503'), code).toBe('none: none');
  });

  test('a policy says it by its own upstream', () => {
    expect(busy('maskinporten-keys', 'limit', 1000).failure).toEqual({ party: 'maskinporten', kind: 'queue' });
    expect(busy('lanekassen', 'breaker', 1000).failure).toEqual({ party: 'lanekassen', kind: 'closed-off' });
    expect(busy('altinn', 'status-429', 1000).failure).toEqual({ party: 'altinn', kind: 'throttled' });
    expect(unavailable('tables', 'connection', 0).failure).toEqual({ party: 'tables', kind: 'unavailable' });
    expect(unavailable('altinn', 'timeout', 0).failure).toEqual({ party: 'altinn', kind: 'slow' });
    // Lånekassen was not asked: the time went before, or to the token.
    expect(unavailable('lanekassen', 'deadline', 0).failure).toEqual({ party: undefined, kind: 'slow' });
    expect(unavailable('lanekassen', 'prepare-timeout', 0).failure).toEqual({ party: 'maskinporten', kind: 'slow' });
  });
});

describe('what counts once a login session', () => {
  const login = (session: string, state?: string) => ({
    names: { sessionKey: session },
    stored: state === undefined ? {} : { doc: { state } },
  });

  test('the first answer of its kind: not the reloads of a failure, nor of a saldo', () => {
    const verdicts = createFirstAnswers();
    const counted = (failed: boolean, of = login('one')) => verdicts.counts(of, failed);
    expect([counted(true), counted(true), counted(true)]).toEqual([true, false, false]);
    expect([counted(false), counted(false), counted(true)]).toEqual([true, false, true]);
    expect(counted(true, login('another'))).toBe(true);
  });

  test('another instance has counted what the row remembers', () => {
    const verdicts = createFirstAnswers();
    expect(verdicts.counts(login('a', 'failed'), true)).toBe(false);
    expect(verdicts.counts(login('b', 'held'), false)).toBe(false);
    expect(verdicts.counts(login('c', 'held'), true)).toBe(true);
    expect(verdicts.counts(login('d', 'leased'), true)).toBe(true);
  });

  test('without a session each call counts; and memory is bounded', () => {
    const verdicts = createFirstAnswers(2);
    expect([verdicts.counts(undefined, true), verdicts.counts(undefined, true)]).toEqual([true, true]);
    for (const name of ['a', 'b', 'a', 'c']) verdicts.counts(login(name), true);
    // `b` was the one not seen for longest.
    expect(['a', 'c', 'b'].map((name) => verdicts.counts(login(name), true))).toEqual([false, false, true]);
  });
});

test('a fault that lasts is alerted on at once, and again every five minutes in which it is met', () => {
  let minute = 0;
  const lasting = createLastingAlert(() => minute * 60_000);
  const toldAt: number[] = [];
  for (; minute < 14; minute++) lasting(() => toldAt.push(minute));
  expect(toldAt).toEqual([0, 5, 10]);
});
