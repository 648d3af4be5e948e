// A small Azure Functions host for machines without `func`. It loads the deployed bundle into this process, runs it like the Node worker,
// and serves HTTP with the real host's behaviour.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../free-port.ts';
import { answerAdmin } from './admin.ts';
import { type CorsOptions, evaluateCors } from './cors.ts';
import { defaultBodyLimit, readBody, toRpcHttp } from './http-request.ts';
import { answerEmpty, answerFunction } from './http-response.ts';
import { invoke } from './invoke.ts';
import { answerParserError, parserLimit, refusedByLimits } from './limits.ts';
import { bundlePath, loadApp, terminateApp } from './load-app.ts';
import { consoleLog, errorText } from './log.ts';
import type { Observe } from './observe.ts';
import { type RequestTarget, readTarget } from './request-path.ts';
import { buildRoutes, findRoute } from './routes.ts';
import { readHostJson } from './settings-files.ts';
import { startTimers } from './timers.ts';

/** How to start a host. */
export type HostOptions = {
  /** The folder with package.json (its `main` is the bundle) and host.json. */
  root: string;
  /** 0 takes a free port. */
  port: number;
  /** The app settings that the host itself reads; the functions see `process.env`. */
  env: NodeJS.ProcessEnv;
  cors: CorsOptions | undefined;
  /** For tests: receives every answer of a function. */
  observe: Observe | undefined;
};

/** A running host. */
export type FunctionsHost = Awaited<ReturnType<typeof startFunctionsHost>>;

/** Starts a host on 127.0.0.1. Throws `BundleMissingError` and `PortTakenError`; an app that fails to load is served as 404. */
export async function startFunctionsHost({ root, port, env, cors: corsOptions, observe }: HostOptions) {
  const startedAt = Date.now();
  const hostJson = await readHostJson(root);
  const log = consoleLog(hostJson?.logLevel ?? 'information');
  if (!hostJson) log.line('error', 'host.json is missing, or is no JSON with "version": "2.0": every call gets 503.');
  const bundle = await bundlePath(root);

  const isDisabled = (name: string) =>
    !hostJson ||
    [`AzureWebJobs.${name}.Disabled`, `AzureWebJobs__${name}__Disabled`].some((key) =>
      /^(true|1)$/i.test(env[key] ?? ''),
    );
  const bodyLimit = Number(env.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT ?? '') || defaultBodyLimit;
  const inFlight = new Set<ServerResponse>();
  let draining = false;
  let serve: (request: IncomingMessage, response: ServerResponse) => Promise<void> = async (_, response) =>
    answerEmpty(response, 503);

  const server = createServer({ maxHeaderSize: parserLimit, keepAliveTimeout: 130_000 }, (request, response) => {
    // A caller that disconnects is not an error.
    request.on('error', () => {});
    response.on('error', () => {});
    if (draining) response.shouldKeepAlive = false;
    inFlight.add(response);
    void serve(request, response)
      .catch((error: unknown) => {
        log.line('error', `The host failed to answer: ${errorText(error)}`);
        answerEmpty(response, 500);
      })
      .finally(() => inFlight.delete(response));
  });
  server.on('clientError', answerParserError);

  // The port first, because loading the app has effects, and a host that cannot serve must have none.
  const url = `http://127.0.0.1:${await listen(server, port, 'the Functions host')}`;

  const { core, failure } = await loadApp(bundle, log);
  if (failure !== undefined)
    log.line('error', `The app failed while loading, so every function answers 404: ${errorText(failure)}`);
  const routes = buildRoutes(core.functions.values(), hostJson?.routePrefix ?? 'api');
  const timers = startTimers(core, isDisabled, env, log);

  async function callFunction(
    request: IncomingMessage,
    response: ServerResponse,
    target: RequestTarget,
    cors: Record<string, string>,
  ) {
    const match = findRoute(routes, request.method ?? '', target.segments);
    if (!match || isDisabled(match.route.name)) return answerEmpty(response, 404, cors);
    const { route, params } = match;
    // HTTP/1.0 without Host: the real host cannot make a URL of it (for HTTP/1.1 Node has already answered 400).
    if (!request.headers.host) return answerEmpty(response, 500, cors);
    let body: Buffer | undefined;
    try {
      body = await readBody(request, bodyLimit);
    } catch (error) {
      if (error instanceof RangeError) answerEmpty(response, 500, { ...cors, connection: 'close' });
      else response.destroy();
      return;
    }
    const { traceparent, tracestate } = request.headers;
    const result = await invoke(
      core,
      route.registered,
      {
        reason: 'This function was programmatically called via the host APIs.',
        data: { http: toRpcHttp(request, target, params, body) },
        traceParent: traceparent?.toString(),
        traceState: tracestate?.toString(),
      },
      log,
    );
    if (draining && !response.headersSent) response.shouldKeepAlive = false;
    const answered = result.succeeded ? answerFunction(response, result.returnValue, cors) : undefined;
    if (!answered) answerEmpty(response, 500, cors);
    observe?.({
      method: request.method ?? '',
      route: route.path,
      requestId: request.headers['x-request-id']?.toString(),
      ...(answered ?? { status: 500, headers: cors, body: new Uint8Array() }),
      failed: !answered,
    });
  }

  serve = async (request, response) => {
    const refused = refusedByLimits(request);
    if (refused) return answerEmpty(response, refused, { connection: 'close' });
    const target = readTarget(request.url ?? '/');
    const isPing = target?.segments.join('/').toLowerCase() === 'admin/host/ping';
    if (!hostJson && !isPing) return answerEmpty(response, 503);
    const { preflight, headers: cors } = evaluateCors(request, corsOptions);
    if (preflight) return answerEmpty(response, 204, cors);
    if (!target) return answerEmpty(response, 404, cors);
    const [first] = target.segments;
    if (first?.toLowerCase() === 'admin') return answerAdmin(request, response, target, { timers, startedAt });
    if (first !== undefined) return callFunction(request, response, target, cors);
    if (/^true$/i.test(env.AzureWebJobsDisableHomepage ?? '')) return answerEmpty(response, 204, cors);
    response.writeHead(200, { ...cors, 'content-type': 'text/html' });
    response.end('<!DOCTYPE html><html lang="nb"><title>Functions</title><p>Funksjonsverten er oppe.</p></html>');
  };

  const atRoute = new Map(routes.map(({ name, methods, path }) => [name, `[${methods.join(',')}] ${path}`]));
  return {
    /** Without a slash at the end. */
    url,
    /** One text for each function, for people: its methods and route, or that it is a timer. */
    functions: [...core.functions.keys()].map((name) => `${name}: ${atRoute.get(name) ?? 'timer'}`),
    /** Answers every running call with an empty 500, as if the worker had died. */
    crash() {
      draining = true;
      for (const response of inFlight) answerEmpty(response, 500, { connection: 'close' });
    },
    /** Accepts no new calls, waits at most `drainMs` for running ones, runs the appTerminate hooks, and closes. */
    async stop(drainMs = 30_000): Promise<void> {
      draining = true;
      timers.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const left = () => inFlight.size + timers.running();
      const deadline = Date.now() + drainMs;
      while (left() > 0 && Date.now() < deadline) await sleep(20);
      if (left() > 0) log.line('warning', `${left()} executions did not end within ${drainMs} ms and were cut off.`);
      // The lines logged in this turn of the event loop are written at its end, before the lines of a hook.
      await new Promise((resolve) => setImmediate(resolve));
      // The hooks come last, so they can send what the last requests left. Answers on their way are sent before that.
      await terminateApp(core, log);
      server.closeIdleConnections();
      await Promise.race([closed, sleep(250)]);
      server.closeAllConnections();
    },
  };
}
