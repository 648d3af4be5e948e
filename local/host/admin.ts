import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './http-request.ts';
import { answerEmpty } from './http-response.ts';
import type { RequestTarget } from './request-path.ts';
import type { Timers } from './timers.ts';

/** What the admin routes need of the host. */
export type AdminContext = { timers: Timers; startedAt: number };

function isJsonObject(bytes: Buffer | undefined): boolean {
  try {
    const value: unknown = JSON.parse(bytes?.toString('utf8') ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/**
 * Answers `/admin/…` as the real host does, without its keys, as with `func start`. `POST /admin/functions/{name}` runs
 * a timer and answers 202 without waiting for it; functions of another kind are not run by it here (404).
 */
export async function answerAdmin(
  request: IncomingMessage,
  response: ServerResponse,
  target: RequestTarget,
  context: AdminContext,
): Promise<void> {
  const [, area = '', name = '', ...more] = target.segments.map((segment, i) =>
    i < 2 ? segment.toLowerCase() : segment,
  );
  if (area === 'host' && name.toLowerCase() === 'ping' && more.length === 0) return answerEmpty(response, 200);
  if (area === 'host' && name.toLowerCase() === 'status' && more.length === 0 && request.method === 'GET') {
    const status = { id: 'local', state: 'Running', version: 'local', processUptime: Date.now() - context.startedAt };
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(status));
    return;
  }
  if (area === 'functions' && name !== '' && more.length === 0 && request.method === 'POST') {
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return answerEmpty(response, 415);
    if (!isJsonObject(await readBody(request, 1024 * 1024))) return answerEmpty(response, 400);
    return answerEmpty(response, context.timers.runNow(name) ? 202 : 404);
  }
  answerEmpty(response, 404);
}
