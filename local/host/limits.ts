// Kestrel's limits on the parts before the body (learn.microsoft.com, KestrelServerLimits), where Node's differ.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const requestLineLimit = 8 * 1024;
const headersLimit = 32 * 1024;
const headerCountLimit = 100;

/** The limit of Node's parser, bytes. It is large, so that this host's own limits decide what is refused, and with which status. */
export const parserLimit = 1024 * 1024;

/**
 * 414 or 431 for a request whose line or headers are too long for the real host. 400 for a Host that is no host name (the library's error
 * about such a URL would put all of it, including the query, into the log), for two Host headers, and for `%00` in the path. Otherwise
 * `undefined`.
 */
export function refusedByLimits(request: IncomingMessage): 400 | 414 | 431 | undefined {
  const line = `${request.method} ${request.url} HTTP/1.1\r\n`;
  if (line.length > requestLineLimit) return 414;
  const raw = request.rawHeaders;
  const total = raw.reduce((sum, text) => sum + text.length + 2, 0);
  if (total > headersLimit || raw.length / 2 > headerCountLimit) return 431;
  const { host = 'none' } = request.headers;
  const isHost = (_: string, index: number) => index % 2 === 0 && raw[index]?.toLowerCase() === 'host';
  if (raw.filter(isHost).length > 1 || /%00/.test(request.url?.split('?')[0] ?? '')) return 400;
  return /^[\w.~:[\]-]+$/.test(host) && URL.canParse(`http://${host}/`) ? undefined : 400;
}

/** Answers a request that Node's parser itself refused, with the real host's status, and ends the connection. */
export function answerParserError(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}
