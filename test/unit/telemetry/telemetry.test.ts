import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InvocationContext } from '@azure/functions';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alerts, reasonOf } from '../../../shared/telemetry/alerts.ts';
import { CallShares, sharesOfCall } from '../../../shared/telemetry/call-shares.ts';
import { exportedDimensions } from '../../../shared/telemetry/dimensions.ts';
import { events } from '../../../shared/telemetry/events.ts';
import { metrics } from '../../../shared/telemetry/metrics.ts';
import { redact } from '../../../shared/telemetry/redaction.ts';
import { forBank, requestContext } from '../../../shared/telemetry/request-context.ts';
import { createTelemetry, type Sink } from '../../../shared/telemetry/telemetry.ts';
import { recordedTelemetry } from '../support/recorder.ts';

const digit = fc.integer({ min: 0, max: 9 });
const elevenDigits = fc.array(digit, { minLength: 11, maxLength: 11 }).map((list) => list.join(''));
/** Text around a secret: anything without a digit at its edge. */
const edge = fc
  .string({ maxLength: 20 })
  .map((text) => text.replace(/\d/g, '.').replace(/[ -]$/g, '.').replace(/^[ -]/g, '.'));
const base64url = (min: number, max: number) =>
  fc.uint8Array({ minLength: min, maxLength: max }).map((bytes) => Buffer.from(bytes).toString('base64url'));

describe('redaction', () => {
  test('removes eleven digits, with any characters around them', () => {
    fc.assert(
      fc.property(edge, elevenDigits, edge, (before, digits, after) => {
        expect(redact(`${before}${digits}${after}`)).not.toContain(digits);
        const grouped = `${digits.slice(0, 6)} ${digits.slice(6)}`;
        expect(redact(`${before}${grouped}${after}`)).not.toContain(grouped);
      }),
      { numRuns: 500 },
    );
  });

  test('removes every JWT, whole or cut off', () => {
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

  test('removes a token directly after a word', () => {
    expect(redact('token_eyJhbGciOiJSUzI1NiJ9.eyJwaWQiOiIwMTA4NTMwMTk1NyJ9.c2ln')).toBe('token_[token]');
  });

  test("removes the callback's state", () => {
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

  test('removes secrets of 32 bytes or more in padded base64, and half of one', () => {
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

  test('keeps a request id whole, also when it contains eleven digits in a row', () => {
    const id = '6f1d2c3b-7a58-4c2e-9b1f-a12345678901';
    expect(redact(id)).toBe(id);
    for (let round = 0; round < 3000; round++) {
      const random = randomUUID();
      expect(redact(random)).toBe(random);
    }
  });
});

describe('telemetry', () => {
  test('writes a line as JSON with level and event, its texts and numbers redacted', () => {
    const telemetry = recordedTelemetry();
    telemetry.log('info', 'x', { a: '01085301957', b: 24121312345, c: 7, d: true, e: undefined, f: 1795420800123 });
    expect(telemetry.of('x')).toEqual([
      { level: 'info', event: 'x', a: '[national id]', b: '[number]', c: 7, d: true, f: 1795420800123 },
    ]);
  });

  test('writes an alert as an error that says what to do', () => {
    const telemetry = recordedTelemetry();
    telemetry.alert('key-vault-refuses', 'Check the key.', { fault: 'key-vault-403' });
    expect(telemetry.of('key-vault-refuses')).toEqual([
      { level: 'error', event: 'key-vault-refuses', fault: 'key-vault-403', alert: true, action: 'Check the key.' },
    ]);
  });

  const attempt = {
    upstream: 'altinn',
    call: 'altinn-read',
    attempt: 2,
    outcome: 'timeout',
    durationMs: 5,
    stop: 'deadline',
    budgetTokens: 9,
    breakerState: 'closed',
    upstreamCold: 'false',
    coldInstance: 'true',
  } as const;

  test('counts by name and dimensions, and by more than one', () => {
    const telemetry = recordedTelemetry();
    telemetry.count('feedEvidence', { why: 'by-feed' });
    telemetry.count('feedEvidence', { why: 'by-feed' });
    telemetry.count('feedEvidence', { why: 'altinn-silent' });
    telemetry.add('purged', 7, { table: 'sessions' });
    telemetry.count('signature');
    expect(Object.fromEntries(telemetry.counts())).toEqual({
      'feedEvidence why=by-feed': 2,
      'feedEvidence why=altinn-silent': 1,
      'purged table=sessions': 7,
      signature: 1,
    });
  });

  test('writes an attempt as one event, with every dimension and measurement of the vocabulary', () => {
    const telemetry = recordedTelemetry();
    telemetry.attempt(attempt);
    expect(telemetry.events('upstreamAttempt')).toEqual([
      {
        name: 'upstreamAttempt',
        dimensions: {
          upstream: 'altinn',
          call: 'altinn-read',
          outcome: 'timeout',
          stop: 'deadline',
          breakerState: 'closed',
          upstreamCold: 'false',
          coldInstance: 'true',
        },
        measurements: { attempt: 2, durationMs: 5, delayMs: 0, retryAfterMs: 0, budgetTokens: 9 },
      },
    ]);
    expect([...telemetry.counts()]).toEqual([['attemptEnded upstream=altinn outcome=timeout stop=deadline', 1]]);
  });

  test('writes an attempt as a line only if no event is exported, so nothing is reported twice', () => {
    const lines: string[] = [];
    const write = (_level: string, line: string) => void lines.push(line);
    createTelemetry(write).attempt(attempt);
    expect(lines).toHaveLength(1);
    const sink: Sink = { add: () => {}, record: () => {}, observe: () => {}, event: () => {} };
    createTelemetry(write, sink).attempt(attempt);
    expect(lines).toHaveLength(1);
  });

  test('counts a success at the state table with its duration, without an event', () => {
    const telemetry = recordedTelemetry();
    telemetry.attempt({ ...attempt, upstream: 'tables', call: 'tables-write', quiet: true });
    expect([Object.fromEntries(telemetry.counts()), telemetry.events('upstreamAttempt')]).toEqual([
      { 'tableCall call=tables-write': 5, 'attemptEnded upstream=tables outcome=timeout stop=deadline': 1 },
      [],
    ]);
  });

  test('writes an alert as an event too, with its reason from a closed list', () => {
    const telemetry = recordedTelemetry();
    telemetry.alert('maskinporten-refuses', 'x', { reason: reasonOf('MP-121') });
    telemetry.alert('maskinporten-refuses', 'x', { reason: reasonOf('MP-999') });
    telemetry.alert('key-vault-refuses', 'x', { reason: reasonOf(403) });
    telemetry.alert('consent-mismatch', 'x', { reason: 'giver' });
    telemetry.alert('unknown-account', 'x');
    expect(telemetry.events('alert').map(({ dimensions }) => Object.values(dimensions))).toEqual([
      ['maskinporten-refuses', 'mp-121'],
      ['maskinporten-refuses', 'other'],
      ['key-vault-refuses', '403'],
      ['consent-mismatch', 'giver'],
      ['unknown-account', 'none'],
    ]);
  });
});

describe('the vocabulary', () => {
  test('nothing outside it compiles (tsc fails on an expected error that does not occur)', () => {
    const telemetry = recordedTelemetry();
    // @ts-expect-error: no such metric
    telemetry.count('noSuchMetric');
    // @ts-expect-error: a gauge is not counted
    telemetry.count('feedAge');
    // @ts-expect-error: no such dimension
    telemetry.count('backchannelLogout', { how: 'sid' });
    // @ts-expect-error: no such value
    telemetry.count('backchannelLogout', { by: 'telephone' });
    // @ts-expect-error: a dimension left out
    telemetry.count('feedEvent', { type: 'accepted' });
    // @ts-expect-error: a dimension too many
    telemetry.count('backchannelLogout', { by: 'sid', person: '01085301957' });
    // @ts-expect-error: a dimension where there is none
    telemetry.count('signature', { key: 'k' });
    // @ts-expect-error: no such event
    telemetry.event('noSuchEvent', {}, {});
    // @ts-expect-error: a measurement left out
    telemetry.event('consentStep', { step: 'accepted' }, {});
    // @ts-expect-error: no such alert
    telemetry.alert('no-such-alert', 'x');
    const text: string = 'x';
    // @ts-expect-error: a value that only a run knows
    telemetry.count('personMismatch', { where: text });
    expect(telemetry.lines).toHaveLength(1);
  });

  test('no name occurs twice; every list of values is closed, non-empty and short enough for a metric', () => {
    const names = [...Object.keys(metrics), ...Object.keys(events)];
    expect(new Set(names).size).toBe(names.length);
    for (const [name, { dimensions }] of [...Object.entries(metrics), ...Object.entries(events)]) {
      expect(name).toMatch(/^[a-z][A-Za-z]+$/);
      for (const [dimension, values] of Object.entries(dimensions)) {
        expect(dimension).toMatch(/^[a-z][A-Za-z]+$/);
        expect(new Set(values).size, `${name}.${dimension}`).toBe(values.length);
        expect(values.length, `${name}.${dimension}`).toBeGreaterThan(1);
        for (const value of values) expect(redact(value)).toBe(value);
      }
    }
  });

  test('a value that is not listed, or an extra dimension, is not exported, even if it got past the types', () => {
    const closed = metrics.feedEvent.dimensions;
    expect(
      exportedDimensions({ dimensions: closed }, { type: 'accepted', result: '01085301957', person: '01085301957' }),
    ).toEqual({
      type: 'accepted',
      result: 'unlisted',
    });
    expect(exportedDimensions({ dimensions: closed }, { type: 'accepted' })).toEqual({ type: 'accepted' });
  });

  test('of several gauges with one name and the same dimensions the worst value is reported', () => {
    const gauges = new Map<string, () => number>();
    const telemetry = createTelemetry(() => {}, {
      add: () => {},
      record: () => {},
      observe: (metric, read, { upstream = '' }) => void gauges.set(`${metric} ${upstream}`, read),
      event: () => {},
    });
    for (const [open, tokens] of [
      [0, 7],
      [1, 3],
      [0, 10],
    ] as const) {
      telemetry.observe('breakerOpen', () => open, { upstream: 'key-vault' });
      telemetry.observe('retryBudget', () => tokens, { upstream: 'key-vault' });
    }
    telemetry.observe('breakerOpen', () => 0, { upstream: 'altinn' });
    expect([...gauges].map(([name, read]) => [name, read()])).toEqual([
      ['breakerOpen key-vault', 1],
      ['retryBudget key-vault', 3],
      ['breakerOpen altinn', 0],
    ]);
  });

  test('the bank of an invocation is added to what is counted by bank, once it is known, and to nothing else', async () => {
    const sent: (readonly [string, Readonly<Record<string, string>>])[] = [];
    const note = (name: string, dimensions: Readonly<Record<string, string>>) => void sent.push([name, dimensions]);
    const telemetry = createTelemetry(() => {}, {
      add: (name, _amount, dimensions) => note(name, dimensions),
      record: (name, _value, dimensions) => note(name, dimensions),
      observe: () => {},
      event: ({ name, dimensions }) => note(name, dimensions),
    });
    const call = (bank: string | undefined) =>
      requestContext.run({ invocation: {} as InvocationContext }, async () => {
        telemetry.count('sessionStarted');
        await Promise.resolve();
        if (bank !== undefined) forBank(bank);
        await Promise.resolve();
        telemetry.count('sessionStarted');
        telemetry.event('consentStep', { step: 'requested' }, { sinceRequestMs: 0 });
      });
    await Promise.all([call('310000019'), call('310000027'), call(undefined)]);
    telemetry.count('sessionStarted');
    expect(sent.map(([, { bank }]) => bank).filter((bank) => bank !== undefined)).toEqual(
      ['310000019', '310000019', '310000027', '310000027'].map((bank) => expect.stringMatching(bank)),
    );
    expect(sent.filter(([, { bank }]) => bank === undefined)).toHaveLength(6);
    // Exported is only what is counted by bank, and only an organisation number.
    expect(exportedDimensions(events.consentStep, { step: 'requested', bank: '310000019' })).toEqual({
      step: 'requested',
      bank: '310000019',
    });
    expect(exportedDimensions(metrics.sessionStarted, { bank: '01085301957' })).toEqual({});
    expect(exportedDimensions(metrics.keyDaysLeft, { bank: '310000019' })).toEqual({});
  });

  test('every metric, event and alert is named in the program', () => {
    const folder = join(import.meta.dirname, '../../../shared');
    const program = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/telemetry.(?:metrics|events|alerts|dimensions)\.ts$/.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
    const isSent = (name: string) => new RegExp(`['"]${name}['"]`).test(program);
    const names = [...Object.keys(metrics), ...Object.keys(events), ...Object.keys(alerts)];
    expect(names.filter((name) => !isSent(name))).toEqual([]);
    expect(isSent('noSuchMetric')).toBe(false);
  });
});

describe('the time that each party took in a call', () => {
  test("may overlap between parties; the app's own is the rest; a wait that is longer than the call counts to its end", () => {
    let now = 1000;
    const shares = new CallShares(() => now);
    now = 1020;
    const endOfAltinn = shares.waitsFor('altinn'); // 1020–1100
    now = 1060;
    const endOfMaskinporten = shares.waitsFor('maskinporten'); // 1060–1100
    now = 1100;
    endOfAltinn();
    endOfMaskinporten();
    now = 1200;
    shares.waitsFor('lanekassen'); // 1200–…
    now = 1400;
    const result = shares.sum(400);
    expect(result).toMatchObject({ durationMs: 400, altinnMs: 80, maskinportenMs: 40, lanekassenMs: 200, tablesMs: 0 });
    expect(result.ownMs).toBe(400 - 80 - 200);
  });

  test('includes a wait that is not over, which names the upstream that is waited for', () => {
    let now = 0;
    const shares = new CallShares(() => now);
    expect(shares.slowest()).toBeUndefined();
    shares.waitsFor('tables')();
    expect(shares.slowest()).toBeUndefined();
    const endOfAltinn = shares.waitsFor('altinn');
    now = 100;
    endOfAltinn();
    const ends = shares.waitsFor('maskinporten-keys');
    now = 150;
    ends();
    shares.waitsFor('lanekassen');
    now = 450;
    // A wait ends once.
    ends();
    expect(shares.slowest()).toBe('lanekassen');
    expect(shares.sum(450)).toMatchObject({ altinnMs: 100, lanekassenMs: 300, maskinportenMs: 50, ownMs: 0 });
  });

  test('names the party that the leading call waits for, if this call waits for its look-up, also after that call was answered', () => {
    let now = 0;
    const leader = new CallShares(() => now);
    const joiner = new CallShares(() => now);
    leader.waitsFor('altinn');
    joiner.join(leader);
    const ends = joiner.waitsFor('call');
    now = 300;
    leader.sum(300);
    ends();
    expect(joiner.slowest()).toBe('altinn');
    expect(joiner.sum(300)).toMatchObject({ waitedMs: 300, altinnMs: 0 });
  });

  test('is never longer than the call', () => {
    let now = 0;
    const shares = new CallShares(() => now);
    shares.waitsFor('call');
    now = 500;
    expect(shares.sum(50)).toMatchObject({ durationMs: 50, waitedMs: 50, ownMs: 0 });
  });

  test('is found by the code that runs for the call, and by no other', async () => {
    const [a, b] = [new CallShares(), new CallShares()];
    const invocation = {} as InvocationContext;
    const found = await Promise.all([
      requestContext.run({ invocation, shares: a }, () => Promise.resolve().then(sharesOfCall)),
      requestContext.run({ invocation, shares: b }, () => Promise.resolve().then(sharesOfCall)),
    ]);
    expect([found[0] === a, found[1] === b, sharesOfCall()]).toEqual([true, true, undefined]);
  });
});
