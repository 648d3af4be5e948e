// The last check before telemetry is sent: everything that a library might write, through the real SDK's spans and log records.
import { globSync, readFileSync } from 'node:fs';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { shutdownAzureMonitor, useAzureMonitor } from 'applicationinsights';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redactingLogProcessor, redactingSpanProcessor } from '../../../shared/telemetry/redacting-processors.ts';
import { redact } from '../../../shared/telemetry/redaction.ts';

type Options = NonNullable<Parameters<typeof useAzureMonitor>[0]>;
type Span = Parameters<NonNullable<Options['spanProcessors']>[number]['onEnd']>[0];
type LogRecord = Parameters<NonNullable<Options['logRecordProcessors']>[number]['onEmit']>[0];

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJwaWQiOiIwMTA4NTMwMTk1NyJ9.c2lnbmF0dXJlc2lnbmF0dXJl';
const key = 'Qf3bX1uJ0m9y7cV5kR2tZ8wL4nS6pH1dG3aE5iO7uY=';
const consentId = '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a10';
const secrets = ['01085301957', jwt, 'c2lnbmF0dXJl', key, consentId, 'state-value', '250188.50', '-1250,75'];
const text = `GET https://altinn.no/consentrequests/${consentId}?state=state-value 01085301957 ${jwt} key ${key} saldo 250188.50 og -1250,75`;

describe('processors on the real SDK', () => {
  const spans: Span[] = [];
  const records: LogRecord[] = [];
  beforeAll(() => {
    process.env.APPLICATION_INSIGHTS_NO_STATSBEAT = 'true';
    useAzureMonitor({
      azureMonitorExporterOptions: {
        connectionString:
          'InstrumentationKey=00000000-0000-4000-8000-000000000000;IngestionEndpoint=https://127.0.0.1:9/',
        disableOfflineStorage: true,
      },
      tracesPerSecond: 0,
      samplingRatio: 1,
      enableLiveMetrics: false,
      enableStandardMetrics: false,
      enablePerformanceCounters: false,
      enableAutoCollectExceptions: false,
      instrumentationOptions: { http: { enabled: false }, azureSdk: { enabled: false } },
      // These processors come after the program's own, and see what would be sent.
      spanProcessors: [
        redactingSpanProcessor,
        {
          onStart() {},
          onEnd: (span) => void spans.push(span),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
      logRecordProcessors: [
        redactingLogProcessor,
        {
          onEmit: (record) => void records.push(record),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    });
  });
  afterAll(async () => {
    await Promise.race([shutdownAzureMonitor(), new Promise((resolve) => setTimeout(resolve, 1000))]);
  }, 10_000);

  const shown = (value: object) =>
    JSON.stringify(value, (name, inner) =>
      ['resource', 'instrumentationScope', '_spanProcessor'].includes(name) ? undefined : inner,
    );

  test('redact a span: name, attributes, exception, status and links', () => {
    const span = trace.getTracer('t').startSpan(text, {}, ROOT_CONTEXT);
    span.setAttribute('url.full', text);
    span.setAttribute('list', [text, 'fine']);
    span.setAttribute('number', 24121312345);
    span.recordException(new Error(text));
    span.setStatus({ code: 2, message: text });
    span.addLink({ context: span.spanContext(), attributes: { text } });
    span.end();
    const [sent] = spans;
    const all = shown({
      name: sent?.name,
      attributes: sent?.attributes,
      events: sent?.events,
      status: sent?.status,
      links: sent?.links,
    });
    expect(all).toContain('[national id]');
    expect(all).toContain('[number]');
    for (const secret of secrets) expect(all).not.toContain(secret);
  });

  test('redact a log record: body, nested body, attributes and their names, exception', async () => {
    const { logs } = await import('@opentelemetry/api-logs');
    logs.getLogger('t').emit({
      body: { message: text, inner: [{ text }] },
      attributes: { 'exception.message': text, 'exception.stacktrace': text, [`name ${text}`]: 1, fine: 'fine' },
    });
    logs.getLogger('t').emit({ body: text });
    expect(records).toHaveLength(2);
    for (const { body, attributes } of records) {
      const all = shown({ body: body ?? '', attributes });
      expect(all).toContain('[national id]');
      for (const secret of secrets) expect(all).not.toContain(secret);
    }
    expect(records[0]?.attributes.fine).toBe('fine');
  });
});

describe('amounts', () => {
  test.each([
    ['saldo 250188.50', 'saldo [amount]'],
    ['-1250,75 kr', '[amount] kr'],
    ['"amount":"67.14"', '"amount":"[amount]"'],
    ['NOK 1 204 318,07', 'NOK [amount]'],
    ['{"amount":280.00}', '{"amount":[amount]}'],
  ])('%s', (before, after) => expect(redact(before)).toBe(after));

  test.each([
    '127.0.0.1',
    '10.12.13.14:7105',
    'v22.23.2',
    'applicationinsights 3.17.0',
    '2026-11-23T08:00:00.12Z',
    '08:15:02.11',
    'mp-121',
    '99.9',
    'functions.cjs:10:12.34',
  ])('%s stays as it is', (text) => expect(redact(text)).toBe(text));
});

describe('host.json', () => {
  const host = JSON.parse(readFileSync('host.json', 'utf8'));

  /** Every member of the tree by its path. */
  const members = (tree: object, path = ''): [string, unknown][] =>
    Object.entries(tree).flatMap(([name, value]): [string, unknown][] => [
      [`${path}/${name}`, value],
      ...(typeof value === 'object' && value !== null ? members(value, `${path}/${name}`) : []),
    ]);

  test("the host logs no query string at any log level, because it would contain the callback's `state`", () => {
    // Names in host.json ignore case (github.com/Azure/azure-webjobs-sdk, ApplicationInsightsLoggerOptions).
    const tracing = members(host).filter(([path]) => /querystring/i.test(path));
    expect(tracing).toEqual([['/logging/applicationInsights/enableQueryStringTracing', false]]);
    const levels = Object.values(host.logging.logLevel);
    expect(levels.filter((level) => /^(?:trace|debug)$/i.test(String(level)))).toEqual([]);
  });

  test('requests and exceptions are never sampled away, and the host is the one that sends them', () => {
    expect(host.logging.applicationInsights.samplingSettings.excludedTypes.split(';')).toEqual([
      'Request',
      'Exception',
    ]);
    expect(host.telemetryMode).toBeUndefined();
    // Live metrics would be another stream, with samples of the traffic.
    expect(host.logging.applicationInsights.enableLiveMetrics).toBe(false);
  });

  test('no answer names the component, and a foreign token or origin writes no trace of the framework', () => {
    expect(host.logging.applicationInsights.httpAutoCollectionOptions.enableResponseHeaderInjection).toBe(false);
    // At level Information, an exception would be written for each bearer token without sampling, and a trace for each cross-origin call.
    expect(host.logging.logLevel['Microsoft.AspNetCore']).toBe('Warning');
    const wider = Object.keys(host.logging.logLevel).filter((name) => /^Microsoft\.AspNetCore\./.test(name));
    expect(wider).toEqual([]);
  });
});

describe("the program's own words", () => {
  test('are not redacted, however long: every fault and reason of the program', () => {
    const words = [
      'maskinporten-token-err-jws-signature-verification-failed',
      'maskinporten-token-err-jwt-claim-validation-failed',
      'maskinporten-token-err-jwks-multiple-matching-keys',
      'maskinporten-token-err-jwks-no-matching-key',
      'person-token-err-jwt-claim-validation-failed-nbf',
      'upstream-unavailable-maskinporten-consent-status-503',
    ];
    for (const word of words) {
      expect(redact(word)).toBe(word);
      expect(redact(`upstream-invalid-reply (${word})`)).toBe(`upstream-invalid-reply (${word})`);
    }
    for (const file of globSync('shared/**/*.ts'))
      for (const [word] of readFileSync(file, 'utf8').matchAll(/(?<=['"`])[a-z]+(?:-[a-z]+)+(?=['"`])/g))
        expect(redact(word)).toBe(word);
  });

  test('do not protect a text that only looks similar', () => {
    for (const secret of [
      key,
      'q'.repeat(43),
      'abcdef0123456789'.repeat(4),
      'qf3bxu-jm9ycv5krtzwlnsphdgaeiouy-bxujmycvkrtzwl',
      'qwertyuiopasdfghjklzxcvbnm-qwertyuiopasdfghjklzxcvbnm',
      'fault-word-04125300311-fault-word-fault-word-fault-word',
    ])
      expect(redact(`x ${secret} y`)).not.toContain(secret);
  });
});
