// What every simulator is made of: a table of routes (hono) on a small HTTP server of 127.0.0.1, and ways to break a connection.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
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

/** The status of an answer, as calls are noted: 0 for a broken connection. */
export const notedStatus = (answer: Response): number => (answer === RESPONSE_ALREADY_SENT ? 0 : answer.status);

/** Breaks the connection (RST) before any byte of an answer. */
export function reset({ env }: Exchange): Response {
  env.incoming.socket.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}

/** Sends status, headers and half the body of `answer`, then breaks the connection. */
export async function resetInside({ env }: Exchange, answer: Response): Promise<Response> {
  const bytes = Buffer.from(await answer.arrayBuffer());
  env.outgoing.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-length': bytes.length });
  env.outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
  // Long enough for the first half to arrive, so that the client is reading a body when the line breaks.
  await sleep(20, undefined, { ref: false });
  env.incoming.socket.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}
