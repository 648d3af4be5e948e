import { type ProblemCode, problems } from '../problem-catalogue.ts';
import type { CalledParty } from './failure.ts';

// The closed lists of the values of dimensions. Another value does not compile, so personal data cannot become a dimension. A query for a
// value that is never sent is found before it is deployed.

/** The functions that answer HTTP calls. */
export const operations = [
  'start-consent',
  'consent-callback',
  'get-consent',
  'get-consent-log',
  'end-consent',
  'get-saldo',
  'logout',
  'backchannel-logout',
  'health-live',
  'health-ready',
  'openapi',
  'get-problem',
] as const;

/** A function that answers HTTP calls. */
export type Operation = (typeof operations)[number];

/** The HTTP statuses of our answers. */
export const statuses = [
  '200',
  '201',
  '204',
  '303',
  '400',
  '401',
  '403',
  '404',
  '411',
  '413',
  '429',
  '500',
  '502',
  '503',
  'other',
] as const;

/** Codes of problems; `none` for an answer that is no problem. */
export const codes = ['none', ...(Object.keys(problems) as ProblemCode[])] as const;

/** What is called under a policy of its own: a party, or an endpoint of it whose failures must not affect the others. */
export const upstreams = [
  'lanekassen',
  'maskinporten',
  'maskinporten-keys',
  'altinn',
  'altinn-create',
  'altinn-events',
  'key-vault',
  'tables',
  'tables-sweep',
  'identity',
  'person-token-issuer',
] as const satisfies readonly (CalledParty | `${CalledParty}-${string}`)[];

/** A party that is called under a policy of its own. */
export type Upstream = (typeof upstreams)[number];

/** Calls that have a retry rule of their own (`RetriedCall`). */
export const calls = [
  'lanekassen',
  'maskinporten',
  'altinn-read',
  'altinn-create',
  'key-vault',
  'tables-read',
  'tables-write',
  'identity',
  'key-set',
] as const;

/** How an attempt ended. */
export const outcomes = [
  /** An answer. */
  'ok',
  /** An answer that a retry would not change: by its meaning most 4xx (404 and 403 too), or an answer that breaks the contract. */
  'final',
  /** The connection was refused or reset, or TLS or the name failed, before a complete answer arrived. */
  'connection',
  /** The time limit of the attempt was reached. */
  'timeout',
  /** 429. */
  'throttled',
  /** 500. */
  'server-error',
  /** 502, 503, 504. */
  'gateway-error',
  /** The attempt was not sent; `stop` says why. */
  'not-sent',
] as const;

/** Why no further attempt was made. `none`: there was one, or none was needed. */
export const stops = ['none', 'deadline', 'budget', 'breaker', 'limit', 'not-retryable', 'attempts'] as const;

export const breakerStates = ['closed', 'half-open', 'open'] as const;

export const yesNo = ['true', 'false'] as const;

/**
 * Where the answer of a look-up came from: the held saldo; a fetch of this call; a fetch of another call, for which this call waited
 * through the session's row (`lease-join`) or within the process (`flight-join`); nothing.
 */
export const sources = ['held', 'fetched', 'lease-join', 'flight-join', 'none'] as const;

/** Where a look-up's answer came from. */
export type Source = (typeof sources)[number];

/** Steps of the consent funnel, in the order in which a customer takes them. The last eight are ends or exceptions. */
export const consentSteps = [
  'requested',
  'returned',
  'accepted',
  'first-saldo',
  'rejected',
  'revoked',
  'expired',
  'superseded',
  'abandoned',
  'ended',
  'refused',
] as const;

/** Where a giver, receiver, resource or validity was found that was not this person's, bank's or service's. */
export const mismatchPlaces = [
  'session',
  'row',
  'altinn-id',
  'altinn-giver',
  'altinn-receiver',
  'altinn-resource',
  'altinn-validity',
  'token-consumer',
  'consent-token-giver',
  'consent-token-receiver',
  'consent-token-resource',
] as const;

/** Why a person token was refused. The exact fault is in the log line of the request. */
export const tokenFaults = [
  'missing',
  'not-a-bearer-jwt',
  'token-too-long',
  'malformed',
  'expired',
  'not-yet-valid',
  'signature',
  'algorithm',
  'issuer',
  'audience',
  'key-unknown',
  'logout-token',
  'national-id-claim',
  'session-claim',
  'session-of-another-person',
  'session-ended',
  'other',
] as const;

/** Why a person token was refused. */
export type TokenFault = (typeof tokenFaults)[number];

/** A text as a value of a closed list: the text itself if it is in the list, else `otherwise`. */
export function oneOf<const List extends readonly string[], const Otherwise extends List[number]>(
  list: List,
  text: string,
  otherwise: Otherwise,
): List[number] {
  return list.includes(text) ? (text as List[number]) : otherwise;
}

/** Norwegian organisation numbers have nine digits and are public. No other text is sent as a bank. */
const organisationNumber = /^\d{9}$/;

/**
 * The dimensions that are sent with a metric or event: those that its definition lists, and the bank if it is counted by bank. This checks
 * again at run time what the types check: a dimension or a value that is not in the vocabulary is not sent.
 */
export function exportedDimensions(
  definition: { dimensions: Readonly<Record<string, readonly string[]>>; byBank?: true },
  dimensions: Readonly<Record<string, string>>,
): Record<string, string> {
  const safe: Record<string, string> = {};
  for (const [name, values] of Object.entries(definition.dimensions)) {
    const value = dimensions[name];
    if (value !== undefined) safe[name] = values.includes(value) ? value : 'unlisted';
  }
  if (definition.byBank && organisationNumber.test(dimensions.bank ?? '')) safe.bank = dimensions.bank ?? '';
  return safe;
}
