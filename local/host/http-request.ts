import type { IncomingMessage } from 'node:http';
import type { Nullable, RpcHttpData } from './core-types.ts';
import type { RequestTarget } from './request-path.ts';

/** Kestrel's default limit on a request body, in bytes; the app can lower it by `FUNCTIONS_REQUEST_BODY_SIZE_LIMIT`. */
export const defaultBodyLimit = 104_857_600;

/** Why a body cannot be passed on: longer than the limit, or the caller has disconnected. */
export class BodyUnreadable extends Error {
  override name = 'BodyUnreadable';
  readonly tooLarge: boolean;
  constructor(tooLarge: boolean) {
    super(tooLarge ? 'The request body is larger than the limit.' : 'The caller went away.');
    this.tooLarge = tooLarge;
  }
}

/**
 * Reads the body as the worker gets it: only if there is a Content-Length above zero. A chunked body arrives empty.
 * Throws `BodyUnreadable`.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (!(length > 0)) {
    request.resume();
    return undefined;
  }
  if (length > limit) throw new BodyUnreadable(true);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    throw new BodyUnreadable(false);
  }
  return Buffer.concat(chunks);
}

/** Adds a value under a name that may be there already, then joined by a comma as the host joins repeated ones. */
function join(into: Record<string, Nullable<string>>, name: string, value: string): void {
  const known = into[name];
  into[name] = { value: known ? `${known.value},${value}` : value };
}

/** The request in the worker's shape: lower-case header names; repeated headers and query keys joined by a comma. */
export function toRpcHttp(
  request: IncomingMessage,
  target: RequestTarget,
  params: Record<string, string>,
  body: Buffer | undefined,
): RpcHttpData {
  // Without a prototype: `__proto__` and `constructor` are plain names.
  const headers: Record<string, Nullable<string>> = Object.create(null);
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    join(headers, (request.rawHeaders[i] ?? '').toLowerCase(), request.rawHeaders[i + 1] ?? '');
  }
  const query: Record<string, Nullable<string>> = Object.create(null);
  // ASP.NET's query keys ignore case: the first spelling names them all.
  const spelling = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(target.query)) {
    const name = spelling.get(key.toLowerCase()) ?? key;
    spelling.set(key.toLowerCase(), name);
    join(query, name, value);
  }
  const data: RpcHttpData = {
    method: request.method ?? 'GET',
    url: `http://${request.headers.host ?? ''}${target.path}${target.query}`,
    nullableHeaders: headers,
    nullableQuery: query,
    nullableParams: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, { value }])),
  };
  if (body) data.body = { bytes: body };
  return data;
}
