import { subscribe } from 'node:diagnostics_channel';
import type { Agent, Dispatcher } from 'undici';
import { decoded, textOf } from './content-encoding.ts';

/** One request to an upstream. Header values may be secrets: they go on the wire and nowhere else. */
export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS' | 'TRACE';
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
  signal: AbortSignal;
};

export type HttpReply = {
  status: number;
  /** Lower-case names; repeated headers joined by a comma. */
  headers: Readonly<Record<string, string>>;
  text: string;
};

/** Why no whole answer came. The upstream's own words are not kept: they can hold what we sent. */
export class TransportError extends Error {
  readonly kind: 'connection' | 'timeout' | 'too-large' | 'unreadable';
  /** Node's or undici's error code (`ECONNREFUSED`, `UND_ERR_SOCKET`), or our own word. */
  readonly reason: string;
  /** The connection had served before and broke before any answer: it was dead, which says nothing about the upstream. */
  readonly wasDead: boolean;

  constructor(kind: TransportError['kind'], reason: string, wasDead = false) {
    super(`${kind}: ${reason}`);
    this.name = 'TransportError';
    this.kind = kind;
    this.reason = reason;
    this.wasDead = wasDead;
  }
}

/** Sends one request and reads the whole answer. It never follows a redirect, because our headers are meant for one host. */
export type HttpClient = { send(request: HttpRequest): Promise<HttpReply>; close(): Promise<void> };

/** 256 KiB: larger than any answer of the contracts by far; a body past it is a broken contract, not something to buffer. */
const defaultMaxBytes = 256 * 1024;

/**
 * An HTTP client for one upstream, on undici (keep-alive, a connect limit of its own). undici is loaded at the first
 * call and not at start: it is a third of the bundle's load time, and `/health/live` has no use for it.
 */
export function createHttpClient(options: { connectTimeoutMs: number; maxReplyBytes?: number }): HttpClient {
  const { maxReplyBytes = defaultMaxBytes } = options;
  const open = () =>
    import('undici').then(
      ({ Agent }) =>
        new Agent({
          connect: { timeout: options.connectTimeoutMs },
          maxResponseSize: maxReplyBytes,
          // Azure front ends cut idle connections after minutes; a stale socket must not be the first to be tried.
          keepAliveTimeout: 20_000,
          keepAliveMaxTimeout: 60_000,
        }),
    );
  let pool: Promise<Agent> | undefined;
  return {
    async send(request) {
      pool ??= open();
      const own = pool;
      const agent = await own;
      const sent: Sent = { isReused: false };
      try {
        const { status, headers, body } = await wholeReply(agent, request, sent);
        const plain = decoded(body, headers['content-encoding'], maxReplyBytes);
        if (typeof plain === 'string') throw new TransportError(plain, 'content-encoding');
        return { status, headers, text: textOf(plain, headers['content-type']) };
      } catch (error) {
        const known = asTransportError(error, request.signal, sent.isReused && sent.head === undefined);
        // For a refusal the status is enough.
        if (sent.head && sent.head.status >= 400 && (known.kind === 'too-large' || known.kind === 'unreadable'))
          return { ...sent.head, text: unreadable };
        // After a fail-over every pooled connection is dead, not this one alone: the next call gets a new one.
        if (known.wasDead && pool === own) {
          pool = undefined;
          agent.close().catch(() => {});
        }
        throw known;
      }
    },
    async close() {
      if (pool) await (await pool).close();
    },
  };
}

/** In place of a body that could not be read. */
const unreadable = '[unreadable]';

/** What became of a request on its connection. `isReused`: the connection has served another one before. */
type Sent = { isReused: boolean; socket?: object; head?: Pick<HttpReply, 'status' | 'headers'> };

/** Connections that have answered. */
const served = new WeakSet<object>();
/** The request that undici is about to write. Next, in the same turn, undici reports its connection. */
let starting: Sent | undefined;
subscribe('undici:client:sendHeaders', (message) => {
  if (starting === undefined) return;
  starting.socket = (message as { socket: object }).socket;
  starting.isReused = served.has(starting.socket);
  starting = undefined;
});

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * One answer, whole. By `dispatch`, on which undici's own `request` is built: that hands out a stream, and an answer as
 * small as ours is had for less without one.
 */
function wholeReply(agent: Agent, { url, signal, method, headers, body }: HttpRequest, sent: Sent) {
  return new Promise<Pick<HttpReply, 'status' | 'headers'> & { body: Buffer }>((resolve, reject) => {
    const { origin, pathname, search } = new URL(url);
    const chunks: Buffer[] = [];
    let under: Dispatcher.DispatchController | undefined;
    const onAbort = () => {
      under?.abort(signal.reason);
      // Before it is on a connection there is nothing to abort, and no caller waits for one.
      reject(signal.reason);
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    agent.dispatch(
      { origin, path: pathname + search, method, headers: { ...headers }, body: body ?? null },
      {
        onRequestStart(controller) {
          under = controller;
          if (signal.aborted) controller.abort(signal.reason);
          else starting = sent;
        },
        // More than once where the answer is announced (1xx): the last one counts.
        onResponseStart(_, status, found) {
          sent.head = { status, headers: joined(found) };
          if (sent.socket) served.add(sent.socket);
        },
        onResponseData: (_, chunk) => void chunks.push(chunk),
        onResponseEnd() {
          signal.removeEventListener('abort', onAbort);
          const head = sent.head ?? { status: 0, headers: {} };
          resolve({ ...head, body: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) });
        },
        onResponseError(_, error) {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
      },
    );
  });
}

function joined(headers: Headers): Record<string, string> {
  const all: Record<string, string> = {};
  // undici returns the names in lower case.
  for (const [name, value] of Object.entries(headers))
    all[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  return all;
}

/** Codes of undici and Node: an open connection broke. */
const breaks = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET']);

function asTransportError(error: unknown, signal: AbortSignal, isDead: boolean): TransportError {
  if (error instanceof TransportError) return error;
  if (signal.aborted) return new TransportError('timeout', 'time limit of the try');
  const code = (error as { code?: unknown } | undefined)?.code;
  const reason = typeof code === 'string' ? code : 'unknown';
  if (reason === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return new TransportError('too-large', reason);
  // Bytes that are not HTTP count as an answer.
  return new TransportError('connection', reason, isDead && breaks.has(reason));
}
