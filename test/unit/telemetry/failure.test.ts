import { describe, expect, test } from 'vitest';
import { createFirstAnswers } from '../../../shared/http/request-report.ts';
import { type ProblemCode, problems } from '../../../shared/problem-catalogue.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { busy, outOfTime, unavailable } from '../../../shared/resilience/upstream-problems.ts';
import { contention } from '../../../shared/storage/documents.ts';
import type { Party } from '../../../shared/telemetry/failure.ts';
import { createLastingAlert } from '../../../shared/telemetry/lasting-alert.ts';
import { invalidReply } from '../../../shared/upstream/reply.ts';

const said = ({ failure: { party, kind } }: ProblemError) => `${party}: ${kind}`;
const problem = (code: ProblemCode, party?: Party) => new ProblemError(code, { party });
const random = 0;

describe("the party and kind of a problem's failure", () => {
  test.each<[string, ProblemError, string]>([
    ['Lånekassen answers 503', unavailable('lanekassen', 'status-503', random), 'lanekassen: unavailable'],
    ['no keys of Maskinporten', unavailable('maskinporten-keys', 'jwks', random), 'maskinporten: unavailable'],
    ['no connection to the tables', unavailable('tables', 'connection', random), 'tables: unavailable'],
    [
      'no keys of the issuer',
      problem('upstream-unavailable', 'person-token-issuer'),
      'person-token-issuer: unavailable',
    ],
    ['no consent token', problem('upstream-unavailable', 'maskinporten'), 'maskinporten: unavailable'],
    ['our own writes', contention('row'), 'app: contended'],
    ['a broken answer', invalidReply('altinn', 'consent-absent'), 'altinn: invalid-reply'],
    ['a broken answer of a part', invalidReply('maskinporten-metadata', 'schema'), 'maskinporten: invalid-reply'],
    ['Maskinporten throttles', busy('maskinporten', 'throttled', 'status-429', 1000), 'maskinporten: throttled'],
    ['Altinn is silent', problem('consent-unverifiable', 'altinn'), 'altinn: unavailable'],
    ['its token is not to be had', problem('consent-unverifiable', 'maskinporten'), 'maskinporten: unavailable'],
    ['silence of no party in particular', problem('consent-unverifiable'), 'altinn: unavailable'],
    ['a refusal', problem('consent-refused'), 'lanekassen: refused'],
    ['another person', problem('consent-person-mismatch', 'altinn'), 'app: mismatch'],
    ['a setting that Lånekassen shows', problem('configuration', 'lanekassen'), 'app: configuration'],
    ['a permission in the vault', problem('configuration', 'key-vault'), 'key-vault: configuration'],
    ['the identity', problem('configuration', 'identity'), 'identity: configuration'],
    ['a permission on the tables', problem('configuration', 'tables'), 'tables: configuration'],
    ['a defect', problem('internal'), 'app: defect'],
    ['an answer that is not there yet', problem('saldo-not-ready'), 'undefined: slow'],
  ])('%s', (_what, error, expected) => {
    expect(said(error)).toBe(expected);
  });

  test('a problem that is true of the customer, or that the caller caused, is no failure of a party', () => {
    for (const code of Object.keys(problems) as ProblemCode[])
      if (problems[code].status < 500 && !['consent-refused', 'consent-person-mismatch'].includes(code))
        expect(said(problem(code, 'lanekassen')), code).toBe('none: none');
  });

  test("a policy's problem names the party of its upstream", () => {
    expect(busy('maskinporten-keys', 'queue', 'limit', 1000).failure).toEqual({ party: 'maskinporten', kind: 'queue' });
    expect(busy('lanekassen', 'closed-off', 'breaker', 1000).failure).toEqual({
      party: 'lanekassen',
      kind: 'closed-off',
    });
    expect(busy('altinn', 'throttled', 'status-429', 1000).failure).toEqual({ party: 'altinn', kind: 'throttled' });
    expect(unavailable('tables', 'connection', 0).failure).toEqual({ party: 'tables', kind: 'unavailable' });
    expect(unavailable('altinn', 'timeout', 0, { isSlow: true }).failure).toEqual({ party: 'altinn', kind: 'slow' });
    // Lånekassen was not called: the time was spent before, or on the token.
    expect(outOfTime('lanekassen', 'deadline', 0).failure).toEqual({ party: undefined, kind: 'slow' });
    expect(outOfTime('lanekassen', 'prepare-timeout', 0).failure).toEqual({ party: 'maskinporten', kind: 'slow' });
  });
});

describe('what counts once for each login session', () => {
  const login = (session: string, state?: string) => ({
    names: { sessionKey: session },
    stored: state === undefined ? {} : { doc: { state } },
  });

  test('the first answer of its kind counts; repeated failures and repeated saldos do not', () => {
    const verdicts = createFirstAnswers();
    const counted = (failed: boolean, of = login('one')) => verdicts.counts(of, failed);
    expect([counted(true), counted(true), counted(true)]).toEqual([true, false, false]);
    expect([counted(false), counted(false), counted(true)]).toEqual([true, false, true]);
    expect(counted(true, login('another'))).toBe(true);
  });

  test('an answer that the row remembers was counted by another instance', () => {
    const verdicts = createFirstAnswers();
    expect(verdicts.counts(login('a', 'failed'), true)).toBe(false);
    expect(verdicts.counts(login('b', 'held'), false)).toBe(false);
    expect(verdicts.counts(login('c', 'held'), true)).toBe(true);
    expect(verdicts.counts(login('d', 'leased'), true)).toBe(true);
  });

  test('without a session each call counts, and the memory is bounded', () => {
    const verdicts = createFirstAnswers(2);
    expect([verdicts.counts(undefined, true), verdicts.counts(undefined, true)]).toEqual([true, true]);
    for (const name of ['a', 'b', 'a', 'c']) verdicts.counts(login(name), true);
    // `b` is dropped, because it was seen the longest time ago.
    expect(['a', 'c', 'b'].map((name) => verdicts.counts(login(name), true))).toEqual([false, false, true]);
  });
});

test('a lasting fault is alerted at once, and again every five minutes in which it occurs', () => {
  let minute = 0;
  const lasting = createLastingAlert(() => minute * 60_000);
  const toldAt: number[] = [];
  for (; minute < 14; minute++) lasting(() => toldAt.push(minute));
  expect(toldAt).toEqual([0, 5, 10]);
});
