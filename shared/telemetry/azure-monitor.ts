import type { AzureMonitorOptions, openAzureMonitor } from './azure-monitor-sdk.ts';
import { createExportBuffer } from './export-buffer.ts';
import type { Telemetry } from './telemetry.ts';

/** Does the work of a call, and returns what it returns. */
export type AroundCall = <T>(work: () => Promise<T>) => Promise<T>;

/** What the export gets from its surroundings. Without a connection string nothing is kept, loaded or sent. */
export type ExportSurroundings = Omit<AzureMonitorOptions, 'connectionString' | 'onFailure'> & {
  connectionString: string | undefined;
};

/**
 * Loading the SDK keeps the process busy for up to a second, in which no caller should wait. `idle`: no call has come since the start.
 * `quiet`: no call since the last answer. `latest`: after the first answer, on an instance that is never quiet. Milliseconds.
 */
const loadAfterMs = { idle: 10_000, quiet: 2000, latest: 10_000 };

/**
 * The export to Application Insights, whose SDK is most of what could be loaded at start and is needed by no caller that waits:
 * it is in a file of its own, and is loaded after the first answer, in a pause, or when no call comes. Its failure affects no call.
 */
export function createTelemetryExport(
  surroundings: ExportSurroundings,
  load: () => Promise<{ openAzureMonitor: typeof openAzureMonitor }> = () => import('./azure-monitor-sdk.ts'),
) {
  const connectionString = surroundings.connectionString?.trim();
  if (!connectionString)
    return {
      sink: undefined,
      begin: () => {},
      aroundCall: <T>(work: () => Promise<T>) => work(),
      close: async () => {},
    };

  const buffer = createExportBuffer();
  let telemetry: Telemetry | undefined;
  let pause: NodeJS.Timeout | undefined;
  let latest: NodeJS.Timeout | undefined;
  let waiting = 0;
  let opening: Promise<{ shutDown(): Promise<void> } | undefined> | undefined;

  const open = () => {
    clearTimeout(pause);
    clearTimeout(latest);
    opening ??= (async () => {
      try {
        const sdk = await load();
        const { exporter, shutDown } = sdk.openAzureMonitor({
          ...surroundings,
          connectionString,
          onFailure: (fault) => telemetry?.log('warning', 'telemetry-not-sent', { fault }),
        });
        buffer.attach(exporter);
        return { shutDown };
      } catch (error) {
        telemetry?.log('error', 'telemetry-not-exported', { fault: error instanceof Error ? error.name : 'unknown' });
        return undefined;
      }
    })();
    return opening;
  };

  // Keeps no process alive.
  const openAfter = (ms: number) => setTimeout(() => void open(), ms).unref();

  return {
    /** For `createTelemetry`. */
    sink: buffer.sink,
    /** The app has started: the SDK will be loaded when the first customers have been served. Returns at once. */
    begin(to: Telemetry) {
      telemetry = to;
      if (waiting === 0) pause ??= openAfter(loadAfterMs.idle);
    },
    /** Goes around every call that a caller waits for: the moment of the load depends on them. */
    async aroundCall<T>(work: () => Promise<T>): Promise<T> {
      waiting += 1;
      clearTimeout(pause);
      try {
        return await work();
      } finally {
        waiting -= 1;
        if (opening === undefined) {
          latest ??= openAfter(loadAfterMs.latest);
          if (waiting === 0) pause = openAfter(loadAfterMs.quiet);
        }
      }
    },
    /** Sends what is left, for `withinMs` at most; never rejects. */
    async close(withinMs: number) {
      const late = Promise.withResolvers<void>();
      const limit = setTimeout(late.resolve, withinMs);
      // Also when it was never loaded: an instance that lived for two seconds has events to send, too.
      const sent = open().then((opened) => opened?.shutDown());
      await Promise.race([sent.catch(() => {}), late.promise]);
      clearTimeout(limit);
    },
  };
}
