// The three models in which Altinn shows a consent request: to the client, to the client that repeats itself, to Maskinporten.
import { createHash } from 'node:crypto';
import type { ConsentEvent, ConsentRequest } from './consent-request.ts';
import { type Micros, toOffsetTime } from './times.ts';

const noId = '00000000-0000-0000-0000-000000000000';

function eventBody(request: ConsentRequest, event: ConsentEvent): Record<string, unknown> {
  return {
    consentEventID: event.id,
    created: toOffsetTime(event.created),
    performedBy: event.performedBy,
    eventType: event.type,
    consentRequestID: request.id,
  };
}

function rightBody(right: ConsentRequest['rights'][number], withVersion: boolean): Record<string, unknown> {
  return {
    action: right.action,
    resource: [
      { type: right.resourceType, value: right.resourceId, ...(withVersion ? { version: right.resourceVersion } : {}) },
    ],
    // Left out, not empty, where there is none.
    ...(Object.keys(right.metadata).length > 0 ? { metadata: right.metadata } : {}),
  };
}

function common(request: ConsentRequest): Record<string, unknown> {
  return {
    id: request.id,
    from: request.from,
    to: request.to,
    requiredDelegator: request.requiredDelegator,
    handledBy: request.handledBy,
    validTo: toOffsetTime(request.validTo),
    requestMessage: request.requestMessage,
    consented: request.consented === null ? null : toOffsetTime(request.consented),
    redirectUrl: request.redirectUrl,
    portalViewMode: request.portalViewMode,
  };
}

/** The page where the person answers; the id is the only thing in it. */
export function viewUri(baseUrl: string, id: string): string {
  return `${baseUrl}/accessmanagement/ui/consent/request?id=${id}`;
}

/** ConsentRequestDetailsDto: 201 on creating, 200 on reading. A request past `validTo` gets the artificial event `Expired`. */
export function detailsBody(request: ConsentRequest, baseUrl: string, now: Micros): Record<string, unknown> {
  const expired = {
    consentEventID: noId,
    created: toOffsetTime(request.validTo),
    performedBy: request.to,
    eventType: 'Expired',
    consentRequestID: request.id,
  };
  return {
    ...common(request),
    consentRights: request.rights.map((right) => rightBody(right, false)),
    status: request.status,
    consentRequestEvents: [
      ...request.events.map((event) => eventBody(request, event)),
      ...(request.validTo < now ? [expired] : []),
    ],
    viewUri: viewUri(baseUrl, request.id),
  };
}

/** A stable party uuid, as Altinn's register has one for each party. */
function partyUuid(party: string): string {
  const hex = createHash('sha256').update(party).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The internal model that Altinn returns when the same request is posted again: other names, other identifiers. */
export function repeatBody(request: ConsentRequest, baseUrl: string): Record<string, unknown> {
  return {
    ...common(request),
    consentRights: request.rights.map((right) => rightBody(right, true)),
    templateId: request.templateId,
    templateVersion: 1,
    consentRequestStatus: request.status,
    consentRequestEvents: request.events.map((event) => ({
      ...eventBody(request, event),
      performedBy: `urn:altinn:party:uuid:${partyUuid(event.performedBy)}`,
    })),
    viewUri: viewUri(baseUrl, request.id),
  };
}

/** ConsentInfoMaskinportenDto: what Maskinporten gets for an accepted consent. */
export function lookupBody(request: ConsentRequest): Record<string, unknown> {
  return {
    id: request.id,
    from: request.from,
    to: request.to,
    handledBy: request.handledBy,
    consented: request.consented === null ? null : toOffsetTime(request.consented),
    validTo: toOffsetTime(request.validTo),
    consentRights: request.rights.map((right) => rightBody(right, false)),
  };
}
