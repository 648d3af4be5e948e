// Faults on the wire, for any server of a test. A simulator's own switches cannot cause them, because they answer in whole responses. A
// fault applies to the requests that it matches, until it is switched off.
import { once } from 'node:events';
import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../local/free-port.ts';

/** What happens to a request in place of its answer. */
export type WireFault =
  /** A reset (RST) before any byte of an answer. */
  | { kind: 'reset' }
  /** Status, headers and half a body, then a reset. */
  | { kind: 'reset-inside' }
  /** The answer arrives, `ms` late. */
  | { kind: 'late'; ms: number }
  /** The request is handled to its end, and then a reset (RST) replaces the answer. */
  | { kind: 'lost' }
  /** The request waits, `before` it is handled or `after`, when only the answer is missing. `reached` is called when it is there. */
  | { kind: 'held'; point: 'before' | 'after'; reached: () => void; until: Promise<void> }
  /** Status and headers at once, then one byte each `everyMs`, without an end. */
  | { kind: 'drip'; everyMs: number }
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string };

/** Which requests meet a fault, and how many. */
type Matching = { matches?: (method: string, path: string) => boolean; times?: number };

/** The switches of one server, and its requests. */
export type WireFaults = ReturnType<typeof withWireFaults>;

/**
 * `at`: when the first byte arrived, because reading the request is part of the server's work. `endedAt`: when its answer was handed over,
 * `undefined` before that.
 */
export type SeenRequest = { at: number; endedAt?: number; method: string; path: string };

type Handle = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

const known = new WeakMap<Server, WireFaults>();

/** The switches of a simulator's server. Requests before the first call of this function were not seen. */
export function wireFaultsOf({ server }: { server: Server }): WireFaults {
  const faults = known.get(server) ?? withWireFaults(server);
  known.set(server, faults);
  return faults;
}

/** Holds the next request that matches. `reached` resolves when it has come to the point; `release` lets it continue. */
export function holdNext(
  party: { server: Server },
  point: 'before' | 'after',
  matches: (method: string, path: string) => boolean,
): { reached: Promise<void>; release(): void } {
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const fault: WireFault = { kind: 'held', point, reached: reached.resolve, until: released.promise };
  wireFaultsOf(party).set(fault, { matches, times: 1 });
  return { reached: reached.promise, release: released.resolve };
}

/** Puts the switches in front of what answers at a listening server. */
export function withWireFaults(server: Server) {
  const { port } = server.address() as AddressInfo;
  const [handle] = server.listeners('request') as Handle[];
  if (handle === undefined) throw new Error('The server answers nothing.');
  server.removeAllListeners('request');
  let current: { fault: WireFault; matches: NonNullable<Matching['matches']>; left: number } | undefined;
  let seen: SeenRequest[] = [];

  const timed = new WeakSet<Socket>();
  const firstBytes = new WeakMap<Socket, number>();
  const time = (socket: Socket) => {
    if (timed.has(socket)) return;
    timed.add(socket);
    socket.prependListener('data', () => {
      if (!firstBytes.has(socket)) firstBytes.set(socket, performance.now());
    });
  };
  server.on('connection', time);

  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const method = incoming.method ?? 'GET';
    const path = (incoming.url ?? '/').split('?')[0] ?? '/';
    const { socket } = incoming;
    // A connection that was open before.
    time(socket);
    const entry: SeenRequest = { at: firstBytes.get(socket) ?? performance.now(), method, path };
    seen.push(entry);
    outgoing.once('finish', () => {
      entry.endedAt = performance.now();
      firstBytes.delete(socket);
    });
    if (!current || current.left <= 0 || !current.matches(method, path)) return handle(incoming, outgoing);
    current.left -= 1;
    incoming.on('error', () => {});
    outgoing.on('error', () => {});
    void misbehave(current.fault, incoming, outgoing, handle);
  });

  return {
    /** Where the server listens, while it does. */
    port,
    /** `matches` gets method and path; default all. `times`: default until `clear`. */
    set(fault: WireFault, { matches = () => true, times = Number.POSITIVE_INFINITY }: Matching = {}): void {
      current = { fault, matches, left: times };
    },
    clear(): void {
      current = undefined;
    },
    /** Stops listening, so connections are refused; or listens again on the same port. */
    async refuse(refuses: boolean): Promise<void> {
      if (!refuses) return void (await listen(server, port, 'a simulator'));
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    /** Requests since the last `forget`; times in milliseconds, monotonic. */
    requests: (): SeenRequest[] => [...seen],
    forget(): void {
      seen = [];
    },
  };
}

/** Holds the bytes of the answer back from the caller: the work is done, and its answer is on the way. */
async function answerAside(incoming: IncomingMessage, handle: Handle): Promise<Buffer> {
  const bytes: Buffer[] = [];
  const aside = new ServerResponse(incoming);
  aside.shouldKeepAlive = false;
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    bytes.push(chunk);
    done();
  };
  aside.assignSocket(new Writable({ write }) as Socket);
  handle(incoming, aside);
  await once(aside, 'finish');
  return Buffer.concat(bytes);
}

async function misbehave(
  fault: WireFault,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: Handle,
): Promise<void> {
  switch (fault.kind) {
    case 'reset':
      incoming.socket.resetAndDestroy();
      return;
    case 'reset-inside':
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      outgoing.write('{"half":');
      // Long enough for the first half to arrive, so the client is reading a body when the connection breaks.
      await sleep(20, undefined, { ref: false });
      incoming.socket.resetAndDestroy();
      return;
    case 'late':
      await sleep(fault.ms, undefined, { ref: false });
      if (!outgoing.destroyed) handle(incoming, outgoing);
      return;
    case 'lost':
      await answerAside(incoming, handle);
      incoming.socket.resetAndDestroy();
      return;
    case 'held':
      if (fault.point === 'before') {
        fault.reached();
        await fault.until;
        if (!outgoing.destroyed) handle(incoming, outgoing);
      } else {
        const answer = await answerAside(incoming, handle);
        fault.reached();
        await fault.until;
        incoming.socket.end(answer);
      }
      return;
    case 'drip':
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '100000' });
      while (!outgoing.destroyed) {
        outgoing.write(' ');
        await sleep(fault.everyMs, undefined, { ref: false });
      }
      return;
    case 'answer':
      incoming.resume();
      outgoing.writeHead(fault.status, fault.headers ?? {});
      outgoing.end(fault.body ?? '');
  }
}
