import { ProblemError } from '../problems.ts';
import type { Attempt } from '../resilience/policy.ts';
import { parseRetryAfter } from '../resilience/retry-after.ts';
import { type HttpReply, TransportError } from './http-client.ts';

/** An answer that breaks the upstream's contract. `fault` is our own word for what is wrong. */
export function invalidReply(fault: string, cause?: unknown): ProblemError {
  return new ProblemError('upstream-invalid-reply', { fault, cause });
}

/** The JSON object in a reply. Throws `upstream-invalid-reply` for another content type, broken JSON, or anything but an object. */
export function jsonObject(reply: HttpReply, upstream: string): Record<string, unknown> {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(reply.headers['content-type'] ?? ''))
    throw invalidReply(`${upstream}-content-type`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(reply.text);
  } catch {
    // The parser's message quotes the text, so it is not kept as cause.
    throw invalidReply(`${upstream}-not-json`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw invalidReply(`${upstream}-not-an-object`);
  return parsed as Record<string, unknown>;
}

/** What transport faults, 429 and 5xx mean to the policy; `undefined` for an answer that the client must read itself. */
export function transientAttempt(
  reply: HttpReply,
  nowMs: number,
): Extract<Attempt<never>, { outcome: unknown }> | undefined {
  const retryAfterMs = parseRetryAfter(reply.headers['retry-after'], nowMs);
  const fault = `status-${reply.status}`;
  if (reply.status === 429) return { outcome: 'throttled', retryAfterMs, fault };
  if (reply.status === 500) return { outcome: 'server-error', retryAfterMs, fault };
  if (reply.status >= 501) return { outcome: 'gateway-error', retryAfterMs, fault };
  return undefined;
}

/** A failed send as an attempt; anything that is not a transport error is a defect and thrown on. */
export function failedSend(error: unknown, upstream: string): Attempt<never> {
  if (!(error instanceof TransportError)) throw error;
  if (error.kind === 'too-large' || error.kind === 'unreadable')
    return { problem: invalidReply(`${upstream}-${error.kind}`) };
  return { outcome: error.kind, fault: error.reason };
}
