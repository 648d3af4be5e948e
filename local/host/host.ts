// A small Azure Functions host for machines without `func`: it loads the bundle that is deployed into this process, drives it
// as the Node worker does, and serves HTTP with the real host's behaviour.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerAdmin } from './admin.ts';
import { type CorsOptions, evaluateCors } from './cors.ts';
import { readHostJson } from './host-json.ts';
import { BodyUnreadable, defaultBodyLimit, readBody, toRpcHttp } from './http-request.ts';
import { answerEmpty, answerFunction } from './http-response.ts';
import { invoke } from './invoke.ts';
import { answerParserError, parserLimit, refusedByLimits } from './limits.ts';
import { bundlePath, loadApp, terminateApp } from './load-app.ts';
import { consoleLog, errorText } from './log.ts';
import type { Observe } from './observe.ts';
import { readTarget } from './request-path.ts';
import { buildRoutes, findRoute, type RouteMatch } from './routes.ts';
import { startTimers } from './timers.ts';

/** How to start a host. */
export type HostOptions = {
  /** The folder with package.json (its `main` is the bundle) and host.json. */
  root: string;
  /** 0 takes a free one. */
  port: number;
  /** The app settings that the host itself reads; the functions see `process.env`. */
  env: NodeJS.ProcessEnv;
  cors?: CorsOptions | undefined;
  /** For tests: receives every answer of a function. */
  observe?: Observe | undefined;
};

/** A host that serves. */
export type FunctionsHost = {
  /** Without a slash at the end. */
  url: string;
  /** One text per function, for people: methods and route, or the schedule's kind. */
  functions: string[];
  /** Takes no new calls, waits at most `drainMs` (30 s) for running ones, runs the appTerminate hooks, and closes. */
  stop(drainMs?: number): Promise<void>;
  /** Answers every call in flight with an empty 500, as when the worker has died. */
  crash(): void;
};

/** The port is taken by another process. */
export class PortTakenError extends Error {
  override name = 'PortTakenError';
}

/** Starts a host on 127.0.0.1. Throws `BundleMissingError` and `PortTakenError`; an app that fails to load is served as 404. */
export async function startFunctionsHost(options: HostOptions): Promise<FunctionsHost> {
  const { env } = options;
  const startedAt = Date.now();
  const hostJson = await readHostJson(options.root);
  const log = consoleLog(hostJson?.logLevel ?? 'information');
  if (!hostJson) log.line('error', 'host.json is missing, or is no JSON with "version": "2.0": every call gets 503.');
  const bundle = await bundlePath(options.root);

  const isDisabled = (name: string) =>
    [`AzureWebJobs.${name}.Disabled`, `AzureWebJobs__${name}__Disabled`].some((key) =>
      /^(true|1)$/i.test(env[key] ?? ''),
    );
  const bodyLimit = Number(env.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT ?? '') || defaultBodyLimit;
  const inFlight = new Set<Promise<void>>();
  const open = new Set<ServerResponse>();
  let draining = false;
  let serve: (request: IncomingMessage, response: ServerResponse) => Promise<void> = async (_, response) =>
    answerEmpty(response, 503);

  const server = createServer({ maxHeaderSize: parserLimit, keepAliveTimeout: 130_000 }, (request, response) => {
    // A caller that disconnects is no error of ours.
    request.on('error', () => {});
    response.on('error', () => {});
    if (draining) response.shouldKeepAlive = false;
    const work = serve(request, response).catch((error: unknown) => {
      log.line('error', `The host failed to answer: ${errorText(error)}`);
      answerEmpty(response, 500);
    });
    inFlight.add(work);
    open.add(response);
    void work.finally(() => {
      inFlight.delete(work);
      open.delete(response);
    });
  });
  server.on('clientError', answerParserError);

  // The port first: loading the app has effects, which a host that cannot serve must not have.
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new PortTakenError(
              `Port ${options.port} for the Functions host is taken. Stop what uses it, or choose another: PORT=… or -- --port N.`,
            )
          : error,
      ),
    );
    server.listen(options.port, '127.0.0.1', resolve);
  });

  const { core, failure } = await loadApp(bundle, log);
  if (failure !== undefined) {
    log.line('error', `The app failed while loading, so every function answers 404: ${errorText(failure)}`);
  }
  const routes = buildRoutes(core.functions.values(), hostJson?.routePrefix ?? 'api');
  const timers = startTimers(core, (name) => !hostJson || isDisabled(name), env, log);

  async function call(
    { route, params }: RouteMatch,
    request: IncomingMessage,
    response: ServerResponse,
    cors: Record<string, string>,
  ) {
    const target = readTarget(request.url ?? '/');
    if (!target || isDisabled(route.name)) return answerEmpty(response, 404, cors);
    // HTTP/1.0 without Host: the real host cannot make a URL of it (on HTTP/1.1 Node has answered 400 already).
    if (!request.headers.host) return answerEmpty(response, 500, cors);
    let body: Buffer | undefined;
    try {
      body = await readBody(request, bodyLimit);
    } catch (error) {
      if (error instanceof BodyUnreadable && error.tooLarge)
        return answerEmpty(response, 500, { ...cors, connection: 'close' });
      response.destroy();
      return;
    }
    const { traceparent, tracestate } = request.headers;
    const result = await invoke(
      core,
      route.registered,
      {
        reason: 'This function was programmatically called via the host APIs.',
        data: { http: toRpcHttp(request, target, params, body) },
        traceParent: typeof traceparent === 'string' ? traceparent : undefined,
        traceState: typeof tracestate === 'string' ? tracestate : undefined,
      },
      log,
    );
    if (draining && !response.headersSent) response.shouldKeepAlive = false;
    const answered = result.succeeded ? answerFunction(response, result.returnValue, cors) : undefined;
    if (!answered) answerEmpty(response, 500, cors);
    options.observe?.({
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
    const cors = evaluateCors(request, options.cors);
    if (cors.preflight) return answerEmpty(response, 204, cors.headers);
    if (!target) return answerEmpty(response, 404, cors.headers);
    if (target.segments[0]?.toLowerCase() === 'admin')
      return answerAdmin(request, response, target, { timers, startedAt });
    const match = findRoute(routes, request.method ?? '', target.segments);
    if (match) return call(match, request, response, cors.headers);
    if (target.segments.length > 0) return answerEmpty(response, 404, cors.headers);
    if (/^true$/i.test(env.AzureWebJobsDisableHomepage ?? '')) return answerEmpty(response, 204, cors.headers);
    response.writeHead(200, { ...cors.headers, 'content-type': 'text/html' });
    response.end('<!DOCTYPE html><html lang="nb"><title>Functions</title><p>Funksjonsverten er oppe.</p></html>');
  };

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    functions: [
      ...routes.map((route) => `${route.name}: [${route.methods.join(',')}] ${route.path}`),
      ...[...core.functions.keys()]
        .filter((name) => !routes.some((route) => route.name === name))
        .map((name) => `${name}: timer`),
    ],
    crash() {
      draining = true;
      for (const response of open) answerEmpty(response, 500, { connection: 'close' });
    },
    async stop(drainMs = 30_000) {
      draining = true;
      timers.stop();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const deadline = Date.now() + drainMs;
      while ((inFlight.size > 0 || timers.running() > 0) && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const left = inFlight.size + timers.running();
      if (left > 0) log.line('warning', `${left} executions did not end within ${drainMs} ms and were cut off.`);
      // The lines that this turn of the event loop has logged go out at its end: before what a hook writes.
      await new Promise((resolve) => setImmediate(resolve));
      // The hooks come last, so that they can flush what the last requests left; answers on their way get out before that.
      await terminateApp(core, log);
      server.closeIdleConnections();
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 250))]);
      server.closeAllConnections();
    },
  };
}
