// After a fail-over every pooled connection is dead: over real sockets, each call is made again on a fresh one, and no one
// hears of it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Attempt } from '../../../shared/resilience/attempt.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { systemTime } from '../../../shared/resilience/time.ts';
import { createUpstreamCall } from '../../../shared/resilience/upstream-call.ts';
import {
  createHttpClient,
  type HttpClient,
  type HttpReply,
  TransportError,
} from '../../../shared/upstream/http-client.ts';
import { failedSend } from '../../../shared/upstream/reply.ts';
import { common, numbers } from '../resilience/policy-world.ts';
import { recordedTelemetry } from '../support/recorder.ts';

let server: Server;
let client: HttpClient;
/** What becomes of a request: an answer, or the end of its connection. */
let fate: (socket: Socket) => 'answer' | 'reset' | 'end' | 'half a head';
/** Connections that have served, and all requests that came. */
let served: WeakSet<Socket>;
let requests: number;
let held: (() => void)[];
let holds: boolean;

beforeEach(async () => {
  served = new WeakSet();
  requests = 0;
  held = [];
  holds = false;
  fate = () => 'answer';
  server = createServer((incoming, outgoing) => {
    requests += 1;
    const { socket } = incoming;
    const what = fate(socket);
    incoming.resume();
    if (what === 'reset') return void socket.resetAndDestroy();
    if (what === 'end') return void socket.end();
    if (what === 'half a head')
      return void socket.write('HTTP/1.1 200 OK\r\nContent-Le', () => socket.resetAndDestroy());
    served.add(socket);
    const answer = () => void outgoing.end('{"ok":true}');
    if (holds) held.push(answer);
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = createHttpClient({ connectTimeoutMs: 1000 });
});
afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

const send = (method: 'GET' | 'POST' = 'GET'): Promise<HttpReply> =>
  client.send({
    method,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    headers: {},
    signal: AbortSignal.timeout(5000),
    ...(method === 'POST' ? { body: 'x' } : {}),
  });
/** So many connections, all of which have served and are at rest. */
async function warm(count: number): Promise<void> {
  holds = true;
  const all = Array.from({ length: count }, () => send());
  while (held.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  holds = false;
  for (const answer of held) answer();
  await Promise.all(all);
  // A connection is free again a turn after its answer has been read.
  await new Promise((resolve) => setTimeout(resolve, 20));
  requests = 0;
}

/** As after a fail-over: connections that have served are dead, new ones live. */
const dead = (how: 'reset' | 'end') => (socket: Socket) => (served.has(socket) ? how : 'answer');

test.each(['reset', 'end'] as const)('twelve look-ups on twelve dead connections (%s): twelve saldos', async (how) => {
  await warm(12);
  fate = dead(how);
  const telemetry = recordedTelemetry();
  // A breaker that one failure opens, and no budget: neither hears of it.
  const tight = {
    ...common,
    budget: { tokens: 0, perSuccess: 0, floorMs: 1e9 },
    breaker: { ...common.breaker, minCalls: 1, failureShare: 0.01 },
  };
  const policy = createUpstreamCall('lanekassen', { ...numbers, concurrency: 32, maxAttempts: 1 }, tight, {
    time: systemTime,
    telemetry,
  });
  const replies = await Promise.all(
    Array.from({ length: 12 }, () =>
      policy.run<HttpReply>('lanekassen', Deadline.after(systemTime, 5000), async (): Promise<Attempt<HttpReply>> => {
        try {
          return { value: await send() };
        } catch (error) {
          return failedSend('lanekassen')(error);
        }
      }),
    ),
  );
  expect(replies.map(({ text }) => text)).toEqual(Array.from({ length: 12 }, () => '{"ok":true}'));
  expect(requests).toBe(24);
});

test('a call that may be made by POST is known by its caller to be repeatable: the connection alone decides here', async () => {
  await warm(1);
  fate = dead('reset');
  await expect(send('POST')).rejects.toMatchObject({ kind: 'connection', wasDead: true });
  // The pool has been left: the next call is on a connection of its own.
  expect((await send('POST')).status).toBe(200);
});

test('a reset on a fresh connection is the upstream’s', async () => {
  fate = () => 'reset';
  await expect(send()).rejects.toMatchObject({ kind: 'connection', wasDead: false });
});

test('a connection that is cut while the answer is awaited was dead; one that outlasts the caller is slow', async () => {
  await warm(1);
  holds = true;
  const late = send().catch((error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, 50));
  server.closeAllConnections();
  // No byte of an answer had come: dead.
  expect(await late).toMatchObject({ kind: 'connection', wasDead: true });
  const aborted = client.send({
    method: 'GET',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    headers: {},
    signal: AbortSignal.timeout(50),
  });
  await expect(aborted).rejects.toSatisfy((error) => error instanceof TransportError && error.kind === 'timeout');
});
