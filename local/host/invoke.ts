import { randomBytes, randomUUID } from 'node:crypto';
import type { LogLevel } from '@azure/functions';
import { type FunctionsCore, hookContext, type RegisteredFunction } from './core.ts';
import type { LogCategory, RpcTypedData } from './core-types.ts';
import { errorText, type HostLog } from './log.ts';

/** Why a function runs, in the real host's words, with the data of its trigger and the caller's `traceparent` and `tracestate`. */
type Invocation = {
  reason: string;
  data: RpcTypedData;
  traceParent?: string | undefined;
  traceState?: string | undefined;
};

/** The result: the value of the HTTP output, or that it failed (the error is only in the log). */
type InvocationResult = { succeeded: true; returnValue: RpcTypedData | null | undefined } | { succeeded: false };

/** The span of this invocation under the caller's trace, or a trace of its own (W3C Trace Context, `traceparent`). */
function childOf(traceParent: string | undefined): string {
  const parent = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/.exec(traceParent ?? '');
  return `00-${parent?.[1] ?? randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-${parent?.[2] ?? '00'}`;
}

/** Runs one function with its hooks, in the worker's order, and writes the host's two lines about it. Never throws. */
export async function invoke(
  core: FunctionsCore,
  registered: RegisteredFunction,
  invocation: Invocation,
  log: HostLog,
): Promise<InvocationResult> {
  const invocationId = randomUUID();
  const startedAt = performance.now();
  const name = `'Functions.${registered.metadata.name}'`;
  const executed = (outcome: string) =>
    `Executed ${name} (${outcome}, Id=${invocationId}, Duration=${Math.round(performance.now() - startedAt)}ms)`;
  log.line('information', `Executing ${name} (Reason='${invocation.reason}', Id=${invocationId})`);
  try {
    const returnValue = await run(core, registered, invocation, invocationId);
    log.line('information', executed('Succeeded'));
    return { succeeded: true, returnValue };
  } catch (error) {
    log.line('error', `${executed('Failed')}\n${errorText(error)}`);
    return { succeeded: false };
  }
}

/** The state of an invocation, in the library's terms. */
type Phase = 'preInvocationHooks' | 'invocation' | 'postInvocationHooks';

async function run(
  core: FunctionsCore,
  { metadata, callback }: RegisteredFunction,
  { data, traceParent, traceState = '' }: Invocation,
  invocationId: string,
): Promise<RpcTypedData | null | undefined> {
  const trigger = Object.entries(metadata.bindings).find(([, { type }]) => type?.toLowerCase().endsWith('trigger'));
  const library = core.model();
  if (!library || !trigger) throw new Error(`Function "${metadata.name}" has no trigger.`);
  let userContext: unknown;
  const coreContext = {
    invocationId,
    metadata,
    request: {
      invocationId,
      inputData: [{ name: trigger[0], data }],
      triggerMetadata: {},
      traceContext: { traceParent: childOf(traceParent), traceState, attributes: {} },
    },
    // The library allows logging after the end only in the post-invocation hooks.
    state: undefined as Phase | undefined,
    log: (level: LogLevel, category: LogCategory, message: string) => core.log(level, category, message, userContext),
  };
  async function during<T>(state: Phase, work: () => Promise<T>): Promise<T> {
    coreContext.state = state;
    try {
      return await work();
    } finally {
      coreContext.state = undefined;
    }
  }

  const model = library.getInvocationModel(coreContext);
  const { context, inputs } = await model.getArguments();
  userContext = context;
  const hookData = {};
  const fixed = { hookData: () => hookData, appHookData: () => core.appHookData, invocationContext: () => context };

  const before = hookContext(fixed, { functionCallback: callback, inputs });
  await during('preInvocationHooks', () => core.runHooks('preInvocation', before));

  const after = hookContext(fixed, { inputs: before.inputs, result: null as unknown, error: null as unknown });
  try {
    after.result = await during('invocation', () =>
      model.invokeFunction(context, before.inputs, before.functionCallback),
    );
  } catch (error) {
    after.error = error;
  }
  await during('postInvocationHooks', () => core.runHooks('postInvocation', after));
  if (after.error !== null && after.error !== undefined) throw after.error;
  return (await model.getResponse(context, after.result)).returnValue;
}
