// Sends a request unchanged, without the corrections of fetch: odd headers, odd paths, a body that differs from its headers.
import { Agent, request } from 'node:http';

/** A request as its bytes are sent. Header values in latin-1; `chunked` leaves out the Content-Length. */
export type RawRequest = {
  method: string;
  /** With query, as sent. */
  path: string;
  headers: Record<string, string | string[]>;
  body: Uint8Array | undefined;
  chunked: boolean;
};

/** The answer. Header names in lower case. */
export type RawReply = { status: number; headers: Record<string, string | string[]>; body: Buffer };

const agent = new Agent({ keepAlive: true, maxSockets: 32 });

/** Sends the request to `origin` (scheme, host and port). Rejects if there is no answer within 20 s. */
export function sendRaw(origin: string, { method, path, headers, body, chunked }: RawRequest): Promise<RawReply> {
  const { hostname, port } = new URL(origin);
  // Always sent, because Node would otherwise send the body of a GET without any framing, and it would be read as the next request.
  const framing =
    body === undefined ? {} : chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(body.length) };
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname,
        port,
        method,
        path,
        agent,
        timeout: 20_000,
        headers: { ...headers, ...framing },
      },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.once('error', reject);
        reply.once('end', () => {
          const { 'transfer-encoding': _, connection: __, date: ___, 'keep-alive': ____, ...rest } = reply.headers;
          resolve({
            status: reply.statusCode ?? 0,
            headers: rest as RawReply['headers'],
            body: Buffer.concat(chunks),
          });
        });
      },
    );
    sent.once('timeout', () => sent.destroy(new Error(`No answer to ${method} ${path} within 20 s.`)));
    sent.once('error', reject);
    sent.end(body);
  });
}
