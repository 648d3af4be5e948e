// What every simulator is made of: a small HTTP server on 127.0.0.1, its address, a way to steer it, a way to stop it.
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { withWireFaults } from '../../wire-faults.ts';

/** A running simulator. `url` has no trailing slash; `control` is for the test or launcher that started it. */
export type Simulator<Control> = { url: string; control: Control; close(): Promise<void> };

/** Milliseconds since 1970; a simulator's own clock, so that a test can move it without moving ours. */
export type Clock = () => number;

/** Options that every simulator takes. `port` 0 (the default) takes a free one. */
export type SimulatorOptions = { port?: number; clock?: Clock };

export type SimulatedRequest = {
  method: string;
  /** Path without query, as sent. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names, as Node gives them. */
  headers: IncomingHttpHeaders;
  /** Header names and values in the order and spelling sent. */
  rawHeaders: string[];
  body: string;
};

export type SimulatedAnswer = {
  status: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a string as it is. */
  body?: string | object;
};

/** Starts a server on 127.0.0.1 whose answers come from `answer`. The error names a taken port. */
export async function serve(
  name: string,
  port: number,
  answer: (request: SimulatedRequest) => Promise<SimulatedAnswer> | SimulatedAnswer,
): Promise<{ url: string; server: Server; close(): Promise<void> }> {
  const server = createServer();
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', () => outgoing.destroy());
    incoming.on('end', async () => {
      try {
        const url = new URL(incoming.url ?? '/', 'http://simulator.invalid');
        const result = await answer({
          method: incoming.method ?? 'GET',
          path: url.pathname,
          query: url.searchParams,
          headers: incoming.headers,
          rawHeaders: incoming.rawHeaders,
          body: Buffer.concat(chunks).toString('utf8'),
        });
        const isJson = typeof result.body === 'object';
        const text = isJson ? JSON.stringify(result.body) : String(result.body ?? '');
        outgoing.writeHead(result.status, {
          ...(text === ''
            ? {}
            : { 'content-type': isJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8' }),
          ...result.headers,
        });
        outgoing.end(text);
      } catch (error) {
        // A defect of the simulator must not look like a simulated fault.
        console.error(`${name} simulator failed:`, error);
        outgoing.writeHead(599).end();
      }
    });
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(
              `Port ${port} for ${name} is taken. Stop what uses it, or choose another port (see README, "Ports").`,
            )
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  withWireFaults(server, handle);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
