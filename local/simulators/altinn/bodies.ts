// The three forms in which Altinn shows a consent request: to the client, to a client that repeats its request, and to Maskinporten.
import { stableUuid } from '../kit/key-ring.ts';
import { type ConsentRequest, type Micros, toOffsetTime } from './consent-request.ts';

const noId = '00000000-0000-0000-0000-000000000000';

type ShownEvent = { id: string; type: string; created: Micros; performedBy: string };
const eventBody = ({ id, type, created, performedBy }: ShownEvent, request: ConsentRequest) => ({
  consentEventID: id,
  created: toOffsetTime(created),
  performedBy,
  eventType: type,
  consentRequestID: request.id,
});

const rightBody = (right: ConsentRequest['rights'][number], version?: string) => ({
  action: right.action,
  resource: [{ type: right.resourceType, value: right.resourceId, version }],
  // Left out, not empty, if there is none.
  metadata: Object.keys(right.metadata).length > 0 ? right.metadata : undefined,
});

const times = ({ validTo, consented }: ConsentRequest) => ({
  validTo: toOffsetTime(validTo),
  consented: consented === null ? null : toOffsetTime(consented),
});

function common(request: ConsentRequest, baseUrl: string) {
  const { rights, templateId, status, events, ...same } = request;
  // The page where the person answers. The id is the only parameter.
  return { ...same, ...times(request), viewUri: `${baseUrl}/accessmanagement/ui/consent/request?id=${request.id}` };
}

/** ConsentRequestDetailsDto: 201 on creating, 200 on reading. A request past `validTo` gets the artificial event `Expired`. */
export function detailsBody(request: ConsentRequest, baseUrl: string, now: Micros): Record<string, unknown> {
  const expired = { id: noId, type: 'Expired', created: request.validTo, performedBy: request.to };
  const events = [...request.events, ...(request.validTo < now ? [expired] : [])];
  return {
    ...common(request, baseUrl),
    consentRights: request.rights.map((right) => rightBody(right)),
    status: request.status,
    consentRequestEvents: events.map((event) => eventBody(event, request)),
  };
}

/** The internal model that Altinn returns when the same request is posted again: other names, other identifiers. */
export function repeatBody(request: ConsentRequest, baseUrl: string): Record<string, unknown> {
  return {
    ...common(request, baseUrl),
    consentRights: request.rights.map((right) => rightBody(right, '1')),
    templateId: request.templateId,
    templateVersion: 1,
    consentRequestStatus: request.status,
    consentRequestEvents: request.events.map((event) => ({
      ...eventBody(event, request),
      performedBy: `urn:altinn:party:uuid:${stableUuid(event.performedBy)}`,
    })),
  };
}

/** ConsentInfoMaskinportenDto: what Maskinporten gets for an accepted consent. */
export const lookupBody = (request: ConsentRequest): Record<string, unknown> => ({
  id: request.id,
  from: request.from,
  to: request.to,
  handledBy: request.handledBy,
  ...times(request),
  consentRights: request.rights.map((right) => rightBody(right)),
});
