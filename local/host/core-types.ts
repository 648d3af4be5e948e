// The types of the data between the host and @azure/functions. The real package of these types, @azure/functions-core, is injected by the
// Functions worker and is not on npm. The types follow github.com/Azure/azure-functions-nodejs-library.

/** `user`: lines of the app by its context. `system`: lines of the library and the worker. */
export type LogCategory = 'user' | 'system' | 'customMetric';

/** A value that may be absent, as the worker's protocol wraps it. */
export type Nullable<T> = { value: T };

/**
 * A cookie of a handler's answer. `maxAge` and `expires` are in seconds. `sameSite`: `none` means no attribute, `explicitNone` means
 * SameSite=None.
 */
export type RpcHttpCookie = {
  name?: string;
  value?: string;
  expires?: Nullable<{ seconds: number }>;
  maxAge?: Nullable<number>;
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
} & Partial<Record<'domain' | 'path', Nullable<string>> & Record<'secure' | 'httpOnly', Nullable<boolean>>>;

/** An HTTP request on its way to a handler, or the answer on its way back. */
export type RpcHttpData = {
  method?: string;
  url?: string;
  nullableHeaders?: Record<string, Nullable<string>>;
  nullableQuery?: Record<string, Nullable<string>>;
  nullableParams?: Record<string, Nullable<string>>;
  body?: RpcTypedData | null;
  statusCode?: string;
  headers?: Record<string, string>;
  cookies?: RpcHttpCookie[];
};

/** One value of a trigger or an output, marked with its kind. */
export type RpcTypedData = { http?: RpcHttpData; json?: string; string?: string; bytes?: Uint8Array };

/** A trigger, input or output of a function, with the options that this host reads. */
type Binding = { type?: string; methods?: string[]; route?: string; schedule?: string };

/** What the app registers for a function. */
export type FunctionMetadata = { name: string; bindings: Record<string, Binding> };

/** The app's handler; its last argument is the invocation context. */
export type FunctionCallback = (...args: unknown[]) => unknown;

/** The library as the worker gets it. The model is its half of one invocation; `invoke.ts` creates the context. */
export type ProgrammingModel = {
  getInvocationModel(context: object): {
    getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
    invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
    getResponse(context: unknown, result: unknown): Promise<{ returnValue?: RpcTypedData | null }>;
  };
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
};

/** A hook of the app. Its argument depends on the hook. */
export type HookCallback = (context: object) => unknown;
