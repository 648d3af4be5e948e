import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Access keys: the master key opens everything, host keys every function, a function key its own. */
export type HostKeys = { master: string; host: string[]; functions: Record<string, string> };

/** Reads `{"master":"…","host":["…"],"functions":{"name":"…"}}`; what is missing is made up, and then no caller has it. */
export function readKeys(text: string | undefined): HostKeys {
  let given: unknown = {};
  if (text !== undefined && text !== '') {
    try {
      given = JSON.parse(text);
    } catch {
      // The parser's own message would quote the keys.
      throw new RangeError('FUNCTIONS_HOST_KEYS must be JSON: {"master":"…","host":["…"],"functions":{"name":"…"}}.');
    }
  }
  const { master, host, functions } = (given ?? {}) as { master?: unknown; host?: unknown; functions?: unknown };
  const own: Record<string, string> = {};
  for (const [name, key] of Object.entries(functions ?? {})) {
    if (typeof key === 'string') own[name.toLowerCase()] = key;
  }
  return {
    master: typeof master === 'string' && master !== '' ? master : randomBytes(32).toString('base64url'),
    host: Array.isArray(host) ? host.filter((key): key is string => typeof key === 'string') : [],
    functions: own,
  };
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The key that a request carries: the header goes before `?code=`. */
export function keyOf(request: IncomingMessage, query: string): string {
  const header = request.headers['x-functions-key'];
  return (Array.isArray(header) ? header[0] : header) ?? new URLSearchParams(query).get('code') ?? '';
}

/** Whether `key` opens a function of that level. `admin` takes only the master key. */
export function opens(keys: HostKeys, key: string, level: string, functionName: string): boolean {
  if (level === 'anonymous') return true;
  if (key === '') return false;
  if (same(key, keys.master)) return true;
  if (level !== 'function') return false;
  return [...keys.host, keys.functions[functionName.toLowerCase()] ?? ''].some(
    (known) => known !== '' && same(key, known),
  );
}
