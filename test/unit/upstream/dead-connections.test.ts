// After a fail-over every pooled connection is dead. Over real sockets, each call is repeated on a fresh connection, and no caller notices.
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
/** What happens to a request: an answer, or the end of its connection. */
let fate: (socket: Socket) => 'answer' | 'reset' | 'end' | 'half a head';
/** Connections that have served, and the number of requests. */
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
/** Opens the given number of connections, all of which have served and are idle. */
async function warm(count: number): Promise<void> {
  holds = true;
  const all = Array.from({ length: count }, () => send());
  while (held.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  holds = false;
  for (const answer of held) answer();
  await Promise.all(all);
  // A connection is free again one turn of the event loop after its answer has been read.
  await new Promise((resolve) => setTimeout(resolve, 20));
  requests = 0;
}

/** As after a fail-over: connections that have served are dead, new ones work. */
const dead = (how: 'reset' | 'end') => (socket: Socket) => (served.has(socket) ? how : 'answer');

test.each(['reset', 'end'] as const)(
  'twelve look-ups on twelve dead connections (%s) return twelve saldos',
  async (how) => {
    await warm(12);
    fate = dead(how);
    const telemetry = recordedTelemetry();
    // A breaker that opens at one failure, and an empty budget: a dead connection counts for neither.
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
  },
);

test('a POST on a dead connection is reported as such, and the next call gets a new connection', async () => {
  await warm(1);
  fate = dead('reset');
  await expect(send('POST')).rejects.toMatchObject({ kind: 'connection', wasDead: true });
  // The pool was left, so the next call is on a connection of its own.
  expect((await send('POST')).status).toBe(200);
});

test('a reset on a fresh connection is a failure of the upstream', async () => {
  fate = () => 'reset';
  await expect(send()).rejects.toMatchObject({ kind: 'connection', wasDead: false });
});

test('a connection that is cut before the answer was dead; one that outlasts the caller is a time-out', async () => {
  await warm(1);
  holds = true;
  const late = send().catch((error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, 50));
  server.closeAllConnections();
  // No byte of an answer had arrived, so the connection was dead.
  expect(await late).toMatchObject({ kind: 'connection', wasDead: true });
  const aborted = client.send({
    method: 'GET',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    headers: {},
    signal: AbortSignal.timeout(50),
  });
  await expect(aborted).rejects.toSatisfy((error) => error instanceof TransportError && error.kind === 'timeout');
});
