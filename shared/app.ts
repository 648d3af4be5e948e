import { app, type HttpMethod } from '@azure/functions';
import { type App, compose } from './compose/compose.ts';
import { type Access, createEndpoint, type Entry, type Handler } from './http/endpoint.ts';
import type { Misfit } from './key-vault/key-fit.ts';
import { ProblemError } from './problems.ts';
import { systemTime } from './resilience/time.ts';
import { settingSchemas } from './settings/schemas.ts';
import { readSetting } from './settings/setting.ts';
import { adviceOn } from './settings/unknown-names.ts';
import { readSettings } from './settings.ts';
import { createTelemetryExport } from './telemetry/azure-monitor.ts';
import type { Operation } from './telemetry/dimensions.ts';
import { createLastErrors } from './telemetry/last-errors.ts';
import { createLastingAlert } from './telemetry/lasting-alert.ts';
import { requestContext } from './telemetry/request-context.ts';
import { createTelemetry } from './telemetry/telemetry.ts';

// From the environment itself: what is wrong with the settings must be reported, too.
const telemetryExport = createTelemetryExport({
  connectionString: process.env.APPLICATIONINSIGHTS_CONNECTION_STRING,
  clientId: process.env.AZURE_CLIENT_ID,
  hasIdentityEndpoint: process.env.IDENTITY_ENDPOINT !== undefined,
});

/** Where telemetry goes: lines to the invocation's own log while one is running, the worker's otherwise. */
export const telemetry = createTelemetry((level, line) => {
  const { invocation, answered } = requestContext.getStore() ?? {};
  if (invocation === undefined || answered) return void process.stdout.write(`${line}\n`);
  if (level === 'error') invocation.error(line);
  else if (level === 'warning') invocation.warn(line);
  else invocation.info(line);
}, telemetryExport.sink);

let built: App | undefined;
let misfit: Misfit | undefined;

const tellLasting = createLastingAlert(() => performance.now());

function tellFaults(faults: readonly string[]) {
  tellLasting(() => {
    for (const fault of faults) telemetry.alert('setting-faulty', 'Fix the setting and restart.', { fault });
  });
}

/** The parts, built at the first call. Throws `configuration` while the settings are faulty: the process then serves nothing else. */
export function loadApp(): App {
  if (misfit) {
    const { action, fault } = misfit;
    tellLasting(() => telemetry.alert('key-mode-misfit', action, { fault, reason: fault }));
    throw new ProblemError('configuration', { fault: 'key-mode-misfit' });
  }
  if (built) return built;
  const result = readSettings(process.env);
  if (!result.ok) {
    tellFaults(result.faults);
    throw new ProblemError('configuration', { fault: 'settings' });
  }
  built = compose(result.settings, {
    time: systemTime,
    telemetry,
    hasIdentityEndpoint: process.env.IDENTITY_ENDPOINT !== undefined,
  });
  return built;
}

/**
 * Reports every fault of the settings, by name and reason. Without faults it starts the warm-up and checks whether the vault's keys fit
 * their mode: if not, the process stops serving.
 */
export async function startApp(): Promise<void> {
  telemetryExport.begin(telemetry);
  const result = readSettings(process.env);
  for (const setting of result.unknown)
    telemetry.log('warning', 'setting-unknown', { setting, action: adviceOn(setting) });
  if (!result.ok) return tellFaults(result.faults);
  const parts = loadApp();
  parts.warm();
  misfit = await parts.keysMisfit();
  // The alert was sent where the fault was found. The next one is due in five minutes.
  if (misfit) tellLasting(() => {});
}

/** The platform allows five seconds for the end of a process. */
const sendWithinMs = 4000;

/** After an uncaught exception the process is not to serve for long. */
const lastWordsMs = 1000;

/** Sends what telemetry is left, and closes the connections to the upstreams. */
export async function closeApp(): Promise<void> {
  await Promise.all([telemetryExport.close(sendWithinMs), built?.close()]);
}

/** What nothing else caught. */
export const lastErrors = createLastErrors({
  telemetry,
  reportOften: createLastingAlert(() => performance.now()),
  end: () => void telemetryExport.close(lastWordsMs).finally(() => process.exit(1)),
});

const endpoint = createEndpoint(loadApp, telemetry, telemetryExport.aroundCall);

/** Registers an HTTP function: its name, its method and route below `/api`, who may call it, and what it does. */
export function httpFunction<A extends Access>(
  name: Operation,
  address: `${'GET' | 'POST' | 'DELETE'} /${string}`,
  entry: Entry<A>,
  handler: Handler<A>,
): void {
  const [method, route = ''] = address.split(' /');
  app.http(name, {
    methods: [method as HttpMethod],
    route,
    authLevel: 'anonymous',
    handler: endpoint(name, entry, handler),
  });
}

/**
 * Registers a timer: its name, the setting of its NCRONTAB schedule, and its work, whose lines go to the invocation's own log. The host
 * wants the schedule now, so a faulty setting counts as its default; the start reports it.
 */
export function timerFunction(
  name: string,
  setting: 'SYNC_CONSENT_EVENTS_SCHEDULE' | 'PURGE_EXPIRED_SCHEDULE' | 'EXPORT_CONSENTS_SCHEDULE',
  work: (parts: App) => Promise<unknown>,
): void {
  const read = readSetting(setting, settingSchemas[setting], process.env[setting]);
  app.timer(name, {
    schedule: 'data' in read ? String(read.data) : settingSchemas[setting].parse(undefined),
    handler: (_timer, invocation) => requestContext.run({ invocation }, async () => void (await work(loadApp()))),
  });
}
