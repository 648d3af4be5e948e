import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '../../../shared/telemetry/redaction.ts';
import { recordedTelemetry } from '../support/recorder.ts';

const digit = fc.integer({ min: 0, max: 9 });
const elevenDigits = fc.array(digit, { minLength: 11, maxLength: 11 }).map((list) => list.join(''));
/** Text around what must go: anything that is no digit at its edge. */
const edge = fc
  .string({ maxLength: 20 })
  .map((text) => text.replace(/\d/g, '.').replace(/[ -]$/g, '.').replace(/^[ -]/g, '.'));
const base64url = (min: number, max: number) =>
  fc.uint8Array({ minLength: min, maxLength: max }).map((bytes) => Buffer.from(bytes).toString('base64url'));

describe('redaction', () => {
  test('no eleven digits survive, whatever stands around them', () => {
    fc.assert(
      fc.property(edge, elevenDigits, edge, (before, digits, after) => {
        expect(redact(`${before}${digits}${after}`)).not.toContain(digits);
        const grouped = `${digits.slice(0, 6)} ${digits.slice(6)}`;
        expect(redact(`${before}${grouped}${after}`)).not.toContain(grouped);
      }),
      { numRuns: 500 },
    );
  });

  test('no JWT survives, whole or cut off', () => {
    const header = Buffer.from('{"alg":"RS256","kid":"k"}').toString('base64url');
    fc.assert(
      fc.property(edge, base64url(30, 400), base64url(1, 300), edge, (before, payload, signature, after) => {
        const claims = `eyJ${payload}`;
        for (const token of [`${header}.${claims}.${signature}`, `${header}.${claims}.`, `${header}.${claims}`]) {
          const clean = redact(`${before}${token}${after}`);
          expect(clean).not.toContain(claims);
          expect(clean).not.toContain(header);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a token glued to a word goes too', () => {
    expect(redact('token_eyJhbGciOiJSUzI1NiJ9.eyJwaWQiOiIwMTA4NTMwMTk1NyJ9.c2ln')).toBe('token_[token]');
  });

  test('no callback state survives', () => {
    for (let round = 0; round < 300; round++) {
      const state = randomBytes(32).toString('base64url');
      for (const text of [
        state,
        `state=${state}`,
        `https://b.example/api/consents/callback?state=${state}&Status=OK`,
        `"state":"${state}"`,
        `{state:${state}}`,
      ])
        expect(redact(text)).not.toContain(state);
    }
    expect(redact('/api/consents/callback?state=short&Status=Failed')).not.toContain('short');
  });

  test('no secret of 32 bytes or more survives as padded base64, nor half of it', () => {
    for (const size of [32, 34, 35, 46, 47, 64, 65, 256])
      for (let round = 0; round < 100; round++) {
        const secret = randomBytes(size).toString('base64');
        if (!secret.endsWith('=')) continue;
        const clean = redact(`key ${secret} end`);
        expect(clean).not.toContain(secret.slice(0, 20));
        expect(clean).not.toContain(secret.slice(-20));
      }
  });

  test.each([
    ['fødselsnummer 01085301957.', 'fødselsnummer [national id].'],
    ['010853-01957', '[national id]'],
    ['urn:altinn:person:identifier-no:01085301957', 'urn:altinn:person:identifier-no:[national id]'],
    ['https://b.example/a?ErrorMessage=User+did', 'https://b.example/a?[query]'],
    ['https://b.example/a#token=x', 'https://b.example/a?[query]'],
    ['mybank://b/a?x=1 next', 'mybank://b/a?[query] next'],
    ['/consentrequests/0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a10', '/consentrequests/[id]'],
  ])('%s', (text, clean) => expect(redact(text)).toBe(clean));

  test.each([
    'upstream-unavailable (maskinporten-status-503)',
    '1795420800',
    '1795420800123',
    '999888777',
    '2026-11-23T08:00:00.123Z',
    'https://platform.altinn.no/accessmanagement/api/v1/enterprise/consentrequests',
    'at lookUp (/srv/app/dist/functions.cjs:10:12345)',
    'lanekassen-schema-Accounts.0.Balances.0.LastChangeDateTime',
  ])('%s stays as it is', (text) => expect(redact(text)).toBe(text));

  test('a request id stays whole, also when it holds eleven digits in a row', () => {
    const id = '6f1d2c3b-7a58-4c2e-9b1f-a12345678901';
    expect(redact(id)).toBe(id);
    for (let round = 0; round < 3000; round++) {
      const random = randomUUID();
      expect(redact(random)).toBe(random);
    }
  });
});

describe('telemetry', () => {
  test('a line is JSON with level and event, its texts and numbers redacted', () => {
    const telemetry = recordedTelemetry();
    telemetry.log('info', 'x', { a: '01085301957', b: 24121312345, c: 7, d: true, e: undefined, f: 1795420800123 });
    expect(telemetry.of('x')).toEqual([
      { level: 'info', event: 'x', a: '[national id]', b: '[number]', c: 7, d: true, f: 1795420800123 },
    ]);
  });

  test('an alert is an error that says what to do', () => {
    const telemetry = recordedTelemetry();
    telemetry.alert('key-vault-refuses', 'Check the key.', { fault: 'key-vault-403' });
    expect(telemetry.of('key-vault-refuses')).toEqual([
      { level: 'error', event: 'key-vault-refuses', fault: 'key-vault-403', alert: true, action: 'Check the key.' },
    ]);
  });

  test('counts by name and dimensions; an attempt is counted and told', () => {
    const telemetry = recordedTelemetry();
    telemetry.count('saldoLookup', { result: 'held' });
    telemetry.count('saldoLookup', { result: 'held' });
    telemetry.count('saldoLookup', { result: 'joined' });
    telemetry.attempt({ upstream: 'u', call: 'c', attempt: 2, outcome: 'timeout', durationMs: 5, stop: 'deadline' });
    expect(Object.fromEntries(telemetry.counts())).toEqual({
      'saldoLookup result=held': 2,
      'saldoLookup result=joined': 1,
      'upstreamAttempt upstream=u call=c outcome=timeout stop=deadline': 1,
    });
    expect(telemetry.of('upstream-attempt')).toEqual([
      {
        level: 'warning',
        event: 'upstream-attempt',
        upstream: 'u',
        call: 'c',
        attempt: 2,
        outcome: 'timeout',
        durationMs: 5,
        stop: 'deadline',
      },
    ]);
  });
});
