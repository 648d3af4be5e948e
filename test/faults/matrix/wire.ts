// A server whose answer is set for each row, and the bodies and headers of the matrix.
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Body } from './oracle.ts';

/** Header forms of the matrix; `cut`: the connection is closed inside the body. */
export const headerForms = [
  'plain',
  'Retry-After seconds',
  'Retry-After date',
  'Retry-After RFC 850',
  'Retry-After garbage',
  'Retry-After far',
  'length too short',
  'cut',
] as const;
export type HeaderForm = (typeof headerForms)[number];

/** The answer of a server under a fault. */
export type Fault = { status: number; body: Body; form: HeaderForm; own: string };

const json = { 'content-type': 'application/json' };
const message = '{"Message":"Simulated: Lån 04125300311","detail":"eyJhbGciOiJub25lIn0.e30."}';

/** The bytes and headers of a body. */
function bytesOf(body: Body, own: string): { bytes: Buffer; headers: Record<string, string> } {
  switch (body) {
    case 'none':
      return { bytes: Buffer.alloc(0), headers: {} };
    case 'null':
      return { bytes: Buffer.from('null'), headers: json };
    case 'HTML':
      return {
        bytes: Buffer.from('<!doctype html><title>04125300311</title>'),
        headers: { 'content-type': 'text/html' },
      };
    case 'truncated':
      return { bytes: Buffer.from(message.slice(0, 20)), headers: json };
    case 'BOM':
      return { bytes: Buffer.from(`\uFEFF${message}`), headers: json };
    case 'Latin-1':
      return {
        bytes: Buffer.from(message, 'latin1'),
        headers: { 'content-type': 'application/json; charset=iso-8859-1' },
      };
    case 'wrong types':
      return {
        bytes: Buffer.from('{"Accounts":"none","access_token":7,"keys":7,"id":[],"value":7,"issuer":7}'),
        headers: json,
      };
    case '1 MiB':
      return { bytes: Buffer.from(`{"padding":"${'x'.repeat(1024 * 1024)}"}`), headers: json };
    case 'gzip':
      return { bytes: gzipSync(message), headers: { ...json, 'content-encoding': 'gzip' } };
    case 'own':
      return { bytes: Buffer.from(own), headers: json };
  }
}

function retryAfter(form: HeaderForm): Record<string, string> {
  const soon = new Date(Date.now() + 1000);
  switch (form) {
    case 'Retry-After seconds':
      return { 'retry-after': '1' };
    case 'Retry-After date':
      return { 'retry-after': soon.toUTCString() };
    case 'Retry-After RFC 850': {
      const [weekday = '', day = '', month = '', year = '', clock = ''] = soon
        .toUTCString()
        .replace(',', '')
        .split(' ');
      const whole = { Sun: 'Sun', Mon: 'Mon', Tue: 'Tues', Wed: 'Wednes', Thu: 'Thurs', Fri: 'Fri', Sat: 'Satur' }[
        weekday
      ];
      return { 'retry-after': `${whole}day, ${day}-${month}-${year.slice(2)} ${clock} GMT` };
    }
    case 'Retry-After garbage':
      return { 'retry-after': 'Sun, 31 Feb 2026 08:00:60 GMT' };
    case 'Retry-After far':
      return { 'retry-after': '3600' };
    default:
      return {};
  }
}

/** Answers with a fault. */
export function answerFault(response: ServerResponse, { status, body, form, own }: Fault): void {
  const { bytes, headers } = bytesOf(body, own);
  const all: Record<string, string | number> = { ...headers, ...retryAfter(form), 'content-length': bytes.length };
  if (form === 'cut') {
    response.writeHead(status, { ...all, 'content-length': bytes.length + 10 });
    response.write(bytes.length > 0 ? bytes : Buffer.from(' '), () => response.destroy());
    return;
  }
  // The server sends more bytes than announced, so the connection cannot be used again.
  if (form === 'length too short' && bytes.length > 2) {
    response.socket?.end(
      Buffer.concat([
        Buffer.from(
          `HTTP/1.1 ${status} X\r\n${Object.entries({ ...all, 'content-length': bytes.length - 1 })
            .map(([name, value]) => `${name}: ${value}\r\n`)
            .join('')}\r\n`,
        ),
        bytes,
      ]),
    );
    return;
  }
  response.writeHead(status, all);
  response.end(bytes);
}

/** A server on loopback. `good` answers while no fault is set. With `identity` (PEM) it uses TLS. */
export async function startRowServer(
  good: (path: string, response: ServerResponse) => void,
  identity?: { key: string; cert: string },
) {
  const state: { fault: Fault | undefined; requests: number } = { fault: undefined, requests: 0 };
  const listener: RequestListener = (request, response) => {
    request.resume();
    request.on('end', () => {
      state.requests += 1;
      if (state.fault === undefined) good(request.url ?? '/', response);
      else answerFault(response, state.fault);
    });
  };
  const server = identity === undefined ? createServer(listener) : createTlsServer(identity, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http${identity === undefined ? '' : 's'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin, state, close };
}
