// The enterprise API and Maskinporten's look-up: docs/contracts/altinn-consent.md §3–§10.
import { z } from 'zod';
import { bearerOf, type VerifyAccessToken } from '../kit/maskinporten-token.ts';
import type { Exchange } from '../kit/simulator.ts';
import { detailsBody, lookupBody, repeatBody } from './bodies.ts';
import { newEvent, newRequest } from './consent-request.ts';
import { organisationUrn, party, readCreateBody, requestId } from './create-body.ts';
import { checkCreate } from './create-rules.ts';
import { eventsAnswer } from './events-feed.ts';
import { frameworkAnswer, type Problem, problemAnswer } from './problems.ts';
import type { AltinnState } from './state.ts';

/** The address of the enterprise API. */
export const apiPath = '/accessmanagement/api/v1/enterprise/consentrequests';
const writeScopes = ['altinn:consentrequests.write', 'altinn:consentrequests.org'];
const readScopes = ['altinn:consentrequests.read', ...writeScopes];

const lookupRequest = z.object({ id: requestId, from: party, to: party });

/** The caller of the API: the token's consumer and, with a supplier, who acts for it. */
type Caller = { to: string; handledBy: string | null };

const empty = (status: number, headers: Record<string, string> = {}) => new Response(null, { status, headers });

/** The enterprise API. `baseUrl` is the simulator's own address, `pageSize` that of the event feed. */
export function createApi(state: AltinnState, verify: VerifyAccessToken, baseUrl: () => string, pageSize: number) {
  /** 401 for no valid token or consumer, 403 for the scope; neither with a body. */
  async function callerOf({ req }: Exchange, scopes: readonly string[]): Promise<Caller | Response> {
    const verified = await bearerOf(req.header('authorization'), verify);
    if (!verified) return empty(401, { 'www-authenticate': 'Bearer' });
    if (!verified.scopes.some((scope) => scopes.includes(scope))) return empty(403);
    const { consumer, supplier } = verified;
    if (consumer === undefined) return empty(401);
    return { to: organisationUrn(consumer), handledBy: supplier === undefined ? null : organisationUrn(supplier) };
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
      const resource = state.resources.find(({ id }) => id === right.resource[0]?.value);
      if (resource?.accessList && !resource.accessList.includes(organisation)) return empty(403);
    }

    const now = state.now();
    const { id, from, to, requireddelegator: requiredDelegator = null } = body;
    const parties = [from, to, requiredDelegator, caller.handledBy].filter((urn) => urn !== null);
    const stranger = parties.find((urn) => !state.names.has(urn));
    const checked = checkCreate(body, stranger, state.resources, now);
    if ('problems' in checked) return problemAnswer(checked.problems);

    const existing = state.requests.get(id);
    if (existing) {
      if (existing.from !== from || existing.to !== to)
        return problemAnswer([{ code: 'AM-00016', extensions: { requestId: id } }]);
      // Nothing else is compared: the stored request counts, even if the rest of the body differs.
      return Response.json({ ...repeatBody(existing, baseUrl()), ...state.overridesOf(id) });
    }

    const created = newRequest({
      id,
      from,
      to,
      requiredDelegator,
      handledBy: caller.handledBy,
      validTo: body.validto,
      ...checked,
      requestMessage: body.requestmessage ?? null,
      // As written by .NET's Uri.
      redirectUrl: new URL(body.redirecturl).href,
      portalViewMode: body.portalviewmode === 'show' ? 'Show' : 'Hide',
      events: [newEvent('Created', state.stamp(), to)],
    });
    state.requests.set(id, created);
    return Response.json(
      { ...detailsBody(created, baseUrl(), now), ...state.overridesOf(id) },
      { status: 201, headers: { location: `${baseUrl()}${apiPath}/${id}` } },
    );
  }

  async function read(exchange: Exchange): Promise<Response> {
    const caller = await callerOf(exchange, readScopes);
    if (caller instanceof Response) return caller;
    const id = requestId.safeParse(exchange.req.param('id')).data;
    // The route accepts only a UUID.
    if (id === undefined) return empty(404);
    const found = state.requests.get(id);
    if (!found) return problemAnswer([{ code: 'AM-00001' }]);
    if (found.to !== caller.to) return problemAnswer([{ code: 'AM-00000' }]);
    return Response.json({ ...detailsBody(found, baseUrl(), state.now()), ...state.overridesOf(id) });
  }

  async function events(exchange: Exchange): Promise<Response> {
    const caller = await callerOf(exchange, readScopes);
    if (caller instanceof Response) return caller;
    const query = new URL(exchange.req.url).searchParams;
    const requests = [...state.requests.values()];
    return eventsAnswer(requests, caller.to, query, state.feedNow(), `${baseUrl()}${apiPath}/events`, pageSize);
  }

  /**
   * Maskinporten's look-up of a consent. The real Maskinporten calls it with a token for `altinn:maskinporten/consent.read`, which only
   * Maskinporten has. Here every program on this machine may call it, because only the Maskinporten simulator knows the route.
   */
  async function lookup({ req }: Exchange): Promise<Response> {
    const asked = lookupRequest.safeParse(await req.json().catch(() => undefined));
    if (!asked.success) return frameworkAnswer({ $: ['A field is missing or could not be read.'] });
    const { id, from, to } = asked.data;
    const found = state.requests.get(id);
    if (!found) return problemAnswer([{ code: 'AM-00001' }]);
    const problems: Problem[] = [];
    if (to !== found.to && to !== found.handledBy) problems.push({ code: 'AM-00001' });
    if (from !== found.from) problems.push({ code: 'AM-00012' });
    if (found.validTo < state.now()) problems.push({ code: 'AM-00013' });
    if (found.status === 'Revoked') problems.push({ code: 'AM-00011' });
    else if (found.status !== 'Accepted') problems.push({ code: 'AM-00014' });
    return problems.length > 0 ? problemAnswer(problems) : Response.json(lookupBody(found));
  }

  return { create, read, events, lookup };
}
