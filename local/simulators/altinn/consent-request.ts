// A consent request and what a person can do with it. States and refusals are those of ConsentService.cs in
// Altinn/altinn-authorization-tmp; see docs/contracts/altinn-consent.md §5.
import { randomUUID } from 'node:crypto';
import type { Problem } from './problems.ts';

/** Microseconds since 1970. The database keeps them, so events carry six digits and differ within a millisecond. */
export type Micros = number;

/** States that the server sets itself; it never sets `Expired`. */
export type ConsentStatus = 'Created' | 'Accepted' | 'Rejected' | 'Revoked';

/** An event of a request, including its creation. `performedBy`: party URN of the person or organisation. */
export type ConsentEvent = { id: string; type: ConsentStatus; created: Micros; performedBy: string };

/** One right: exactly one resource, with the metadata as the client spelled it. */
export type ConsentRight = {
  action: readonly string[];
  resourceType: string;
  resourceId: string;
  metadata: Readonly<Record<string, string>>;
};

/** Parties are URNs (`urn:altinn:person:identifier-no:…`, `urn:altinn:organization:identifier-no:…`). */
export type ConsentRequest = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly requiredDelegator: string | null;
  readonly handledBy: string | null;
  readonly validTo: Micros;
  readonly rights: readonly ConsentRight[];
  readonly requestMessage: Readonly<Record<string, string>> | null;
  readonly redirectUrl: string;
  readonly portalViewMode: 'Hide' | 'Show';
  readonly templateId: string;
  status: ConsentStatus;
  consented: Micros | null;
  readonly events: ConsentEvent[];
};

/** The template of a resource without one. */
export const defaultTemplate = 'samtykkemal_simpleconsent';

/** A request without an answer. What is not given is as for a client that leaves it out. */
export const newRequest = (
  given: Pick<ConsentRequest, 'id' | 'from' | 'to' | 'validTo' | 'rights' | 'events'> & Partial<ConsentRequest>,
): ConsentRequest => ({
  requiredDelegator: null,
  handledBy: null,
  requestMessage: null,
  redirectUrl: '',
  portalViewMode: 'Hide',
  templateId: defaultTemplate,
  status: 'Created',
  consented: null,
  ...given,
});

/** What a person can do with a request. */
export type ConsentAction = 'approve' | 'reject' | 'revoke';

const moves: Record<ConsentAction, { from: ConsentStatus; to: ConsentStatus; refusal: Problem }> = {
  approve: { from: 'Created', to: 'Accepted', refusal: { code: 'AM-00002' } },
  reject: { from: 'Created', to: 'Rejected', refusal: { code: 'AM-00015' } },
  revoke: { from: 'Accepted', to: 'Revoked', refusal: { code: 'AM-00010' } },
};

/** An event with a new id. */
export const newEvent = (type: ConsentStatus, created: Micros, performedBy: string): ConsentEvent => ({
  id: randomUUID(),
  type,
  created,
  performedBy,
});

/** The person who may answer: the required delegator if there is one, else the giver. */
export const answererOf = (request: ConsentRequest): string => request.requiredDelegator ?? request.from;

/** Performs `action`, or returns the reason why not. The same action a second time changes nothing and succeeds. */
export function act(request: ConsentRequest, action: ConsentAction, now: Micros): Problem | undefined {
  const move = moves[action];
  if (request.status === move.to) return undefined;
  if (request.status !== move.from) return move.refusal;
  if (action === 'approve' && request.validTo < now)
    return { code: 'STD-00000', faults: [{ code: 'AM.VLD-00022', path: 'ValidTo' }] };
  request.status = move.to;
  if (action === 'approve') request.consented = now;
  request.events.push(newEvent(move.to, now, answererOf(request)));
  return undefined;
}

/** `2026-11-23T08:00:01.123456+00:00`; without the fraction when it is zero, as .NET writes it. */
export function toOffsetTime(at: Micros): string {
  const [seconds = ''] = new Date(Math.floor(at / 1000)).toISOString().split('.');
  const fraction = at % 1_000_000;
  return `${seconds}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`}+00:00`;
}

/**
 * Where the browser is redirected after an answer (GetConsentRequestRedirectUrl in Altinn/altinn-access-management-frontend,
 * docs/contracts/altinn-consent.md §8): `redirectUrl` with the outcome, joined by `?` or `&`, without consent id, code or signature. The
 * outcome goes before a plain fragment. If the URL has `#/` (hash routing) it goes to the very end, where a server never sees it. Without
 * an answer a bare `?` or `&` is left. A consent that was given and withdrawn later still has OK.
 */
export function withOutcome(redirectUrl: string, events: readonly ConsentEvent[]): string {
  const has = (type: ConsentStatus) => events.some((event) => event.type === type);
  const refused = has('Rejected') ? 'Status=Failed&ErrorMessage=User+did+not+give+consent' : '';
  const hash = redirectUrl.includes('#/') ? -1 : redirectUrl.indexOf('#');
  const base = hash < 0 ? redirectUrl : redirectUrl.slice(0, hash);
  const fragment = hash < 0 ? '' : redirectUrl.slice(hash);
  return `${base}${base.includes('?') ? '&' : '?'}${has('Accepted') ? 'Status=OK' : refused}${fragment}`;
}
