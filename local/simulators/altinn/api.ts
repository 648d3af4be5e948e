// The enterprise API and Maskinporten's look-up: docs/contracts/altinn-consent.md §3–§10.
import { randomUUID } from 'node:crypto';
import { bearerOf, type VerifyAccessToken } from '../kit/maskinporten-token.ts';
import type { Exchange } from '../kit/simulator.ts';
import { detailsBody, lookupBody, repeatBody } from './bodies.ts';
import type { ConsentRequest } from './consent-request.ts';
import { isPartyUrn, organisationUrn, readCreateBody } from './create-body.ts';
import { type ConsentResource, checkCreate } from './create-rules.ts';
import { eventsAnswer, type FeedOptions } from './events-feed.ts';
import { frameworkAnswer, type Problem, problemAnswer } from './problems.ts';
import type { Micros } from './times.ts';

/** What the API works on; shared with the pages and the control. */
export type AltinnState = {
  /** By id, in the order created. */
  readonly requests: Map<string, ConsentRequest>;
  readonly resources: readonly ConsentResource[];
  /** True for a party URN in Altinn's register. */
  isKnownParty(urn: string): boolean;
  now(): Micros;
  /** Now, with digits below the millisecond that put events of the same millisecond in order. */
  stamp(): Micros;
  /** Now as the event feed has it. */
  feedNow(): Micros;
  /** Fields that a test answers differently. */
  overridesOf(id: string): Record<string, unknown>;
};

/** Where the enterprise API is. */
export const apiPath = '/accessmanagement/api/v1/enterprise/consentrequests';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const writeScopes = ['altinn:consentrequests.write', 'altinn:consentrequests.org'];
const readScopes = ['altinn:consentrequests.read', ...writeScopes];

/** The caller of the API: the token's consumer and, for a supplier, who acts for it. */
type Caller = { to: string; handledBy: string | null };

/** The enterprise API. `baseUrl` is the simulator's own address. */
export function createApi(state: AltinnState, verify: VerifyAccessToken, baseUrl: () => string, feed: FeedOptions) {
  const empty = (status: number, headers: Record<string, string> = {}) => new Response(null, { status, headers });

  /** 401 for no valid token or consumer, 403 for the scope; neither with a body. */
  async function callerOf({ req }: Exchange, scopes: readonly string[]): Promise<Caller | Response> {
    const verified = await bearerOf(req.header('authorization'), verify);
    if (!verified) return empty(401, { 'www-authenticate': 'Bearer' });
    if (!verified.scopes.some((scope) => scopes.includes(scope))) return empty(403);
    if (verified.consumer === undefined) return empty(401);
    return {
      to: organisationUrn(verified.consumer),
      handledBy: verified.supplier === undefined ? null : organisationUrn(verified.supplier),
    };
  }

  async function create(exchange: Exchange): Promise<Response> {
    const { req } = exchange;
    const caller = await callerOf(exchange, writeScopes);
    if (caller instanceof Response) return caller;
    if (!/^application\/json\b/i.test(req.header('content-type') ?? '')) return empty(415);
    const read = readCreateBody(await req.text());
    if ('errors' in read) return frameworkAnswer(read.errors);
    const { body } = read;
    if (body.to !== caller.to) return empty(403);
    const organisation = caller.to.slice(-9);
    for (const right of body.consentrights) {
      const resource = state.resources.find(({ id }) => id === right.resource?.[0]?.value);
      if (resource?.accessList && !resource.accessList.includes(organisation)) return empty(403);
    }

    const now = state.now();
    const requiredDelegator = body.requireddelegator ?? null;
    const parties = [body.from, body.to, requiredDelegator, caller.handledBy].filter((urn) => urn !== null);
    const result = checkCreate(body, parties, state.isKnownParty, state.resources, now);
    if ('problems' in result) return problemAnswer(result.problems);

    const id = body.id.toLowerCase();
    const existing = state.requests.get(id);
    if (existing) {
      if (existing.from !== body.from || existing.to !== body.to) {
        return problemAnswer([{ code: 'AM-00016', extensions: { requestId: id } }]);
      }
      // Nothing else is compared: the stored request is what counts, also when the rest of the body differs.
      return Response.json({ ...repeatBody(existing, baseUrl()), ...state.overridesOf(id) });
    }

    const { validTo, rights, templateId } = result.checked;
    const texts = Object.entries(body.requestmessage ?? {}).map(([language, text]) => [language, text ?? '']);
    const created: ConsentRequest = {
      id,
      from: body.from,
      to: body.to,
      requiredDelegator,
      handledBy: caller.handledBy,
      validTo,
      rights,
      requestMessage: body.requestmessage ? Object.fromEntries(texts) : null,
      // As .NET's Uri gives it back.
      redirectUrl: new URL(body.redirecturl).href,
      portalViewMode: body.portalviewmode === 'show' ? 'Show' : 'Hide',
      templateId,
      status: 'Created',
      consented: null,
      events: [{ id: randomUUID(), type: 'Created', created: state.stamp(), performedBy: body.to }],
    };
    state.requests.set(id, created);
    return Response.json(
      { ...detailsBody(created, baseUrl(), now), ...state.overridesOf(id) },
      { status: 201, headers: { location: `${baseUrl()}${apiPath}/${id}` } },
    );
  }

  async function read(exchange: Exchange): Promise<Response> {
    const caller = await callerOf(exchange, readScopes);
    if (caller instanceof Response) return caller;
    const id = (exchange.req.param('id') ?? '').toLowerCase();
    // The route takes a UUID only.
    if (!uuid.test(id)) return empty(404);
    const found = state.requests.get(id);
    if (!found) return problemAnswer([{ code: 'AM-00001' }]);
    if (found.to !== caller.to) return problemAnswer([{ code: 'AM-00000' }]);
    return Response.json({ ...detailsBody(found, baseUrl(), state.now()), ...state.overridesOf(id) });
  }

  async function events(exchange: Exchange): Promise<Response> {
    const caller = await callerOf(exchange, readScopes);
    if (caller instanceof Response) return caller;
    const query = new URL(exchange.req.url).searchParams;
    const requestId = query.get('consentRequestId');
    if (requestId !== null && !uuid.test(requestId.toLowerCase())) {
      return frameworkAnswer({ consentRequestId: ['The value is not valid.'] });
    }
    const requests = [...state.requests.values()];
    return eventsAnswer(requests, caller.to, query, state.feedNow(), `${baseUrl()}${apiPath}/events`, feed);
  }

  /**
   * Maskinporten asks for a consent. The real one asks for a token with `altinn:maskinporten/consent.read`, which only
   * Maskinporten has; here anybody on this machine may ask, since only the Maskinporten simulator knows the route.
   */
  async function lookup({ req }: Exchange): Promise<Response> {
    const body: unknown = await req.json().catch(() => undefined);
    const { id, from, to } = (body ?? {}) as Record<string, unknown>;
    const readable = [id, from, to].every((field) => typeof field === 'string');
    if (!readable || !uuid.test(String(id).toLowerCase()) || !isPartyUrn(String(from)) || !isPartyUrn(String(to))) {
      return frameworkAnswer({ $: ['A field is missing or could not be read.'] });
    }
    const found = state.requests.get(String(id).toLowerCase());
    if (!found) return problemAnswer([{ code: 'AM-00001' }]);
    const problems: Problem[] = [];
    if (to !== found.to && to !== found.handledBy) problems.push({ code: 'AM-00001' });
    if (from !== found.from) problems.push({ code: 'AM-00012' });
    if (found.validTo < state.now()) problems.push({ code: 'AM-00013' });
    if (found.status === 'Revoked') problems.push({ code: 'AM-00011' });
    else if (found.status !== 'Accepted') problems.push({ code: 'AM-00014' });
    const [first, ...others] = problems;
    return first ? problemAnswer([first, ...others]) : Response.json(lookupBody(found));
  }

  return { create, read, events, lookup };
}
