// What every simulator is made of: a table of routes (hono) on a small HTTP server of 127.0.0.1.
import { createServer } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { listen } from '../../free-port.ts';

/** A running simulator: `url` without a slash at the end, and `control` for the test or launcher that started it. */
export type Simulator<Start extends (...options: never[]) => unknown> = Awaited<ReturnType<Start>>;

/** Milliseconds since 1970; a simulator's own clock, so that a test can move it without moving ours. */
export type Clock = () => number;

/** Options that every simulator takes. `port` 0 (the default) takes a free one. */
export type SimulatorOptions = { port?: number; clock?: Clock };

/** One request under way, with Node's own request and response as `env.incoming` and `env.outgoing`. */
export type Exchange = Context<{ Bindings: HttpBindings }>;

/** A table of routes. */
export type Routes = Hono<{ Bindings: HttpBindings }>;

/** An empty table. What it does not hold is answered with 404, and a defect with 599: it must not look like a simulated fault. */
export function createRoutes(): Routes {
  const routes: Routes = new Hono({ strict: false });
  routes.notFound((exchange) => exchange.body(null, 404));
  routes.onError((error, exchange) => {
    console.error('A simulator failed:', error);
    return exchange.body(null, 599 as never);
  });
  return routes;
}

/** Serves the routes on 127.0.0.1. The error names a taken port. `server` is for tests that break the wire below the routes. */
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
