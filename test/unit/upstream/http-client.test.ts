// The HTTP client against a real server: compressed bodies, and bodies that are too long.
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
      // Announced in a header, or found while reading.
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

describe('a body that is compressed although compression was not requested', () => {
  test.each(['gzip', 'GZIP in capitals', 'deflate', 'deflate without a zlib header', 'br', 'identity'])(
    'by %s is decompressed',
    async (name) => {
      expect((await get(name)).text).toBe(text);
      expect(asked.encoding).toBeUndefined();
    },
  );

  test.each(['an unknown encoding', 'two encodings', 'gzip that is none', 'gzip cut short'])(
    'by %s that cannot be read is distinguished from a broken connection',
    async (name) => {
      expect(await kindOf(name)).toBe('unreadable');
    },
  );

  test('that would exceed the limit is not decompressed', async () => {
    expect(await kindOf('ten MiB in ten KiB')).toBe('too-large');
  });
});

describe('the text of a body', () => {
  test.each(['a byte order mark', 'a byte order mark in gzip'])('leaves out %s', async (name) => {
    expect((await get(name)).text).toBe(text);
  });

  test.each(['Latin-1', 'Latin-1, quoted', 'UTF-16'])('in %s is read as the content type says', async (name) => {
    expect((await get(name)).text).toBe(text);
  });

  test('with an unknown charset is read as UTF-8', async () => {
    expect((await get('a charset that is not known')).text).toBe(text);
  });
});

describe('a body in many pieces', () => {
  const most = 256 * 1024;

  test.each(['', ' chunked'])('of the maximum size%s is read whole', async (how) => {
    expect((await get(`${most} bytes${how}`)).text).toBe('x'.repeat(most));
  });

  test.each(['', ' chunked'])('of one byte more%s is not read, and the next answer is still correct', async (how) => {
    expect(await kindOf(`${most + 1} bytes${how}`)).toBe('too-large');
    expect((await get('5 bytes')).text).toBe('xxxxx');
  });
});
