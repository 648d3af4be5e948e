import { HttpRequest } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readJsonBody } from '../../../shared/http/body.ts';
import { callerWaitMs } from '../../../shared/http/prefer.ts';
import { problemBody } from '../../../shared/http/response.ts';
import { isProblemCode, problems } from '../../../shared/problem-catalogue.ts';
import { asProblem, ProblemError } from '../../../shared/problems.ts';
import { statuses } from '../../../shared/telemetry/dimensions.ts';
import { problemContract } from '../support/problem-contract.ts';
import { problemOf } from '../support/problems.ts';

describe('Prefer: wait', () => {
  test.each([
    ['wait=3', 3000],
    ['wait=8', 8000],
    ['WAIT = 1', 1000],
    ['wait="5"', 5000],
    ['respond-async, wait=4', 4000],
    ['wait=4; x=y', 4000],
    ['wait=2, wait=7', 2000],
    ['foo="a, wait=2", wait=3', 3000],
    ['foo="a \\", wait=2", wait=3', 3000],
    ['foo; bar="x, wait=2", wait=3', 3000],
    [', ,wait=3', 3000],
    ['wait=3, foo="a', 3000],
  ])('%j', (prefer, ms) => expect(callerWaitMs(prefer, 8000)).toBe(ms));

  test.each([
    null,
    '',
    'wait',
    'wait=',
    'wait=0',
    'wait=9',
    'wait=10',
    'wait=-1',
    'wait=1.5',
    'wait=3s',
    'await=3',
    'foo="a, wait=2"',
    'foo="a, wait=2',
    'wait="5',
    'wait=5"',
    'wait=9, wait=2',
    'wait, wait=2',
    'wait=３',
    'respond-async',
  ])('%j is ignored', (prefer) => expect(callerWaitMs(prefer, 8000)).toBe(8000));

  test('never gives a caller more time than the service has', () => expect(callerWaitMs('wait=8', 5000)).toBe(5000));
});

describe('a request body', () => {
  const schema = z.strictObject({ returnUrl: z.string() });
  const post = (
    body: string | Uint8Array | undefined,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) =>
    readJsonBody(
      new HttpRequest({
        method: 'POST',
        url: 'http://127.0.0.1/api/consents',
        headers,
        ...(body === undefined ? {} : { body: typeof body === 'string' ? { string: body } : { bytes: body } }),
      }),
      schema,
    );

  test('is read as JSON of the schema, with or without charset and byte order mark', async () => {
    const expected = { returnUrl: 'https://b.example/ø' };
    const text = JSON.stringify(expected);
    expect(await post(text)).toEqual(expected);
    expect(await post(text, { 'content-type': 'application/json; charset=utf-8' })).toEqual(expected);
    expect(await post(text, { 'content-type': 'application/vnd.bank+json' })).toEqual(expected);
    expect(await post(Buffer.from(`\uFEFF${text}`))).toEqual(expected);
  });

  test.each([
    ['empty', ''],
    ['none', undefined],
    ['not JSON', '{"returnUrl":'],
    ['a text', '"x"'],
    ['null', 'null'],
    ['an array', '[]'],
    ['without returnUrl', '{}'],
    ['a returnUrl that is no text', '{"returnUrl":7}'],
    ['an unknown member', '{"returnUrl":"https://b.example","nationalId":"01085301957"}'],
    ['an unknown member that would be a prototype', '{"returnUrl":"x","__proto__":{}}'],
    ['not UTF-8', Buffer.from('{"returnUrl":"\xff"}', 'latin1')],
    ['UTF-16', Buffer.from('{"returnUrl":"x"}', 'utf16le')],
  ])('%s: request-invalid, and the problem repeats nothing of the body', async (_what, body) => {
    const problem = await problemOf(() => post(body));
    expect(problem).toMatchObject({ code: 'request-invalid', status: 400 });
    expect(`${problem.message} ${problem.detail}`).not.toMatch(/01085301957|b\.example|nationalId/);
  });

  test('that comes in chunks is not passed on by the platform: length-required, and the detail says what to do', async () => {
    const chunked = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    expect(await problemOf(() => post(undefined, chunked))).toMatchObject({ code: 'length-required', status: 411 });
    // A body that the platform passes on all the same is accepted.
    expect(await post('{"returnUrl":"x"}', chunked)).toEqual({ returnUrl: 'x' });
  });

  test('without content type or with another one is refused', async () => {
    for (const headers of [
      {},
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/jsonx' },
      { 'content-type': 'text/json' },
    ])
      expect(await problemOf(() => post('{"returnUrl":"x"}', headers as Record<string, string>))).toMatchObject({
        code: 'request-invalid',
        status: 400,
      });
  });

  test('over 16 KiB, received or announced, is 413; exactly 16 KiB is accepted', async () => {
    const ofSize = (size: number) =>
      JSON.stringify({ returnUrl: 'x'.repeat(size - JSON.stringify({ returnUrl: '' }).length) });
    expect((await post(ofSize(16_384))).returnUrl.length).toBeGreaterThan(16_000);
    expect(await problemOf(() => post(ofSize(16_385)))).toMatchObject({ code: 'request-invalid', status: 413 });
    const announced = { 'content-type': 'application/json', 'content-length': '16385' };
    expect(await problemOf(() => post('{}', announced))).toMatchObject({ status: 413 });
  });
});

describe('problems', () => {
  test('have the codes and statuses of the contract', () => {
    expect(Object.fromEntries(Object.entries(problems).map(([code, { status }]) => [code, status]))).toEqual(
      problemContract,
    );
  });

  test('have a status with a name of its own for counting', () => {
    for (const status of Object.values(problemContract)) expect(statuses).toContain(String(status));
  });

  test('have a body with the documented members and no others', () => {
    for (const code of Object.keys(problemContract)) {
      if (!isProblemCode(code)) throw new Error(code);
      const body = problemBody(
        new ProblemError(code, { fault: 'inside', cause: new Error('upstream said 01085301957') }),
        'r-1',
        'https://app.example',
      );
      expect(body).toMatchObject({
        title: problems[code].title,
        status: problemContract[code],
        code,
        instance: 'urn:uuid:r-1',
      });
      expect(body.type).toBe(`https://app.example/api/problems/${code}`);
      expect('consent' in body).toBe(code.startsWith('consent-'));
      expect(JSON.stringify(body)).not.toMatch(/inside|01085301957|stack/);
    }
  });

  test('include the details of the occurrence', () => {
    const problem = new ProblemError('consent-refused', {
      detail: 'Our words.',
      retryAfterSeconds: 7,
      consentState: 'none',
    });
    expect(problemBody(problem, 'r', '')).toMatchObject({
      detail: 'Our words.',
      retryAfterSeconds: 7,
      consent: { state: 'none' },
    });
  });

  test('every other error is a defect, and its text is not used', () => {
    const problem = asProblem(new Error('01085301957'));
    expect([problem.code, problem.message]).toEqual(['internal', 'internal (unexpected-error)']);
    expect(asProblem('text').code).toBe('internal');
    const own = new ProblemError('configuration');
    expect(asProblem(own)).toBe(own);
    expect(['toString', 'constructor', '__proto__', ''].map(isProblemCode)).toEqual([false, false, false, false]);
  });
});
