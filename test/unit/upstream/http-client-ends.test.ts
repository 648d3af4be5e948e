// The HTTP client against a bare socket: how an exchange fails, and what is reported.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpClient, TransportError } from '../../../shared/upstream/http-client.ts';

let server: Server;
let client: ReturnType<typeof createHttpClient>;
/** What the server does with each request, and the sockets that it saw close. */
let onRequest: (socket: Socket) => void;
let requests: number;
let closed: Promise<void>;

beforeEach(async () => {
  requests = 0;
  onRequest = () => {};
  client = createHttpClient({ connectTimeoutMs: 1000 });
  const close = Promise.withResolvers<void>();
  closed = close.promise;
  server = createServer((socket) => {
    socket.on('data', () => {
      requests += 1;
      onRequest(socket);
    });
    socket.on('error', () => {});
    socket.on('close', () => close.resolve());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await client.close();
  server.close();
});

const send = (signal: AbortSignal = AbortSignal.timeout(5000), headers: Record<string, string> = {}) =>
  client.send({
    method: 'GET',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a?b=c`,
    headers,
    signal,
  });
const endOf = (sent: Promise<unknown>) =>
  sent.then(
    () => 'an answer',
    (error: unknown) => (error instanceof TransportError ? `${error.kind} ${error.reason}` : error),
  );
const head = 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n';
const timeout = 'timeout time limit of the try';

test('an attempt without remaining time is not started', async () => {
  expect(await endOf(send(AbortSignal.abort()))).toBe(timeout);
  expect(requests).toBe(0);
});

test('an attempt whose time ends before the first byte is reported at once, and its socket is closed', async () => {
  const abort = new AbortController();
  onRequest = () => abort.abort();
  expect(await endOf(send(abort.signal))).toBe(timeout);
  await closed;
});

test('an attempt whose time ends inside the body is reported, and its socket is closed', async () => {
  const abort = new AbortController();
  onRequest = (socket) => {
    socket.write(`${head}half`);
    setTimeout(() => abort.abort(), 50);
  };
  expect(await endOf(send(abort.signal))).toBe(timeout);
  await closed;
});

test('an attempt whose time ends while it waits for a connection is reported then, not when the connection fails', async () => {
  const slow = createHttpClient({ connectTimeoutMs: 60_000 });
  // An address that no host answers for (RFC 5737). Some networks report that at once; then there is no wait.
  const sent = slow.send({ method: 'GET', url: 'http://192.0.2.1/', headers: {}, signal: AbortSignal.timeout(100) });
  // The connection fails after the time that vitest allows for a test, so waiting for it fails this one.
  expect(await endOf(sent)).toMatch(/^(timeout|connection) /);
});

test('a reset before the answer or inside the body is a fault of the connection', async () => {
  onRequest = (socket) => void socket.resetAndDestroy();
  expect(await endOf(send())).toMatch(/^connection (ECONNRESET|UND_ERR_SOCKET)$/);
  onRequest = (socket) => {
    socket.write(`${head}half`);
    setTimeout(() => socket.resetAndDestroy(), 20);
  };
  expect(await endOf(send())).toMatch(/^connection (ECONNRESET|UND_ERR_SOCKET)$/);
});

test('early hints (103) are not taken for the answer', async () => {
  onRequest = (socket) =>
    void socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n${head.replace('10', '4')}good`);
  expect(await send()).toMatchObject({ status: 200, text: 'good', headers: { 'content-length': '4' } });
});

test('a header that cannot be sent is not sent, and its value is in no message', async () => {
  const error = await send(undefined, { authorization: 'secret\nthing' }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TransportError);
  expect(JSON.stringify([error, String(error)])).not.toContain('secret');
  expect(requests).toBe(0);
});

test('consecutive calls use the same connections: undici opens a second one when the first has just ended', async () => {
  let sockets = 0;
  server.on('connection', () => {
    sockets += 1;
  });
  onRequest = (socket) => void socket.write(`${head}0123456789`);
  for (let turn = 0; turn < 10; turn++) expect((await send()).text).toBe('0123456789');
  expect(requests).toBe(10);
  expect(sockets).toBeLessThanOrEqual(2);
});
