// The worker's side of @azure/functions: the module `@azure/functions-core` that the library requires, and what it registers.
import type { LogLevel } from '@azure/functions';
import type { FunctionCallback, FunctionMetadata, HookCallback, LogCategory, ProgrammingModel } from './core-types.ts';
import { errorText, type HostLog } from './log.ts';

type HookName = 'preInvocation' | 'postInvocation' | 'appStart' | 'appTerminate' | 'log';

/** A function as the app registered it. */
export type RegisteredFunction = { metadata: FunctionMetadata; callback: FunctionCallback };

/** Everything that one loaded app has registered, and functions that run its hooks. */
export type FunctionsCore = ReturnType<typeof createFunctionsCore>;

/** Why an app that switches HTTP streaming on is not loaded (github.com/Azure/azure-functions-nodejs-library, issue 324). */
export const streamingRefused =
  'HTTP streaming is on (app.setup): a handler that throws would then never be answered. Switch it off.';

/** An error that the library recognises as the platform's, not the app's. */
function systemError<E extends Error>(error: E): E {
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}

/** An object whose `fixed` members are read-only, as in hook contexts; `open` members may be replaced. */
export function hookContext<Open extends object>(fixed: Record<string, () => unknown>, open: Open): Open {
  for (const [name, get] of Object.entries(fixed)) {
    Object.defineProperty(open, name, {
      enumerable: true,
      get,
      set() {
        throw systemError(new Error(`Cannot assign to read-only property "${name}"`));
      },
    });
  }
  return open;
}

/** Creates the core for one app. */
export function createFunctionsCore(output: HostLog) {
  const functions = new Map<string, RegisteredFunction>();
  const hooks: Record<HookName, HookCallback[]> = {
    preInvocation: [],
    postInvocation: [],
    appStart: [],
    appTerminate: [],
    log: [],
  };
  const appHookData: Record<string, unknown> = {};
  const logHookData: Record<string, unknown> = {};
  let model: ProgrammingModel | undefined;
  let locked = false;
  let insideLogHook = false;

  /** Writes a line through the app's log hooks, which may change lines of category `user`. */
  function log(level: LogLevel, category: LogCategory, message: string, invocationContext?: unknown): void {
    const line = { level, message };
    // A hook that logs must not call itself for ever.
    if (!insideLogHook && hooks.log.length > 0) {
      insideLogHook = true;
      const seen = hookContext(
        {
          hookData: () => logHookData,
          appHookData: () => appHookData,
          category: () => category,
          invocationContext: () => invocationContext,
        },
        { level, message },
      );
      try {
        for (const hook of hooks.log) hook(seen);
        if (category === 'user') Object.assign(line, { level: seen.level, message: seen.message });
      } catch (error) {
        output.line('error', `A log hook failed: ${errorText(error)}`);
      } finally {
        insideLogHook = false;
      }
    }
    output.line(line.level, line.message);
  }

  const refuseWhenLocked = (what: string) => {
    if (locked) throw systemError(new Error(`A function can only be ${what} during app startup.`));
  };

  return {
    functions,
    /** Data that all hooks of the app share. */
    appHookData,
    /** Data that the app's start and end hooks share. */
    lifeHookData: {},
    /** The library, after its registration. */
    model: () => model,
    /** From here on it is an error to register a function, as in the worker after start-up. */
    lock() {
      locked = true;
    },
    /** Runs the hooks of a name one after the other, in the order of registration; the first error ends it. */
    async runHooks(name: HookName, context: object) {
      for (const hook of hooks[name]) await hook(context);
    },
    log,
    /** The result of `require('@azure/functions-core')`. */
    api: {
      setProgrammingModel(given: ProgrammingModel): void {
        model = given;
      },
      registerFunction(metadata: FunctionMetadata, callback: FunctionCallback) {
        refuseWhenLocked('registered');
        if (functions.has(metadata.name))
          throw systemError(new Error(`A function with name "${metadata.name}" has already been registered.`));
        functions.set(metadata.name, { metadata, callback });
        return {
          dispose() {
            refuseWhenLocked('disposed');
            functions.delete(metadata.name);
          },
        };
      },
      registerHook(name: HookName, callback: HookCallback) {
        if (!Object.hasOwn(hooks, name)) throw systemError(new RangeError(`Unrecognized hook "${name}"`));
        hooks[name].push(callback);
        return {
          dispose() {
            hooks[name] = hooks[name].filter((known) => known !== callback);
          },
        };
      },
      log(level: LogLevel, category: LogCategory, message: string): void {
        // Refused when it is switched on, because the library would listen on every interface at the end of start-up.
        if (category === 'system' && message === 'HTTP streaming enabled.') throw new Error(streamingRefused);
        log(level, category, message);
      },
    },
  };
}
