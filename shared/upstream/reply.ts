import { ProblemError } from '../problems.ts';
import type { Attempt } from '../resilience/attempt.ts';
import { Deadline } from '../resilience/deadline.ts';
import { httpDate, parseRetryAfter } from '../resilience/retry-after.ts';
import type { Time } from '../resilience/time.ts';
import type { UpstreamCall } from '../resilience/upstream-call.ts';
import { partyOf } from '../telemetry/failure.ts';
import { type HttpClient, type HttpReply, TransportError } from './http-client.ts';
import { isObject, jsonOf, meaningOf, type Party } from './statuses.ts';

/**
 * An answer that breaks the contract of an upstream, or of a part of it (`maskinporten-metadata`). `what`: our own word for what is
 * wrong.
 */
export function invalidReply(upstream: string, what: string, cause?: unknown): ProblemError {
  return new ProblemError('upstream-invalid-reply', { fault: `${upstream}-${what}`, party: partyOf(upstream), cause });
}

/** The JSON object in a reply, whatever its content type says. Throws `upstream-invalid-reply` for anything else. */
export function jsonObject(reply: HttpReply, upstream: string): Readonly<Record<string, unknown>> {
  const body = jsonOf(reply.text);
  // The parser's message quotes the text, so it is not kept as cause.
  if (body === undefined) throw invalidReply(upstream, 'not-json');
  if (!isObject(body)) throw invalidReply(upstream, 'not-an-object');
  return body;
}

/** An attempt that ended without a value. */
type Failed = Extract<Attempt<never>, { outcome: unknown } | { problem: Error }>;

/**
 * What an answer comes to by the table of statuses. A meaning is left to the client: `answer` (read it), `ours` (an operator
 * must know), `renew` (drop the token).
 */
export function judged(
  party: Party,
  reply: HttpReply,
  nowMs: number,
  renewed = false,
): { meaning: 'answer' | 'ours' | 'renew' } | { meaning: 'failed'; failed: Failed } {
  const meaning = meaningOf(party, reply, renewed);
  if (meaning === 'answer' || meaning === 'ours' || meaning === 'renew') return { meaning };
  const fault = `status-${reply.status}`;
  if (meaning === 'invalid') return { meaning: 'failed', failed: { problem: invalidReply(party, fault) } };
  // A date is by the clock of the party that sends it.
  const retryAfterMs = parseRetryAfter(reply.headers['retry-after'], httpDate(reply.headers.date, nowMs) ?? nowMs);
  return { meaning: 'failed', failed: { outcome: meaning, retryAfterMs, status: reply.status, fault } };
}

/** For `catch`: a failed send as an attempt. Anything but a transport error is a defect and is thrown again. */
export const failedSend =
  (upstream: string) =>
  (error: unknown): Attempt<never> => {
    if (!(error instanceof TransportError)) throw error;
    const { kind, reason, wasDead } = error;
    if (kind === 'too-large' || kind === 'unreadable') return { problem: invalidReply(upstream, kind) };
    const otherwise = { outcome: kind, fault: reason } as const;
    return wasDead ? { again: 'dead-connection', otherwise } : otherwise;
  };

/** Fetches a public document (metadata, keys) in one call under the policy, which bounds its time. Throws `upstream-…` for anything but a 200. */
export async function fetchDocument(
  { http, policy, time }: { http: HttpClient; policy: UpstreamCall; time: Time },
  url: string,
  upstream: string,
): Promise<HttpReply> {
  const deadline = Deadline.after(time, Number.POSITIVE_INFINITY);
  return policy.run('key-set', deadline, async ({ signal }): Promise<Attempt<HttpReply>> => {
    const request = { method: 'GET', url, headers: { accept: 'application/json' }, signal } as const;
    const reply = await http.send(request).catch(failedSend(upstream));
    if (!('text' in reply)) return reply;
    const found = judged('public-document', reply, time.now());
    return found.meaning === 'failed' ? found.failed : { value: reply };
  });
}
