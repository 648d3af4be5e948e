import type { ServerResponse } from 'node:http';
import type { RpcHttpCookie, RpcTypedData } from './core-types.ts';

// The host sets these headers itself, from the body that it sends.
const ownHeaders = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

/** Ends a response with a status, headers and no body: an answer of the platform itself. */
export function answerEmpty(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...headers, ...(status === 204 ? {} : { 'content-length': '0' }) });
  response.end();
}

/** A Set-Cookie value in ASP.NET's order and spelling. It always has a path. */
function setCookie(cookie: RpcHttpCookie): string {
  const parts = [`${encodeURIComponent(cookie.name ?? '')}=${encodeURIComponent(cookie.value ?? '')}`];
  if (cookie.expires) parts.push(`expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}`);
  if (cookie.maxAge) parts.push(`max-age=${Math.floor(cookie.maxAge.value)}`);
  if (cookie.domain) parts.push(`domain=${cookie.domain.value}`);
  parts.push(`path=${cookie.path?.value ?? '/'}`);
  if (cookie.secure?.value) parts.push('secure');
  if (cookie.sameSite && cookie.sameSite !== 'none')
    parts.push(`samesite=${cookie.sameSite === 'explicitNone' ? 'none' : cookie.sameSite}`);
  if (cookie.httpOnly?.value) parts.push('httponly');
  return parts.join('; ');
}

/**
 * Sends what a handler returned; nothing returned is 204. `extra` headers (CORS) take precedence over the handler's. Returns what it sends.
 */
export function answerFunction(
  response: ServerResponse,
  returnValue: RpcTypedData | null | undefined,
  extra: Record<string, string>,
): { status: number; headers: Record<string, string | string[]>; body: Uint8Array } {
  const http = returnValue?.http;
  if (!http) {
    answerEmpty(response, 204, extra);
    return { status: 204, headers: extra, body: new Uint8Array() };
  }
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(http.headers ?? {})) if (!ownHeaders.has(name)) headers[name] = value;
  const cookies = (http.cookies ?? []).map(setCookie);
  if (cookies.length > 0) headers['set-cookie'] = [...[headers['set-cookie'] ?? []].flat(), ...cookies];
  for (const [name, value] of Object.entries(extra)) {
    const own = headers[name];
    headers[name] = name === 'vary' && own !== undefined ? `${own}, ${value}` : value;
  }
  // Kestrel throws on characters that are not ASCII.
  const isAscii = (value: string) => !/[^\t\x20-\x7e]/.test(value);
  if (!Object.values(headers).flat().every(isAscii)) {
    answerEmpty(response, 500, extra);
    return { status: 500, headers: extra, body: new Uint8Array() };
  }
  const body = http.body?.bytes ?? new Uint8Array();
  const status = Number(http.statusCode ?? '200');
  if (body.length === 0 && status !== 204 && status !== 304 && status >= 200) headers['content-length'] = '0';
  if (!response.destroyed) {
    response.writeHead(status, headers);
    // A write before the end makes Node send the body chunked, as the real host does.
    if (body.length > 0) response.write(body);
    response.end();
  }
  return { status, headers, body };
}
