import type { openAzureMonitor } from './azure-monitor-sdk.ts';
import { createExportBuffer, type ExportBuffer } from './export-buffer.ts';
import type { Telemetry } from './telemetry.ts';

/** Telemetry's way out of the process. */
export type TelemetryExport = {
  /** For `createTelemetry`; `undefined` where nothing is exported. */
  sink: ExportBuffer['sink'] | undefined;
  /** The app has started: the SDK will be loaded when the first customers have been served. Returns at once. */
  begin(telemetry: Telemetry): void;
  /** Sends what is left, for `withinMs` at most; never rejects. */
  close(withinMs: number): Promise<void>;
};

/** What the export gets from its surroundings. */
export type ExportSurroundings = {
  /** `APPLICATIONINSIGHTS_CONNECTION_STRING`. Empty: nothing is kept, loaded or sent. */
  connectionString: string | undefined;
  /** `AZURE_CLIENT_ID`, of the app's identity. */
  clientId: string | undefined;
  /** Whether the app has an identity of the platform (`IDENTITY_ENDPOINT`). */
  hasIdentityEndpoint: boolean;
  /** The trace of the call under way (`traceparent`), if any. */
  traceParent: () => string | undefined;
};

/** Loading the SDK keeps the process busy for some 200 ms; by then the call that woke the instance has been answered. */
const loadAfterMs = 4000;

/**
 * The export to Application Insights, whose SDK is most of what could be loaded at start and is needed by no caller that waits:
 * it is in a file of its own, and is loaded seconds after the start. Its failure affects no call.
 */
export function createTelemetryExport(
  surroundings: ExportSurroundings,
  load: () => Promise<{ openAzureMonitor: typeof openAzureMonitor }> = () => import('./azure-monitor-sdk.ts'),
): TelemetryExport {
  const connectionString = surroundings.connectionString?.trim();
  if (!connectionString) return { sink: undefined, begin: () => {}, close: async () => {} };

  const buffer = createExportBuffer({ now: Date.now, traceParent: surroundings.traceParent });
  let telemetry: Telemetry | undefined;
  let timer: NodeJS.Timeout | undefined;
  let opening: Promise<{ shutDown(): Promise<void> } | undefined> | undefined;

  const open = () => {
    clearTimeout(timer);
    opening ??= (async () => {
      try {
        const sdk = await load();
        const { exporter, shutDown } = sdk.openAzureMonitor({
          connectionString,
          clientId: surroundings.clientId,
          hasIdentityEndpoint: surroundings.hasIdentityEndpoint,
          onFailure: (fault) => telemetry?.log('warning', 'telemetry-not-sent', { fault }),
        });
        buffer.attach(exporter);
        return { shutDown };
      } catch (error) {
        buffer.giveUp();
        telemetry?.log('error', 'telemetry-not-exported', { fault: error instanceof Error ? error.name : 'unknown' });
        return undefined;
      }
    })();
    return opening;
  };

  return {
    sink: buffer.sink,
    begin(to) {
      telemetry = to;
      // Keeps no process alive.
      timer = setTimeout(() => void open(), loadAfterMs).unref();
    },
    async close(withinMs) {
      const late = Promise.withResolvers<void>();
      const limit = setTimeout(late.resolve, withinMs);
      // Also when it was never loaded: an instance that lived for two seconds has events to send, too.
      const sent = open().then((opened) => opened?.shutDown());
      await Promise.race([sent.catch(() => {}), late.promise]);
      clearTimeout(limit);
    },
  };
}
