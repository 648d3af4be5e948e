// The side of the worker that @azure/functions relies on, beyond what a well-behaved app can show.
import type { LogLevel } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { createFunctionsCore, hookContext } from '../../local/host/core.ts';
import type { FunctionMetadata, HookCallback, LogCategory } from '../../local/host/core-types.ts';
import { invoke } from '../../local/host/invoke.ts';
import { terminateApp } from '../../local/host/load-app.ts';

type Api = {
  registerFunction(metadata: FunctionMetadata, callback: () => unknown): { dispose(): void };
  registerHook(name: string, callback: HookCallback): { dispose(): void };
  log(level: LogLevel, category: LogCategory, message: string): void;
};

function makeCore() {
  const lines: [LogLevel, string][] = [];
  const log = { line: (level: LogLevel, message: string) => void lines.push([level, message]) };
  const core = createFunctionsCore(log);
  return { core, api: core.api as Api, log, lines };
}
const metadata = { name: 'f', bindings: { t: { type: 'httpTrigger', direction: 'in' } } };

describe('the core of the host', () => {
  it('refuses a function that is registered twice or after start-up', () => {
    const { core, api } = makeCore();
    const registration = api.registerFunction(metadata, () => undefined);
    expect(() => api.registerFunction(metadata, () => undefined)).toThrow(/already been registered/);
    registration.dispose();
    api.registerFunction(metadata, () => undefined);
    core.lock();
    expect(() => api.registerFunction({ ...metadata, name: 'late' }, () => undefined)).toThrow(/during app startup/);
    expect([...core.functions.keys()]).toEqual(['f']);
  });

  it('refuses an unknown hook with a RangeError of the system, as the library expects', () => {
    const { api } = makeCore();
    const attempt = () => api.registerHook('beforeAll', () => undefined);
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(expect.objectContaining({ isAzureFunctionsSystemError: true }));
  });

  it('runs hooks in order, without disposed ones; read-only members of their context cannot be set', async () => {
    const { core, api } = makeCore();
    const seen: string[] = [];
    api.registerHook('appStart', () => seen.push('one'));
    api.registerHook('appStart', () => seen.push('never')).dispose();
    api.registerHook('appStart', async (context) => {
      await Promise.resolve();
      seen.push('two');
      (context as { hookData: unknown }).hookData = 'mine';
    });
    await expect(core.runHooks('appStart', hookContext({ hookData: () => ({}) }, {}))).rejects.toThrow(/read-only/);
    expect(seen).toEqual(['one', 'two']);
  });

  it("lets log hooks change the app's lines and not the system's, and survives hooks that log or throw", () => {
    const { api, lines } = makeCore();
    const hook = api.registerHook('log', (context) => {
      api.log('information', 'user', 'from inside');
      (context as { message: string }).message = 'changed';
    });
    api.log('information', 'user', 'original');
    api.log('information', 'system', 'original');
    const said = lines.map(([, message]) => message);
    expect(said).toEqual(['from inside', 'changed', 'from inside', 'original']);
    hook.dispose();
    api.registerHook('log', () => {
      throw new Error('hook is broken');
    });
    api.log('information', 'user', 'still said');
    expect(lines.at(-2)?.[1]).toContain('A log hook failed: Error: hook is broken');
    expect(lines.at(-1)).toEqual(['information', 'still said']);
  });

  it('does not wait for appTerminate hooks that take too long, and logs those that fail', async () => {
    const slow = makeCore();
    slow.api.registerHook('appTerminate', () => new Promise(() => {}));
    // The hook never ends, so waiting for it fails the test.
    await terminateApp(slow.core, slow.log, 50);
    expect(slow.lines).toEqual([['error', expect.stringContaining('longer than 50 ms')]]);
    const failing = makeCore();
    failing.api.registerHook('appTerminate', () => Promise.reject(new Error('no flush')));
    await terminateApp(failing.core, failing.log, 50);
    expect(failing.lines).toEqual([['error', expect.stringContaining('no flush')]]);
  });

  it('fails an invocation with a clear message if no library can run it', async () => {
    const { core, log, lines } = makeCore();
    const result = await invoke(core, { metadata, callback: () => undefined }, { reason: 'test', data: {} }, log);
    expect(result).toEqual({ succeeded: false });
    expect(lines.at(-1)?.[1]).toMatch(/^Executed 'Functions.f' \(Failed, Id=/);
  });
});
