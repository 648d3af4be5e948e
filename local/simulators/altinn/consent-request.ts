// A consent request and what a person can do with it. States and refusals as in ConsentService.cs of
// Altinn/altinn-authorization-tmp; see docs/contracts/altinn-consent.md §5.
import { randomUUID } from 'node:crypto';
import type { Problem } from './problems.ts';
import type { Micros } from './times.ts';

/** States that the server sets itself; it never sets `Expired`. */
export type ConsentStatus = 'Created' | 'Accepted' | 'Rejected' | 'Revoked';

/** Something that happened to a request, creating it included. */
export type ConsentEvent = {
  id: string;
  type: ConsentStatus;
  created: Micros;
  /** Party URN of the person or organisation. */
  performedBy: string;
};

/** One right: exactly one resource, with the metadata as the client spelled it. */
export type ConsentRight = {
  action: readonly string[];
  resourceType: string;
  resourceId: string;
  resourceVersion: string;
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

/** What a person can do with a request. */
export type ConsentAction = 'approve' | 'reject' | 'revoke';

const moves: Record<ConsentAction, { from: ConsentStatus; to: ConsentStatus; refusal: Problem }> = {
  approve: { from: 'Created', to: 'Accepted', refusal: { code: 'AM-00002' } },
  reject: { from: 'Created', to: 'Rejected', refusal: { code: 'AM-00015' } },
  revoke: { from: 'Accepted', to: 'Revoked', refusal: { code: 'AM-00010' } },
};

/** Does `action`, or says why not. The same action again changes nothing and succeeds. */
export function act(request: ConsentRequest, action: ConsentAction, now: Micros): Problem | undefined {
  const move = moves[action];
  if (request.status === move.to) return undefined;
  if (request.status !== move.from) return move.refusal;
  if (action === 'approve' && request.validTo < now) {
    return { code: 'STD-00000', faults: [{ code: 'AM.VLD-00022', path: 'ValidTo' }] };
  }
  request.status = move.to;
  if (action === 'approve') request.consented = now;
  request.events.push({
    id: randomUUID(),
    type: move.to,
    created: now,
    performedBy: request.requiredDelegator ?? request.from,
  });
  return undefined;
}

/** True when `person` may answer: the required delegator if there is one, else the giver. */
export function mayAnswer(request: ConsentRequest, person: string): boolean {
  return (request.requiredDelegator ?? request.from) === person;
}
