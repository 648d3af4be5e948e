import type { InvocationContext } from '@azure/functions';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createTelemetryExport } from '../../../shared/telemetry/azure-monitor.ts';
import { createExportBuffer, keptAtMost } from '../../../shared/telemetry/export-buffer.ts';
import { requestContext } from '../../../shared/telemetry/request-context.ts';
import { createTelemetry, type Sink } from '../../../shared/telemetry/telemetry.ts';
import { recordedTelemetry } from '../support/recorder.ts';

/** An exporter that records what it is given. */
function recorded() {
  const got: string[] = [];
  const exporter: Sink = {
    add: (metric, amount, dimensions) => void got.push(`${metric} +${amount} ${JSON.stringify(dimensions)}`),
    record: (metric, value) => void got.push(`${metric} =${value}`),
    observe: (metric, read) => void got.push(`${metric} reads ${read()}`),
    event: ({ name, at, traceParent }) => void got.push(`${name} at ${at} in ${traceParent}`),
  };
  return { got, exporter };
}
const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('the buffer before the SDK is loaded', () => {
  test('passes on in order what came before, with its own time and trace, and then everything that follows', () => {
    vi.useFakeTimers({ now: 1 });
    onTestFinished(() => void vi.useRealTimers());
    const buffer = createExportBuffer();
    const telemetry = createTelemetry(() => {}, buffer.sink);
    telemetry.count('signature');
    const invocation = { traceContext: { traceParent: trace } } as InvocationContext;
    requestContext.run({ invocation }, () =>
      telemetry.event('consentStep', { step: 'accepted' }, { sinceRequestMs: 1 }),
    );
    telemetry.observe('feedAge', Date.now);
    vi.setSystemTime(2);
    telemetry.record('feedAge', 7);
    const { got, exporter } = recorded();
    buffer.attach(exporter);
    telemetry.count('feedEvidence', { why: 'by-feed' });
    expect(got).toEqual([
      'feedAge reads 2',
      'signature +1 {}',
      `consentStep at 1 in ${trace}`,
      'feedAge =7',
      'feedEvidence +1 {"why":"by-feed"}',
    ]);
  });

  test('keeps a bounded number of events, and reports how many were lost', () => {
    const buffer = createExportBuffer();
    const telemetry = createTelemetry(() => {}, buffer.sink);
    for (let count = 0; count < keptAtMost + 7; count++) telemetry.count('signature');
    telemetry.event('consentStep', { step: 'accepted' }, { sinceRequestMs: 1 });
    // Never dropped.
    telemetry.observe('feedAge', () => 3);
    const { got, exporter } = recorded();
    buffer.attach(exporter);
    expect(got.slice(0, 2)).toEqual(['feedAge reads 3', 'signature +1 {}']);
    expect(got.slice(1 + keptAtMost)).toEqual([
      'telemetryDropped +7 {"kind":"metric"}',
      'telemetryDropped +1 {"kind":"event"}',
    ]);
  });
});

describe('the export', () => {
  const surroundings = { clientId: undefined, hasIdentityEndpoint: false };
  const loaded = (shutDown: () => Promise<void> = async () => {}) => {
    const { got, exporter } = recorded();
    return { got, load: vi.fn(async () => ({ openAzureMonitor: () => ({ exporter, shutDown }) })) };
  };

  test.each([undefined, '', ' '])(
    'loads, keeps and sends nothing without a connection string (%j)',
    async (connectionString) => {
      const { load } = loaded();
      const out = createTelemetryExport({ ...surroundings, connectionString }, load);
      expect(out.sink).toBeUndefined();
      out.begin(recordedTelemetry());
      await out.close(100);
      expect(load).not.toHaveBeenCalled();
    },
  );

  describe('the SDK is loaded', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());
    const begun = () => {
      const { load, got } = loaded();
      const out = createTelemetryExport({ ...surroundings, connectionString: 'x' }, load);
      createTelemetry(() => {}, out.sink).count('signature');
      out.begin(recordedTelemetry());
      const loads = () => load.mock.calls.length;
      /** A call whose caller waits until `end`. */
      const call = () => {
        const { promise, resolve } = Promise.withResolvers<void>();
        const ended = out.aroundCall(() => promise);
        return {
          end() {
            resolve();
            return ended;
          },
        };
      };
      return { call, got, loads, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
    };

    test('when the instance has been idle, if no call arrives', async () => {
      const { got, loads, pass } = begun();
      await pass(9900);
      expect(loads()).toBe(0);
      await pass(200);
      expect([loads(), got]).toEqual([1, ['signature +1 {}']]);
    });

    test('never before the first answer, however long it takes, and then in a pause', async () => {
      const { call, loads, pass } = begun();
      await pass(1000);
      const first = call();
      await pass(30_000);
      expect(loads()).toBe(0);
      await first.end();
      await pass(1900);
      // Another caller waits.
      const second = call();
      await pass(3000);
      expect(loads()).toBe(0);
      await second.end();
      await pass(2100);
      expect(loads()).toBe(1);
    });

    test('only after a call that was running before the start has ended', async () => {
      const { load } = loaded();
      const out = createTelemetryExport({ ...surroundings, connectionString: 'x' }, load);
      void out.aroundCall(() => new Promise(() => {}));
      out.begin(recordedTelemetry());
      await vi.advanceTimersByTimeAsync(30_000);
      expect(load).not.toHaveBeenCalled();
    });

    test('some seconds after the first answer on an instance that is never quiet, once', async () => {
      const { call, loads, pass } = begun();
      for (let second = 0; second < 60; second += 1) {
        call();
        const one = call();
        await pass(1000);
        await one.end();
        if (second === 8) expect(loads()).toBe(0);
        if (second === 20) expect(loads()).toBe(1);
      }
      expect(loads()).toBe(1);
    });
  });

  test('sends the telemetry of an instance that ends before the SDK is loaded', async () => {
    const sent = vi.fn(async () => {});
    const { load, got } = loaded(sent);
    const out = createTelemetryExport({ ...surroundings, connectionString: 'x' }, load);
    createTelemetry(() => {}, out.sink).count('signature');
    out.begin(recordedTelemetry());
    await out.close(1000);
    expect([got, sent.mock.calls.length]).toEqual([['signature +1 {}'], 1]);
  });

  test('does not stop the end of the process when sending fails or takes too long', async () => {
    // The first never ends, so waiting for it fails the test.
    for (const shutDown of [() => new Promise<void>(() => {}), () => Promise.reject(new Error('no'))]) {
      const out = createTelemetryExport({ ...surroundings, connectionString: 'x' }, loaded(shutDown).load);
      out.begin(recordedTelemetry());
      await expect(out.close(100)).resolves.toBeUndefined();
    }
  });

  test('reports an SDK that cannot be loaded once, by the kind of error and without its message', async () => {
    const telemetry = recordedTelemetry();
    const out = createTelemetryExport({ ...surroundings, connectionString: 'x' }, async () => {
      throw new TypeError('InstrumentationKey=hemmelig');
    });
    out.begin(telemetry);
    await out.close(100);
    await out.close(100);
    expect(telemetry.of('telemetry-not-exported')).toEqual([
      { level: 'error', event: 'telemetry-not-exported', fault: 'TypeError' },
    ]);
    expect(telemetry.lines.join()).not.toContain('hemmelig');
  });
});
