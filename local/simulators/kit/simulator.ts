// The base of every simulator: a table of routes (hono) on a small HTTP server of 127.0.0.1.
import { createServer } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { listen } from '../../free-port.ts';

/** A running simulator: `url` without a slash at the end, and `control` for the test or the program that started it. */
export type Simulator<Start extends (...options: never[]) => unknown> = Awaited<ReturnType<Start>>;

/** Milliseconds since 1970. A simulator has a clock of its own, so a test can move it without moving the app's. */
export type Clock = () => number;

/** Options that every simulator takes. `port` 0 (the default) takes a free one. */
export type SimulatorOptions = { port?: number; clock?: Clock };

/** One running request, with Node's own request and response as `env.incoming` and `env.outgoing`. */
export type Exchange = Context<{ Bindings: HttpBindings }>;

/** A table of routes. */
export type Routes = Hono<{ Bindings: HttpBindings }>;

/**
 * An empty table of routes. An unknown route is answered with 404, and a defect with 599, because a defect must not look like a simulated
 * fault.
 */
export function createRoutes(): Routes {
  const routes: Routes = new Hono({ strict: false });
  routes.notFound((exchange) => exchange.body(null, 404));
  routes.onError((error, exchange) => {
    console.error('A simulator failed:', error);
    return exchange.body(null, 599 as never);
  });
  return routes;
}

/**
 * Serves the routes on 127.0.0.1. If the port is in use, the error names it. `server` is for tests that cause faults on the wire, below the
 * routes.
 */
export async function serve(name: string, port: number, routes: Routes) {
  const server = createServer(getRequestListener(routes.fetch, { overrideGlobalObjects: false }));
  return {
    url: `http://127.0.0.1:${await listen(server, port, name)}`,
    server,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
