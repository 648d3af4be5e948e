// The HTTP client against a real server: what comes compressed, and what does not come whole.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpClient, type HttpReply, TransportError } from '../../../shared/upstream/http-client.ts';

const text = JSON.stringify({ navn: 'Lån', rows: 'x'.repeat(2000) });
const json = 'application/json';
const answers: Record<string, { encoding: string; body: Buffer; type?: string }> = {
  gzip: { encoding: 'gzip', body: gzipSync(text) },
  'GZIP in capitals': { encoding: 'GZIP', body: gzipSync(text) },
  deflate: { encoding: 'deflate', body: deflateSync(text) },
  'deflate without a zlib header': { encoding: 'deflate', body: deflateRawSync(text) },
  br: { encoding: 'br', body: brotliCompressSync(text) },
  identity: { encoding: 'identity', body: Buffer.from(text) },
  'a byte order mark': { encoding: 'identity', body: Buffer.from(`\uFEFF${text}`) },
  'a byte order mark in gzip': { encoding: 'gzip', body: gzipSync(`\uFEFF${text}`) },
  'Latin-1': { encoding: 'identity', body: Buffer.from(text, 'latin1'), type: `${json}; charset=ISO-8859-1` },
  'Latin-1, quoted': { encoding: 'identity', body: Buffer.from(text, 'latin1'), type: `${json};Charset="iso-8859-1"` },
  'UTF-16': { encoding: 'identity', body: Buffer.from(`\uFEFF${text}`, 'utf16le'), type: `${json}; charset=utf-16` },
  'a charset that is not known': { encoding: 'identity', body: Buffer.from(text), type: `${json}; charset=x-none` },
  'an unknown encoding': { encoding: 'zstd-of-tomorrow', body: gzipSync(text) },
  'two encodings': { encoding: 'gzip, br', body: gzipSync(text) },
  'gzip that is none': { encoding: 'gzip', body: Buffer.from(text) },
  'gzip cut short': { encoding: 'gzip', body: gzipSync(text).subarray(0, 30) },
  'ten MiB in ten KiB': { encoding: 'gzip', body: gzipSync(Buffer.alloc(10 * 1024 * 1024)) },
};
let server: Server;
let url: string;
const client = createHttpClient({ connectTimeoutMs: 1000 });
const asked: Record<string, string | undefined> = {};

beforeAll(async () => {
  server = createServer((incoming, outgoing) => {
    asked.encoding = incoming.headers['accept-encoding'] as string | undefined;
    const name = decodeURIComponent((incoming.url ?? '/').slice(1));
    if (/^\d+ bytes/.test(name)) {
      const body = Buffer.alloc(Number.parseInt(name, 10), 'x');
      // Announced beforehand, or found out underway.
      outgoing.writeHead(200, name.endsWith('chunked') ? {} : { 'content-length': body.length });
      for (let at = 0; at < body.length; at += 60_000) outgoing.write(body.subarray(at, at + 60_000));
      return void outgoing.end();
    }
    const answer = answers[name];
    if (answer === undefined) return void outgoing.writeHead(404).end();
    outgoing.writeHead(200, { 'content-encoding': answer.encoding, 'content-type': answer.type ?? json });
    outgoing.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await client.close();
  server.close();
});

const get = (name: string): Promise<HttpReply> =>
  client.send({
    method: 'GET',
    url: `${url}/${encodeURIComponent(name)}`,
    headers: {},
    signal: AbortSignal.timeout(5000),
  });
const kindOf = (name: string) =>
  get(name).then(
    () => 'an answer',
    (error: unknown) => (error instanceof TransportError ? error.kind : error),
  );

describe('a body that comes compressed, though no one asked for it', () => {
  test.each(['gzip', 'GZIP in capitals', 'deflate', 'deflate without a zlib header', 'br', 'identity'])(
    '%s is unfolded',
    async (name) => {
      expect((await get(name)).text).toBe(text);
      expect(asked.encoding).toBeUndefined();
    },
  );

  test.each(['an unknown encoding', 'two encodings', 'gzip that is none', 'gzip cut short'])(
    '%s cannot be read, and is distinguished from a broken line',
    async (name) => {
      expect(await kindOf(name)).toBe('unreadable');
    },
  );

  test('one that would unfold past the limit is not unfolded', async () => {
    expect(await kindOf('ten MiB in ten KiB')).toBe('too-large');
  });
});

describe('the bytes of a body become text', () => {
  test.each(['a byte order mark', 'a byte order mark in gzip'])('%s is left out', async (name) => {
    expect((await get(name)).text).toBe(text);
  });

  test.each(['Latin-1', 'Latin-1, quoted', 'UTF-16'])('%s is read as the content type says', async (name) => {
    expect((await get(name)).text).toBe(text);
  });

  test('a charset that is not known is read as UTF-8', async () => {
    expect((await get('a charset that is not known')).text).toBe(text);
  });
});

describe('a body that comes in many pieces', () => {
  const most = 256 * 1024;

  test.each(['', ' chunked'])('of the most bytes%s: whole', async (how) => {
    expect((await get(`${most} bytes${how}`)).text).toBe('x'.repeat(most));
  });

  test.each(['', ' chunked'])('of one more%s: not read, and the next answer is right all the same', async (how) => {
    expect(await kindOf(`${most + 1} bytes${how}`)).toBe('too-large');
    expect((await get('5 bytes')).text).toBe('xxxxx');
  });
});
