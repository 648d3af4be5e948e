// The entry of the second bundle (dist/azure-monitor.cjs): all that needs the SDK, and nothing else imports.
import { ManagedIdentityCredential } from '@azure/identity';
import {
  type Attributes,
  type Context,
  DiagLogLevel,
  diag,
  metrics as meters,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { logs, SeverityNumber } from '@opentelemetry/api-logs';
import { shutdownAzureMonitor, useAzureMonitor } from 'applicationinsights';
import { exportedDimensions } from './dimensions.ts';
import { events } from './events.ts';
import { ignoreLongDelays, reportUnsent } from './ingestion-policies.ts';
import { type MetricName, metrics } from './metrics.ts';
import { redactingLogProcessor, redactingSpanProcessor } from './redacting-processors.ts';
import type { Sink } from './telemetry.ts';

/** What opening the exporter needs. `onFailure`: something was not sent; `fault` is our own word for why. */
export type AzureMonitorOptions = {
  /** `APPLICATIONINSIGHTS_CONNECTION_STRING`. */
  connectionString: string;
  /** `AZURE_CLIENT_ID`, of the app's identity. */
  clientId: string | undefined;
  /** Whether the app has an identity of the platform (`IDENTITY_ENDPOINT`). */
  hasIdentityEndpoint: boolean;
  onFailure: (fault: string) => void;
};

const meterOfOurs = 'studielan';

/** What the SDK reads from the environment only, and what it would otherwise do. */
const switches = {
  // Usage statistics of the SDK itself, to Microsoft's own component.
  APPLICATION_INSIGHTS_NO_STATSBEAT: 'true',
  APPLICATIONINSIGHTS_STATSBEAT_DISABLED: 'true',
  APPLICATIONINSIGHTS_SDKSTATS_DISABLED: 'true',
  // A metric of its own that repeats the resource, with every batch.
  APPLICATIONINSIGHTS_OPENTELEMETRY_RESOURCE_METRIC_DISABLED: 'true',
  // Five seconds of a busy instance; the default of 2 048 would drop the rest in silence.
  OTEL_BLRP_MAX_QUEUE_SIZE: '8192',
  // No look at the machine: host name and such are not needed.
  OTEL_NODE_RESOURCE_DETECTORS: 'env',
};

/**
 * Starts `applicationinsights` for what the program itself reports, and for nothing else: requests, traces and exceptions
 * are the host's, so every collector of the worker is off. Nothing is sampled, nothing is written to the disk.
 */
export function openAzureMonitor(options: AzureMonitorOptions): { exporter: Sink; shutDown(): Promise<void> } {
  for (const [name, value] of Object.entries(switches)) process.env[name] = value;
  const off = { enabled: false };
  useAzureMonitor({
    azureMonitorExporterOptions: exporterOptions(options),
    // 0: not five a second, as it would be by default, but all (`samplingRatio`).
    tracesPerSecond: 0,
    samplingRatio: 1,
    enableTraceBasedSamplingForLogs: false,
    enableLiveMetrics: false,
    enableStandardMetrics: false,
    enablePerformanceCounters: false,
    enableAutoCollectExceptions: false,
    enableAutoCollectPerformance: false,
    enableAutoCollectDependencies: false,
    enableAutoCollectRequests: false,
    instrumentationOptions: {
      http: off,
      azureSdk: off,
      mongoDb: off,
      mySql: off,
      postgreSql: off,
      redis: off,
      redis4: off,
      bunyan: off,
      winston: off,
      console: off,
    },
    // Enough for each combination of each bank. Beyond the default of 2 000 for each metric, the SDK counts the rest for no bank.
    views: [{ meterName: meterOfOurs, aggregationCardinalityLimit: 20_000 }],
    logRecordProcessors: [redactingLogProcessor],
    spanProcessors: [redactingSpanProcessor],
  });
  // The SDK's own words can quote what it was sending, and where. What was not sent is reported by `reportUnsent`.
  const quiet = () => {};
  diag.setLogger(
    { error: quiet, warn: quiet, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.NONE, suppressOverrideMessage: true },
  );
  return { exporter: createExporter(), shutDown: shutdownAzureMonitor };
}

/** How the exporters send: nothing is written to the disk, and what is not taken is reported. */
export function exporterOptions({ connectionString, clientId, hasIdentityEndpoint, onFailure }: AzureMonitorOptions) {
  return {
    connectionString,
    disableOfflineStorage: true,
    additionalPolicies: [
      { policy: reportUnsent(onFailure), position: 'perCall' as const },
      { policy: ignoreLongDelays, position: 'perRetry' as const },
    ],
    // Outside our policy for the identity endpoint: a failure here must not open a breaker that customers need.
    ...(hasIdentityEndpoint
      ? { credential: new ManagedIdentityCredential(clientId === undefined ? {} : { clientId }) }
      : {}),
  };
}

/** What makes an instrument of each kind. */
const makers = { counter: 'createCounter', gauge: 'createGauge', histogram: 'createHistogram' } as const;

/** Instruments of the vocabulary, each made at its first use: the SDK is up by then. */
function createExporter(): Sink {
  const meter = meters.getMeter(meterOfOurs);
  const logger = logs.getLogger('studielan');
  const made = new Map<MetricName, (value: number, dimensions: Attributes) => void>();
  const instrument = (name: MetricName) => {
    const known = made.get(name);
    if (known) return known;
    const { kind, unit, doc: description } = metrics[name];
    const found = meter[makers[kind]](name, { unit, description });
    const report = (value: number, dimensions: Attributes) =>
      'add' in found ? found.add(value, dimensions) : found.record(value, dimensions);
    made.set(name, report);
    return report;
  };

  return {
    add: (metric, amount, dimensions) => instrument(metric)(amount, exportedDimensions(metrics[metric], dimensions)),
    record: (metric, value, dimensions) => instrument(metric)(value, exportedDimensions(metrics[metric], dimensions)),
    observe(metric, read, dimensions) {
      const { unit, doc: description } = metrics[metric];
      const attributes = exportedDimensions(metrics[metric], dimensions);
      // One that was made before is the same instrument to the SDK.
      const gauge = meter.createObservableGauge(metric, { unit, description });
      gauge.addCallback((result) => result.observe(read(), attributes));
    },
    event({ name, dimensions, measurements, at, traceParent }) {
      logger.emit({
        timestamp: at,
        severityNumber: SeverityNumber.INFO,
        context: contextOf(traceParent),
        attributes: {
          ...exportedDimensions(events[name], dimensions),
          'microsoft.custom_event.name': name,
          'microsoft.custom_measurements': JSON.stringify(measurements),
        },
      });
    },
  };
}

/** The host's trace, so that an event is beside the request it belongs to (`OperationId`). */
function contextOf(traceParent: string | undefined): Context {
  const found = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceParent ?? '');
  if (!found) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = '00'] = found;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16) });
}
