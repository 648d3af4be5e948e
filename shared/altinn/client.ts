import { type NationalId, personUrn } from '../person/national-id.ts';
import { processName } from '../person/person-key.ts';
import type { Secret } from '../person/secret.ts';
import type { Attempt } from '../resilience/attempt.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { RetriedCall } from '../resilience/retry.ts';
import type { Time } from '../resilience/time.ts';
import type { UpstreamCall } from '../resilience/upstream-call.ts';
import { reasonOf } from '../telemetry/alerts.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { HttpClient, HttpReply, HttpRequest } from '../upstream/http-client.ts';
import { failedSend, invalidReply, jsonObject, judged } from '../upstream/reply.ts';
import type { SharedToken } from '../upstream/shared-token.ts';
import { codeIn } from '../upstream/statuses.ts';
import { type AltinnEventPage, eventsUrl, type FeedStart, parseEventPage } from './events.ts';
import { AltinnError, repairOf } from './refusals.ts';
import { type AltinnConsent, parseAltinnConsent } from './reply.ts';

/** What is asked of the customer. */
export type ConsentQuestion = { id: string; person: NationalId; validTo: number; redirectUrl: string };

/** `policies`: one for each endpoint, because a pause that one endpoint asks for does not hold for the others. Default: the same. */
type Ports = {
  http: HttpClient;
  policy: UpstreamCall;
  policies?: { create: UpstreamCall; events: UpstreamCall };
  token: SharedToken;
  time: Time;
  telemetry: Telemetry;
};
type Party = { baseUrl: string; organisationNumber: string; resourceId: string; metadataKey: string; bankName: string };

/**
 * The client of Altinn's consent API for data consumers (docs/contracts/altinn-consent.md §4–§7). It sends requests and parses answers. The
 * use case decides what an answer means for a person.
 */
export function createAltinn(party: Party, { http, policy, policies, token, time, telemetry }: Ports) {
  const endpoint = `${party.baseUrl}/accessmanagement/api/v1/enterprise/consentrequests`;

  const { call, explain } = createCall({ http, policy, token, time, telemetry });

  const read = (id: string, deadline: Deadline): Promise<AltinnConsent | undefined> =>
    call({ kind: 'altinn-read', who: id }, { method: 'GET', url: `${endpoint}/${id}` }, deadline, (reply) => {
      if (reply.status === 200) return parseAltinnConsent(jsonObject(reply, 'altinn'));
      if (reply.status === 404) return undefined;
      throw invalidReply('altinn', `status-${reply.status}`);
    });

  return {
    /** Asks for a consent; the same id again gives the request that exists already. Throws `configuration`, `upstream-…`. */
    async create(question: ConsentQuestion, deadline: Deadline): Promise<AltinnConsent> {
      const body = JSON.stringify(requestBody(party, question));
      const asked = { kind: 'altinn-create', under: policies?.create, who: processName(question.person) } as const;
      const created = await call(asked, { method: 'POST', url: endpoint, body }, deadline, (reply) => {
        if (reply.status === 201) return parseAltinnConsent(jsonObject(reply, 'altinn'));
        // The request exists already: this body is of another model, without a link, and Altinn has silently ignored
        // every difference (§4). So the stored request is read.
        if (reply.status === 200) return undefined;
        throw explain(reply);
      });
      const atAltinn = created ?? (await read(question.id, deadline));
      if (atAltinn === undefined) throw invalidReply('altinn', 'created-but-absent');
      return atAltinn;
    },
    /** The request and its status now, or `undefined` when Altinn knows none of that id. */
    read,
    /** A page of the event feed; `undefined` when Altinn does not know the position (any more). */
    events: (start: FeedStart, deadline: Deadline): Promise<AltinnEventPage | undefined> => {
      const asked = { kind: 'altinn-read', under: policies?.events, readsRefusals: true } as const;
      return call(asked, { method: 'GET', url: eventsUrl(endpoint, start) }, deadline, (reply) => {
        if (reply.status === 200) return parseEventPage(jsonObject(reply, 'altinn'));
        // The filters are fixed and right, so a validation fault is about the position (AM.VLD-00053).
        if (reply.status === 400 && start.position !== undefined) return undefined;
        throw explain(reply);
      });
    },
  };
}

/** The client of Altinn's consent API. */
export type Altinn = ReturnType<typeof createAltinn>;

/** Calls to Altinn with the shared token, and what a refusal means. */
function createCall({ http, policy, token, time, telemetry }: Omit<Ports, 'policies'>) {
  /** One call under its policy. A 401 drops the token, and the call is made once more with a new one. */
  const call = <T>(
    {
      kind,
      under = policy,
      who,
      readsRefusals = false,
    }: { kind: RetriedCall; under?: UpstreamCall | undefined; who?: string; readsRefusals?: boolean },
    request: Omit<HttpRequest, 'signal' | 'headers'>,
    deadline: Deadline,
    read: (reply: HttpReply) => T,
  ): Promise<T> => {
    let renewed = false;
    return under.run<T, Secret>(
      kind,
      deadline,
      async ({ signal, prepared: bearer }): Promise<Attempt<T>> => {
        const headers = headersOf(bearer, request.body);
        const reply = await http.send({ ...request, signal, headers }).catch(failedSend('altinn'));
        if (!('text' in reply)) return reply;
        const found = judged('altinn', reply, time.now(), renewed);
        if (found.meaning === 'failed') return found.failed;
        if (found.meaning === 'answer' || (found.meaning === 'ours' && readsRefusals)) return { value: read(reply) };
        if (found.meaning === 'renew') {
          token.drop(bearer);
          renewed = true;
          return { again: 'token', otherwise: { outcome: 'connection', fault: 'status-401' } };
        }
        return { problem: explain(reply) };
      },
      { prepare: (left) => token.get(left), who },
    );
  };

  const explain = (reply: HttpReply): AltinnError => {
    const found = codeIn('altinn', reply);
    const error = new AltinnError(found === 'own' ? undefined : found, reply.status);
    telemetry.alert('altinn-refuses', repairOf(error.altinnCode, reply.status), {
      fault: error.fault,
      reason: reasonOf(error.altinnCode ?? reply.status),
    });
    return error;
  };

  return { call, explain };
}

function headersOf(bearer: Secret, body: string | undefined): Record<string, string> {
  return {
    authorization: `Bearer ${bearer.reveal()}`,
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

function requestBody(party: Party, { id, person, validTo, redirectUrl }: ConsentQuestion): object {
  return {
    id,
    from: personUrn(person),
    // Only the customer may answer (docs/contracts/open-questions.md U19).
    requiredDelegator: personUrn(person),
    to: `urn:altinn:organization:identifier-no:${party.organisationNumber}`,
    validTo: new Date(validTo).toISOString().replace('Z', '+00:00'),
    consentRights: [
      {
        action: ['consent'],
        resource: [{ type: 'urn:altinn:resource', value: party.resourceId }],
        metadata: party.metadataKey === '' ? {} : { [party.metadataKey]: party.bankName },
      },
    ],
    redirectUrl,
    portalViewMode: 'hide',
  };
}
