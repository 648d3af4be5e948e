// CORS like the host's ASP.NET middleware (github.com/dotnet/aspnetcore, Middleware/CORS): any method, any header, origins compared
// exactly. A preflight is answered before keys and functions, whether its origin is allowed or not.
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { jsonText } from '../json-text.ts';

/** The platform's CORS settings; Azure fills them from `siteConfig.cors`. */
export type CorsOptions = { allowedOrigins: string[]; supportCredentials: boolean };

/** Reads `CORS_ALLOWED_ORIGINS` (JSON list) and `CORS_SUPPORT_CREDENTIALS`. `undefined`: CORS is off. */
export function corsFromEnvironment(env: NodeJS.ProcessEnv): CorsOptions | undefined {
  const allowedOrigins = jsonText(z.array(z.string())).safeParse(env.CORS_ALLOWED_ORIGINS || '[]').data;
  if (!allowedOrigins)
    throw new RangeError('CORS_ALLOWED_ORIGINS must be a JSON list of origins, e.g. ["https://bank.example"].');
  return corsOf(allowedOrigins, /^true$/i.test(env.CORS_SUPPORT_CREDENTIALS ?? ''));
}

/** Without origins CORS is off. ASP.NET refuses "any origin, with credentials", and so does this host, at start. */
export function corsOf(allowedOrigins: readonly string[], supportCredentials: boolean): CorsOptions | undefined {
  if (allowedOrigins.length === 0) return undefined;
  if (supportCredentials && allowedOrigins.includes('*'))
    throw new RangeError('CORS: "*" and credentials do not go together.');
  return { allowedOrigins: allowedOrigins.map((origin) => origin.toLowerCase()), supportCredentials };
}

/** What CORS adds to a request. `preflight` ends it with 204. `headers` are set on the answer of every function. */
export function evaluateCors(
  request: IncomingMessage,
  options: CorsOptions | undefined,
): { preflight: boolean; headers: Record<string, string> } {
  const origin = request.headers.origin;
  if (!options || origin === undefined || origin === '') return { preflight: false, headers: {} };
  const method = request.headers['access-control-request-method'];
  const preflight = request.method === 'OPTIONS' && method !== undefined;
  const any = options.allowedOrigins.includes('*');
  if (!any && !options.allowedOrigins.includes(origin)) return { preflight, headers: {} };

  const headers: Record<string, string> = { 'access-control-allow-origin': any ? '*' : origin };
  if (options.supportCredentials) headers['access-control-allow-credentials'] = 'true';
  if (preflight) {
    const asked = request.headers['access-control-request-headers'];
    if (asked !== undefined && asked !== '')
      headers['access-control-allow-headers'] = asked.replaceAll(/\s*,\s*/g, ',');
    headers['access-control-allow-methods'] = method;
  }
  if (!any && options.allowedOrigins.length > 1) headers.vary = 'Origin';
  return { preflight, headers };
}
