// A plain proxy on loopback with the switches of wire-faults.ts, for a server in a process of its own (Azurite).
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WireFaults, withWireFaults } from './wire-faults.ts';

/** A running proxy. `url` has no trailing slash. */
export type FaultProxy = { url: string; faults: WireFaults; close(): Promise<void> };

/** Starts a proxy on a free port of 127.0.0.1 that passes everything to `target` (scheme, host and port). */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const passedOn = send(
      { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passedOn.on('error', () => outgoing.destroy());
    incoming.pipe(passedOn);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const faults = withWireFaults(server);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
