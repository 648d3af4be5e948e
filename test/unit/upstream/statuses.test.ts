// The table of statuses (`docs/contracts/resilience.md` §5.2), written by hand: what each status of each party means.
import { describe, expect, test } from 'vitest';
import { judged } from '../../../shared/upstream/reply.ts';
import { type Meaning, meaningOf, type Party } from '../../../shared/upstream/statuses.ts';

const reply = (status: number, text = '', headers: Record<string, string> = {}) => ({ status, headers, text });
const html = '<!doctype html><title>Gateway</title>';
/** A body with the party's own error code. */
const own: Record<Party, string> = {
  lanekassen: '{"Message":"x"}',
  maskinporten: '{"error":"invalid_grant","error_description":"MP-100"}',
  altinn: '{"code":"AM-00003","title":"x","status":400}',
  'key-vault': '{"error":{"code":"Forbidden","message":"x"}}',
  tables: '{"odata.error":{"code":"AuthorizationFailure"}}',
  identity: '{"statusCode":400,"message":"x"}',
  'public-document': '{"error":"x"}',
};
const parties = Object.keys(own) as Party[];

describe('the same from any party, with any body', () => {
  const always: [number, Meaning][] = [
    [408, 'gateway-error'],
    [421, 'gateway-error'],
    [425, 'gateway-error'],
    [429, 'throttled'],
    [460, 'gateway-error'],
    [499, 'gateway-error'],
    [500, 'server-error'],
    [501, 'invalid'],
    [502, 'gateway-error'],
    [503, 'gateway-error'],
    [504, 'gateway-error'],
    [505, 'invalid'],
    [507, 'gateway-error'],
    [520, 'gateway-error'],
    [599, 'gateway-error'],
    [302, 'invalid'],
    [204, 'invalid'],
  ];
  test.each(always)('%i is %s', (status, meaning) => {
    for (const party of parties)
      for (const text of ['', 'null', html, own[party]])
        expect([party, text, meaningOf(party, reply(status, text))]).toEqual([party, text, meaning]);
  });
});

describe('an answer of a gateway', () => {
  test("with 404 and without the party's own error is an outage of the gateway", () => {
    for (const party of parties)
      for (const text of ['', 'null', html])
        expect([party, meaningOf(party, reply(404, text))]).toEqual([party, 'gateway-error']);
    // Azure's API Management, which many parties have in front.
    expect(meaningOf('lanekassen', reply(404, '{"statusCode":404,"message":"Resource not found"}'))).toBe(
      'gateway-error',
    );
  });

  test("with any other 4xx and without the party's own error is the gateway's fault, never a wrong setting of the app", () => {
    for (const party of parties)
      for (const status of [400, 402, 403, 405, 406, 410, 411, 413, 414, 415, 418, 422, 431, 451, 419, 444, 494])
        expect([party, status, ['ours', 'renew'].includes(meaningOf(party, reply(status, html)))]).toEqual([
          party,
          status,
          false,
        ]);
  });
});

describe('an answer of the party itself', () => {
  const rows: [Party, number, string, Meaning][] = [
    ['lanekassen', 200, '{}', 'answer'],
    ['lanekassen', 400, own.lanekassen, 'ours'],
    ['lanekassen', 401, own.lanekassen, 'answer'],
    ['lanekassen', 403, own.lanekassen, 'answer'],
    ['lanekassen', 404, own.lanekassen, 'answer'],
    ['lanekassen', 418, own.lanekassen, 'invalid'],
    ['maskinporten', 200, '{}', 'answer'],
    ['maskinporten', 400, own.maskinporten, 'answer'],
    ['maskinporten', 401, own.maskinporten, 'answer'],
    ['maskinporten', 404, own.maskinporten, 'answer'],
    ['altinn', 200, '{}', 'answer'],
    ['altinn', 201, '{}', 'answer'],
    ['altinn', 400, own.altinn, 'ours'],
    ['altinn', 400, '{"title":"One or more validation errors occurred.","status":400}', 'ours'],
    ['altinn', 401, '', 'renew'],
    ['altinn', 403, '', 'ours'],
    ['altinn', 404, '{"code":"AM-00001"}', 'answer'],
    ['altinn', 404, '{"title":"Not Found","status":404}', 'gateway-error'],
    ['altinn', 500, '{"code":"STD-00001"}', 'ours'],
    ['altinn', 500, '{"code":"AM-00099"}', 'server-error'],
    ['key-vault', 400, own['key-vault'], 'ours'],
    ['key-vault', 401, '', 'renew'],
    ['key-vault', 403, own['key-vault'], 'ours'],
    ['key-vault', 404, own['key-vault'], 'ours'],
    ['tables', 401, '', 'renew'],
    ['tables', 403, own.tables, 'ours'],
    ['tables', 404, own.tables, 'answer'],
    ['tables', 409, own.tables, 'answer'],
    ['tables', 412, own.tables, 'answer'],
    ['tables', 409, html, 'invalid'],
    ['identity', 400, own.identity, 'ours'],
    ['identity', 404, own.identity, 'gateway-error'],
    ['identity', 410, own.identity, 'gateway-error'],
    ['public-document', 200, '{}', 'answer'],
    ['public-document', 403, own['public-document'], 'invalid'],
  ];
  test.each(rows)('%s %i %s: %s', (party, status, text, meaning) =>
    expect(meaningOf(party, reply(status, text))).toBe(meaning),
  );

  test('an error code of the tables may be only in a header', () => {
    expect(meaningOf('tables', reply(404, '', { 'x-ms-error-code': 'ResourceNotFound' }))).toBe('answer');
  });

  test("a second 401 is the app's fault if the party itself answered, and the gateway's otherwise", () => {
    for (const party of ['altinn', 'key-vault', 'tables'] as const) {
      expect(meaningOf(party, reply(401, own[party]), true)).toBe('ours');
      expect(meaningOf(party, reply(401, html), true)).toBe('invalid');
    }
    expect(meaningOf('altinn', reply(401, ''), true)).toBe('ours');
  });
});

describe('a delay as a date', () => {
  const now = Date.UTC(2026, 10, 23, 8, 0, 0);
  const judgedWith = (headers: Record<string, string>) => judged('altinn', reply(429, '', headers), now);
  test.each([
    ['an hour ahead of ours', 'Mon, 23 Nov 2026 09:00:00 GMT', 'Mon, 23 Nov 2026 09:00:30 GMT'],
    ['an hour behind ours', 'Mon, 23 Nov 2026 07:00:00 GMT', 'Mon, 23 Nov 2026 07:00:30 GMT'],
  ])('is meant by the clock of the party, %s', (_what, date, retryAfter) => {
    expect(judgedWith({ date, 'retry-after': retryAfter })).toMatchObject({ failed: { retryAfterMs: 30_000 } });
  });

  test.each([{}, { date: 'today' }])('is read by our clock where the party names no time: %j', (headers) => {
    const retryAfter = 'Mon, 23 Nov 2026 08:00:30 GMT';
    expect(judgedWith({ ...headers, 'retry-after': retryAfter })).toMatchObject({ failed: { retryAfterMs: 30_000 } });
  });
});
