// Answers that a test has planned in place of the real ones.
import { asAnswer, type MpCode, Refusal } from './refusal.ts';

/**
 * An answer in place of the real one. `mpCode` gives the documented body of that code; `retryAfter` is sent unchanged
 * (seconds or a date); `path` is whose answer it replaces, by default the token endpoint's.
 */
export type MaskinportenFault = {
  status: number;
  body?: string | object;
  retryAfter?: string;
  mpCode?: MpCode;
  path?: '/token' | '/jwk' | '/.well-known/oauth-authorization-server';
};

/** What goes over the wire for a fault. */
export function faultAnswer({ status, body, mpCode, retryAfter }: MaskinportenFault): Response {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  if (typeof body === 'string') return new Response(body, { status, headers });
  if (body !== undefined) return Response.json(body, { status, headers });
  const { error, message, code } =
    mpCode === undefined ? new Refusal(status, 'server_error', 'Simulated fault.') : Refusal.of(mpCode);
  return asAnswer(new Refusal(status, error, message, code), headers);
}
