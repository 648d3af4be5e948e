import type { IncomingMessage } from 'node:http';
import type { Nullable, RpcHttpData } from './core-types.ts';
import type { RequestTarget } from './request-path.ts';

/** Kestrel's default limit on a request body, in bytes; the app can lower it by `FUNCTIONS_REQUEST_BODY_SIZE_LIMIT`. */
export const defaultBodyLimit = 104_857_600;

/**
 * Reads the body as the worker gets it: only if there is a Content-Length above zero. A chunked body is empty.
 * Throws `RangeError` for a body longer than `limit`, and Node's error if the caller has disconnected.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (!(length > 0)) {
    request.resume();
    return undefined;
  }
  if (length > limit) throw new RangeError('The request body is larger than the limit.');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Values by name. Repeated values are joined by a comma. Names ignore case, and the first spelling is kept. */
function joined(pairs: Iterable<[string, string]>): Record<string, Nullable<string>> {
  const known = new Map<string, { name: string; value: string }>();
  for (const [name, value] of pairs) {
    const same = known.get(name.toLowerCase());
    if (same) same.value += `,${value}`;
    else known.set(name.toLowerCase(), { name, value });
  }
  return Object.fromEntries([...known.values()].map(({ name, value }) => [name, { value }]));
}

/** The request in the worker's shape: lower-case header names; repeated headers and query keys joined by a comma. */
export function toRpcHttp(
  request: IncomingMessage,
  target: RequestTarget,
  params: Record<string, string>,
  body: Buffer | undefined,
): RpcHttpData {
  const { rawHeaders: raw } = request;
  const headers = Array.from({ length: raw.length / 2 }, (_, i): [string, string] => [
    raw[2 * i]?.toLowerCase() ?? '',
    raw[2 * i + 1] ?? '',
  ]);
  return {
    method: request.method ?? 'GET',
    url: `http://${request.headers.host ?? ''}${target.path}${target.query}`,
    nullableHeaders: joined(headers),
    nullableQuery: joined(new URLSearchParams(target.query)),
    nullableParams: joined(Object.entries(params)),
    ...(body ? { body: { bytes: body } } : {}),
  };
}
