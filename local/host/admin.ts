import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { jsonText } from '../json-text.ts';
import { readBody } from './http-request.ts';
import { answerEmpty } from './http-response.ts';
import type { RequestTarget } from './request-path.ts';
import type { Timers } from './timers.ts';

const jsonObject = jsonText(z.object({}));

/**
 * Answers `/admin/…` like the real host with `func start`, so without keys. `POST /admin/functions/{name}` runs a timer and answers 202
 * without waiting for it. Other kinds of functions are not run (404).
 */
export async function answerAdmin(
  request: IncomingMessage,
  response: ServerResponse,
  { segments }: RequestTarget,
  { timers, startedAt }: { timers: Timers; startedAt: number },
): Promise<void> {
  const path = segments.slice(1).join('/').toLowerCase();
  if (path === 'host/ping') return answerEmpty(response, 200);
  if (path === 'host/status' && request.method === 'GET') {
    const status = { id: 'local', state: 'Running', version: 'local', processUptime: Date.now() - startedAt };
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(status));
    return;
  }
  const timer = /^functions\/([^/]+)$/.exec(path)?.[1];
  if (timer === undefined || request.method !== 'POST') return answerEmpty(response, 404);
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return answerEmpty(response, 415);
  const body = await readBody(request, 1024 * 1024);
  if (!jsonObject.safeParse(body?.toString()).success) return answerEmpty(response, 400);
  answerEmpty(response, timers.runNow(timer) ? 202 : 404);
}
