// The matrix at the ingestion endpoint of Application Insights: the SDK's real exporter with the program's own options, in a process that
// trusts the endpoint's certificate (NODE_EXTRA_CA_CERTS). It prints the number of rows and every error.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Context } from '@opentelemetry/api';
import { exporterOptions } from '../../../shared/telemetry/azure-monitor-sdk.ts';
import { bodies, statuses } from './oracle.ts';
import { type HeaderForm, headerForms, startRowServer } from './wire.ts';

// Both packages come with the SDK and are no dependency of the program.
const fromSdk = createRequire(createRequire(import.meta.url).resolve('applicationinsights'));
const { AzureMonitorLogExporter } = fromSdk('@azure/monitor-opentelemetry-exporter');
const { LoggerProvider } = fromSdk('@opentelemetry/sdk-logs');

const [keyFile = '', certificateFile = ''] = process.argv.slice(2);
const identity = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certificateFile, 'utf8') };

let record: unknown;
const processor = {
  onEmit: (emitted: unknown, _context: Context) => {
    record = emitted;
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};
new LoggerProvider({ processors: [processor] }).getLogger('matrix').emit({
  severityNumber: 9,
  attributes: { 'microsoft.custom_event.name': 'lookup', 'microsoft.custom_measurements': '{}' },
});

// 429 and 503, for which a delay has a meaning, have every form of headers; the other statuses share the forms.
const rows = statuses.flatMap((status) =>
  bodies.flatMap((body, index) => {
    const spread = headerForms[(status + index) % headerForms.length] as HeaderForm;
    return (status === 429 || status === 503 ? headerForms : [spread]).map((form) => ({ status, body, form }));
  }),
);

/** The SDK tries four times and waits some seven seconds in all between the attempts. A requested delay may be longer. */
const maxCalls = 4;
const maxMs = 45_000;
const wrong: string[] = [];
let next = 0;

async function work(): Promise<void> {
  const reported: string[] = [];
  const server = await startRowServer((_path, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"itemsReceived":1,"itemsAccepted":1,"errors":[]}');
  }, identity);
  const connectionString = `InstrumentationKey=00000000-0000-4000-8000-000000000000;IngestionEndpoint=${server.origin}/;LiveEndpoint=${server.origin}/`;
  const exporter = new AzureMonitorLogExporter(
    exporterOptions({
      connectionString,
      clientId: undefined,
      hasIdentityEndpoint: false,
      onFailure: (fault) => reported.push(fault),
    }),
  );
  /** Sends one event. Returns what was reported about it. */
  const send = async (): Promise<string> => {
    reported.length = 0;
    const ended = new Promise<void>((resolve) => exporter.export([record], () => resolve()));
    const late = new Promise<string>((resolve) => setTimeout(resolve, maxMs, 'late').unref());
    return (await Promise.race([ended, late])) ?? reported.join();
  };
  for (let number = next++; number < rows.length; number = next++) {
    const { status, body, form } = rows[number] as (typeof rows)[number];
    const faults: string[] = [];
    server.state.requests = 0;
    server.state.fault = { status, body, form, own: '{"itemsReceived":1,"itemsAccepted":0,"errors":[{"index":0}]}' };
    const outcome = await send();
    server.state.fault = undefined;
    // A connection that breaks off may end before its status is seen, and a compressed body that lacks a byte cannot be read.
    const isUnreadable = form === 'cut' || (form === 'length too short' && body === 'gzip');
    const expected = isUnreadable ? [`status-${status}`, 'no-answer'] : [`status-${status}`];
    if (!expected.includes(outcome)) faults.push(`reported "${outcome}"`);
    if (server.state.requests > maxCalls) faults.push(`${server.state.requests} calls`);
    const again = await send();
    if (again !== '') faults.push(`sound again: "${again}"`);
    if (faults.length > 0) wrong.push(`${status} ${body}, ${form}: ${faults.join('; ')}`);
  }
  server.close();
}

process.on('unhandledRejection', (error) => wrong.push(`unhandled: ${error}`));
await Promise.all(Array.from({ length: 48 }, work));
console.log(JSON.stringify({ rows: rows.length, wrong }));
process.exit();
