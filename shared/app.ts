import type { InvocationContext } from '@azure/functions';
import type { BankParts } from './compose/bank-parts.ts';
import { type App, compose } from './compose/compose.ts';
import { createEndpoint } from './http/endpoint.ts';
import type { Misfit } from './key-vault/key-fit.ts';
import { ProblemError } from './problems.ts';
import { systemTime } from './resilience/time.ts';
import type { Admission } from './session/sessions.ts';
import { settingSchemas } from './settings/schemas.ts';
import { readSetting } from './settings/setting.ts';
import { adviceOn } from './settings/unknown-names.ts';
import { readSettings } from './settings.ts';
import { createTelemetryExport } from './telemetry/azure-monitor.ts';
import { createLastErrors } from './telemetry/last-errors.ts';
import { createLastingAlert } from './telemetry/lasting-alert.ts';
import { requestContext } from './telemetry/request-context.ts';
import { createTelemetry } from './telemetry/telemetry.ts';

// From the environment itself: what is wrong with the settings must be reported, too.
const telemetryExport = createTelemetryExport({
  connectionString: process.env.APPLICATIONINSIGHTS_CONNECTION_STRING,
  clientId: process.env.AZURE_CLIENT_ID,
  hasIdentityEndpoint: process.env.IDENTITY_ENDPOINT !== undefined,
  traceParent: () => requestContext.getStore()?.invocation.traceContext?.traceParent,
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
    tellLasting(() => telemetry.alert('key-mode-misfit', action, { fault }));
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
  const app = loadApp();
  app.warm();
  misfit = await app.keysMisfit();
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

/** Runs a timer's work so that its lines are in that invocation's log. */
export function underInvocation<T>(invocation: InvocationContext, work: () => T): T {
  return requestContext.run({ invocation }, work);
}

/**
 * When a timer runs, as NCRONTAB: its setting, or the default where that is faulty, which the start reports. The host wants it at
 * registration.
 */
export function scheduleOf(
  name: 'SYNC_CONSENT_EVENTS_SCHEDULE' | 'PURGE_EXPIRED_SCHEDULE' | 'EXPORT_CONSENTS_SCHEDULE',
): string {
  const result = readSetting(name, settingSchemas[name], process.env[name]);
  return 'data' in result ? String(result.data) : settingSchemas[name].parse(undefined);
}

/** The wrapper that every HTTP function goes through. */
export const endpoint = createEndpoint<Admission, BankParts, App>(loadApp, telemetry, telemetryExport.aroundCall);
