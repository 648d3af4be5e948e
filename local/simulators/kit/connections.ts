// Faults below HTTP: `serve` answers in whole responses, so breaking a connection needs the response behind a request.
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedAnswer, SimulatedRequest } from './simulator.ts';

/** Ways to break the connection of a request that is being answered. Neither returns: nothing may be answered after. */
export type Connections = {
  /** A reset (RST) before any byte of an answer. */
  reset(request: SimulatedRequest): Promise<never>;
  /** Status, headers and half the body, then a reset. */
  resetInside(request: SimulatedRequest, answer: SimulatedAnswer & { body: string }): Promise<never>;
};

/** Finds responses by the headers object of their request, which `serve` passes on as it is. */
export function trackConnections(server: Server): Connections {
  const responses = new WeakMap<IncomingHttpHeaders, ServerResponse>();
  server.prependListener('request', (incoming, outgoing) => responses.set(incoming.headers, outgoing));
  const never = () => new Promise<never>(() => {});

  return {
    reset(request) {
      responses.get(request.headers)?.socket?.resetAndDestroy();
      return never();
    },
    async resetInside(request, answer) {
      const outgoing = responses.get(request.headers);
      const bytes = Buffer.from(answer.body);
      outgoing?.writeHead(answer.status, { ...answer.headers, 'content-length': String(bytes.length) });
      outgoing?.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
      // Long enough for the first half to arrive, so that the client is reading a body when the line breaks.
      await sleep(20, undefined, { ref: false });
      outgoing?.socket?.resetAndDestroy();
      return never();
    },
  };
}
