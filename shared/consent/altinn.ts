import type { Hidden } from '../person/hidden.ts';
import { type NationalId, personUrn } from '../person/national-id.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Attempt, Policy } from '../resilience/policy.ts';
import type { RetriedCall } from '../resilience/retry.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { HttpClient, HttpReply, HttpRequest } from '../upstream/http-client.ts';
import { failedSend, invalidReply, jsonObject, transientAttempt } from '../upstream/reply.ts';
import type { SharedToken } from '../upstream/shared-token.ts';
import { type AltinnEventPage, eventsUrl, type FeedStart, parseEventPage } from './altinn-events.ts';
import { altinnRefusals, bareRefusals } from './altinn-refusals.ts';
import { type AltinnConsent, parseAltinnConsent } from './altinn-reply.ts';

/** What is asked of the customer. */
export type ConsentQuestion = { id: string; person: NationalId; validTo: number; redirectUrl: string };

/** Altinn's consent API for data consumers (domain/altinn-consent.md §4–§7). */
export type Altinn = {
  /** Asks for a consent; the same id again gives the request that stands. Throws `configuration`, `upstream-…`. */
  create(question: ConsentQuestion, deadline: Deadline): Promise<AltinnConsent>;
  /** The request and its status now, or `undefined` when Altinn knows none of that id. */
  read(id: string, deadline: Deadline): Promise<AltinnConsent | undefined>;
  /** A page of the event feed; `undefined` when Altinn does not know the position (any more). */
  events(start: FeedStart, deadline: Deadline): Promise<AltinnEventPage | undefined>;
};

type Ports = { http: HttpClient; policy: Policy; token: SharedToken; time: Time; telemetry: Telemetry };
type Party = { baseUrl: string; organisationNumber: string; resourceId: string; metadataKey: string; bankName: string };

/** The client. It sends and recognises; what an answer means for a person is for the use case. */
export function createAltinn(party: Party, { http, policy, token, time, telemetry }: Ports): Altinn {
  const endpoint = `${party.baseUrl}/accessmanagement/api/v1/enterprise/consentrequests`;

  /** One call under the policy. A 401 drops the token and is tried once more with a new one. */
  const call = async <T>(
    kind: RetriedCall,
    request: Omit<HttpRequest, 'signal' | 'headers'>,
    deadline: Deadline,
    read: (reply: HttpReply) => T,
  ): Promise<T> => {
    const once = (mayRenew: boolean): Promise<T | typeof renew> =>
      policy.run<T | typeof renew, Hidden>(
        kind,
        deadline,
        async ({ signal, prepared: bearer }): Promise<Attempt<T | typeof renew>> => {
          let reply: HttpReply;
          try {
            reply = await http.send({ ...request, signal, headers: headersOf(bearer, request.body) });
          } catch (error) {
            return failedSend(error, 'altinn');
          }
          if (reply.status === 401) {
            token.drop(bearer);
            if (mayRenew) return { value: renew };
            return { problem: refusal('altinn-401', 401, undefined) };
          }
          const code = reply.status >= 400 ? codeOf(reply) : undefined;
          // Several client errors at once arrive as 500 with this code: ours to mend, not Altinn's (§7).
          if (code === 'STD-00001') return { problem: refusal('altinn-std-00001', reply.status, code) };
          return transientAttempt(reply, time.now()) ?? { value: read(reply) };
        },
        { prepare: (left) => token.get(left) },
      );
    const first = await once(true);
    const answer = first === renew ? await once(false) : first;
    return answer as T;
  };

  const refusal = (fault: string, status: number, code: string | undefined): ProblemError => {
    const known = code === undefined ? undefined : altinnRefusals[code];
    const bare = code === undefined ? bareRefusals[status] : undefined;
    telemetry.alert(
      'altinn-refuses',
      known?.action ?? bare ?? 'Altinn refuses our request for a reason that is not in its table.',
      { fault },
    );
    return new ProblemError(known?.problem ?? 'configuration', { fault });
  };

  const explain = (reply: HttpReply): ProblemError => {
    const code = codeOf(reply);
    return refusal(`altinn-${(code ?? String(reply.status)).toLowerCase()}`, reply.status, code);
  };

  const read = (id: string, deadline: Deadline) =>
    call('altinn-read', { method: 'GET', url: `${endpoint}/${id}` }, deadline, (reply) => {
      if (reply.status === 200) return parseAltinnConsent(jsonObject(reply, 'altinn'));
      // Without Altinn's own code it is a gateway's answer, and says nothing about the consent.
      if (reply.status === 404) {
        if (codeOf(reply) === 'AM-00001') return undefined;
        throw new ProblemError('upstream-unavailable', { fault: 'altinn-404-without-code', retryAfterSeconds: 30 });
      }
      throw explain(reply);
    });

  return {
    async create(question, deadline) {
      const body = JSON.stringify(requestBody(party, question));
      const created = await call('altinn-create', { method: 'POST', url: endpoint, body }, deadline, (reply) => {
        if (reply.status === 201) return parseAltinnConsent(jsonObject(reply, 'altinn'));
        // The request stood already: this body is of another model, without a link, and Altinn has silently ignored
        // whatever differs (§4). What really stands is read.
        if (reply.status === 200) return undefined;
        throw explain(reply);
      });
      const standing = created ?? (await read(question.id, deadline));
      if (standing === undefined) throw invalidReply('altinn-created-but-absent');
      return standing;
    },
    read,

    events: (start, deadline) =>
      call('altinn-read', { method: 'GET', url: eventsUrl(endpoint, start) }, deadline, (reply) => {
        if (reply.status === 200) return parseEventPage(jsonObject(reply, 'altinn'), start.position);
        // The filters are fixed and right, so a validation fault is about the position (AM.VLD-00053).
        if (reply.status === 400 && start.position !== undefined) return undefined;
        throw explain(reply);
      }),
  };
}

/** Marks an attempt that met 401: the token was dropped, one more try is due. */
const renew = Symbol('renew');

function headersOf(bearer: Hidden, body: string | undefined): Record<string, string> {
  return {
    authorization: `Bearer ${bearer.reveal()}`,
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
}

/** Altinn's problem code (`AM-00001`), or `undefined` for an answer without a problem body. */
function codeOf(reply: HttpReply): string | undefined {
  try {
    const code = (JSON.parse(reply.text) as { code?: unknown }).code;
    return typeof code === 'string' && /^[A-Z]{2,6}-\d{1,6}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

function requestBody(party: Party, { id, person, validTo, redirectUrl }: ConsentQuestion): object {
  return {
    id,
    from: personUrn(person),
    // Nobody but the customer may answer (domain/open-questions.md U19).
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
