import { readFile } from 'node:fs/promises';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { createFunctionsCore, type FunctionsCore, hookContext, streamingRefused } from './core.ts';
import type { HostLog } from './log.ts';

/** The bundle that package.json names as `main` is not there. */
export class BundleMissingError extends Error {
  override name = 'BundleMissingError';
}

/** Data that an app's start and end hooks share. */
const hookDataOf = new WeakMap<FunctionsCore, object>();

let current: FunctionsCore | undefined;
let injected = false;

/**
 * Answers `require('@azure/functions-core')` in the way the real worker does, by a Proxy on `Module.prototype.require`;
 * the package is on no registry. Once per process: the answer is the app that is loaded last.
 */
function injectCore(): void {
  if (injected) return;
  injected = true;
  Module.prototype.require = new Proxy(Module.prototype.require, {
    apply(target, self, args: [string]) {
      return args[0] === '@azure/functions-core' && current ? current.api : Reflect.apply(target, self, args);
    },
  });
}

/** Reads the path of the bundle from `root`'s package.json; throws `BundleMissingError` with what to do if nothing is there. */
export async function bundlePath(root: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const main = typeof manifest === 'object' && manifest !== null && 'main' in manifest ? manifest.main : undefined;
  if (typeof main !== 'string') throw new BundleMissingError('package.json names no "main": nothing to serve.');
  const path = join(root, main);
  try {
    await readFile(path);
  } catch {
    throw new BundleMissingError(`The bundle ${main} is missing. Build it first: npm run build`);
  }
  return path;
}

/**
 * Loads the app's bundle into this process, in the worker's order: the entry file, the appStart hooks, the capabilities.
 * An app that throws while it loads registers nothing: `failure` is its error, and the host answers 404 to everything.
 */
export async function loadApp(path: string, log: HostLog): Promise<{ core: FunctionsCore; failure?: unknown }> {
  injectCore();
  const core = createFunctionsCore(log);
  current = core;
  try {
    const load = createRequire(path);
    delete load.cache[path];
    load(path);
    const hookData = {};
    hookDataOf.set(core, hookData);
    await core.runHooks('appStart', hookContext({ hookData: () => hookData, appHookData: () => core.appHookData }, {}));
    const capabilities = await core.model()?.getCapabilities({});
    if (capabilities?.HttpUri !== undefined) throw new Error(streamingRefused);
    core.lock();
    return { core };
  } catch (failure) {
    core.lock();
    core.functions.clear();
    return { core, failure };
  }
}

/** Runs the appTerminate hooks; the real host gives them 5 s, and so `graceMs`. Errors go to the log. */
export async function terminateApp(core: FunctionsCore, log: HostLog, graceMs = 5000): Promise<void> {
  const hookData = hookDataOf.get(core) ?? {};
  const context = hookContext({ hookData: () => hookData, appHookData: () => core.appHookData }, {});
  const { promise: grace, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    log.line('error', `The appTerminate hooks took longer than ${graceMs} ms and were left behind.`);
    resolve();
  }, graceMs);
  await Promise.race([
    grace,
    core
      .runHooks('appTerminate', context)
      .catch((error: unknown) => log.line('error', `An appTerminate hook failed: ${error}`)),
  ]);
  clearTimeout(timer);
}
