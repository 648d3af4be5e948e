// The faults that every upstream can have, and the kind of outcome that each is for the policy.
import type { WireFault } from '../wire-faults.ts';

/** The kind of a fault for the policy. `asked`: 429 with a delay. `broken`: an answer that breaks the contract. */
export type Kind =
  | 'connection'
  | 'timeout'
  | 'asked-soon'
  | 'asked-late'
  | 'throttled'
  | 'server-error'
  | 'gateway-error'
  | 'broken';

/** `refused`: nothing listens. `hangs`: a process listens and never accepts the connection. */
export type Wire = WireFault | 'refused' | 'hangs';

const json = { 'content-type': 'application/json' };
const answer = (status: number, headers: Record<string, string> = json, body = '{}'): WireFault => ({
  kind: 'answer',
  status,
  headers,
  body,
});

/** Faults by name. */
export const wireRows = {
  refused: { kind: 'connection', wire: 'refused' },
  'reset before the body': { kind: 'connection', wire: { kind: 'reset' } },
  'reset inside the body': { kind: 'connection', wire: { kind: 'reset-inside' } },
  'connect hangs': { kind: 'timeout', wire: 'hangs' },
  'first byte late': { kind: 'timeout', wire: { kind: 'late', ms: 60_000 } },
  'slow drip': { kind: 'timeout', wire: { kind: 'drip', everyMs: 50 } },
  '429, Retry-After 1': { kind: 'asked-soon', wire: answer(429, { ...json, 'retry-after': '1' }) },
  '429, Retry-After 3600': { kind: 'asked-late', wire: answer(429, { ...json, 'retry-after': '3600' }) },
  '429 without a header': { kind: 'throttled', wire: answer(429) },
  'status 500': { kind: 'server-error', wire: answer(500) },
  'status 502': { kind: 'gateway-error', wire: answer(502) },
  'status 503': { kind: 'gateway-error', wire: answer(503) },
  'status 504': { kind: 'gateway-error', wire: answer(504) },
  'wrong content type': {
    kind: 'broken',
    wire: answer(200, { 'content-type': 'text/html' }, '<!doctype html><title>Velkommen</title>'),
  },
  'truncated JSON': { kind: 'broken', wire: answer(200, json, '{"Accounts":[{"Name":"L') },
  'wrong types': {
    kind: 'broken',
    wire: answer(
      200,
      json,
      '{"Accounts":"none","access_token":7,"id":[],"value":7,"PartitionKey":7,"expires_on":{},"keys":7,"issuer":7,"data":7}',
    ),
  },
  '5 MB body': { kind: 'broken', wire: answer(200, json, `{"padding":"${'x'.repeat(5 * 1024 * 1024)}"}`) },
} as const satisfies Record<string, { kind: Kind; wire: Wire }>;

/** The name of a fault. */
export type FaultName = keyof typeof wireRows;

/** All faults, in the order of the document. */
export const faultNames = Object.keys(wireRows) as FaultName[];
