import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createFunctionsCore, type FunctionsCore, hookContext, streamingRefused } from './core.ts';
import type { HostLog } from './log.ts';

/** The bundle that package.json names as `main` does not exist. */
export class BundleMissingError extends Error {
  override name = 'BundleMissingError';
}

/** The app loaded last. Its core is the result of `require('@azure/functions-core')`. */
let current: FunctionsCore | undefined;

// Like the real worker, by a Proxy on `Module.prototype.require`, because the package is in no registry.
Module.prototype.require = new Proxy(Module.prototype.require, {
  apply(target, self, args: [string]) {
    return args[0] === '@azure/functions-core' && current ? current.api : Reflect.apply(target, self, args);
  },
});

/**
 * Reads the path of the bundle from `root`'s package.json. Throws `BundleMissingError`, which says what to do, if there is no such file.
 */
export async function bundlePath(root: string): Promise<string> {
  const manifest = z
    .object({ main: z.string() })
    .safeParse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  if (!manifest.success) throw new BundleMissingError('package.json names no "main": nothing to serve.');
  const { main } = manifest.data;
  const path = join(root, main);
  if (!existsSync(path)) throw new BundleMissingError(`The bundle ${main} is missing. Build it first: npm run build`);
  return path;
}

const lifeContext = ({ lifeHookData, appHookData }: FunctionsCore) =>
  hookContext({ hookData: () => lifeHookData, appHookData: () => appHookData }, {});

/**
 * Loads the app's bundle into this process, in the worker's order: the entry file, the appStart hooks, the capabilities.
 * An app that throws while it loads registers nothing: `failure` is its error, and the host answers 404 to everything.
 */
export async function loadApp(path: string, log: HostLog): Promise<{ core: FunctionsCore; failure?: unknown }> {
  const core = createFunctionsCore(log);
  current = core;
  try {
    const load = createRequire(path);
    delete load.cache[path];
    load(path);
    await core.runHooks('appStart', lifeContext(core));
    const capabilities = await core.model()?.getCapabilities({});
    if (capabilities?.HttpUri !== undefined) throw new Error(streamingRefused);
    return { core };
  } catch (failure) {
    core.functions.clear();
    return { core, failure };
  } finally {
    core.lock();
  }
}

/** Runs the appTerminate hooks. `graceMs` is their time limit; the real host's is 5 s. Errors go to the log. */
export async function terminateApp(core: FunctionsCore, log: HostLog, graceMs = 5000): Promise<void> {
  const ended = new AbortController();
  const late = sleep(graceMs, undefined, { signal: ended.signal }).then(
    () => log.line('error', `The appTerminate hooks took longer than ${graceMs} ms and were left behind.`),
    () => {},
  );
  const hooks = core
    .runHooks('appTerminate', lifeContext(core))
    .catch((error: unknown) => log.line('error', `An appTerminate hook failed: ${error}`));
  await Promise.race([late, hooks]);
  ended.abort();
}
