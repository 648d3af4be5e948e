// `npm run host`: only the Functions host with the built bundle. Flags: --port N, --root FOLDER.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PortTakenError } from '../free-port.ts';
import { corsFromEnvironment } from './cors.ts';
import { type FunctionsHost, startFunctionsHost } from './host.ts';
import { BundleMissingError } from './load-app.ts';
import { errorText } from './log.ts';
import { observerFrom } from './observe.ts';
import { readLocalSettings } from './settings-files.ts';

function flags() {
  try {
    return parseArgs({ options: { port: { type: 'string' }, root: { type: 'string' } } }).values;
  } catch (error) {
    throw new RangeError(`${error instanceof Error ? error.message : error} (known: --port N, --root FOLDER)`);
  }
}

async function start(): Promise<FunctionsHost> {
  const given = flags();
  const root = resolve(given.root ?? fileURLToPath(new URL('../../', import.meta.url)));
  const settings = await readLocalSettings(root);
  // The environment takes precedence and is passed on unchanged; the file only adds what is not set.
  for (const [name, value] of Object.entries(settings.values)) process.env[name] ??= value;
  const env = process.env;
  const portText = given.port ?? (env.PORT || '7071');
  if (!/^\d{1,5}$/.test(portText) || Number(portText) > 65_535)
    throw new RangeError('The port must be a number from 0 to 65535.');
  return startFunctionsHost({
    root,
    port: Number(portText),
    env,
    cors: corsFromEnvironment(env) ?? settings.cors,
    observe: await observerFrom(env, root),
  });
}

let host: FunctionsHost | undefined;
let stopping = false;

// On Azure such a defect ends the worker, unless the app handles it itself: running calls get an empty 500, and a new worker serves after
// one to three seconds. Nothing here starts a new one, so the host ends.
const isTheApps = (event: 'unhandledRejection' | 'uncaughtException') => process.listenerCount(event) > 1;
process.on('unhandledRejection', (reason) => {
  if (isTheApps('unhandledRejection')) return;
  console.error(`Unhandled rejection in the app: ${errorText(reason)}`);
  host?.crash();
  // A later signal must find that the host is already ending.
  stopping = true;
  setTimeout(() => process.exit(1), 50);
});
process.on('uncaughtException', (error) => {
  if (isTheApps('uncaughtException')) return;
  console.error(`Uncaught exception in the app: ${errorText(error)}`);
  process.exit(1);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // The second signal ends at once.
    if (stopping || !host) process.exit(host ? 1 : 0);
    stopping = true;
    console.log(`${signal}: draining.`);
    void host.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(errorText(error));
        process.exit(1);
      },
    );
  });
}

try {
  host = await start();
  for (const text of host.functions) console.log(`  ${text}`);
  console.log(`Functions host listening on ${host.url}`);
} catch (error) {
  const inWords = error instanceof BundleMissingError || error instanceof PortTakenError || error instanceof RangeError;
  console.error(inWords ? error.message : errorText(error));
  process.exit(1);
}
