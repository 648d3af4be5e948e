// Altinn's consents: the API for the bank and Maskinporten, and the pages where the customer answers. One server plays both, although the
// real ones are two hosts. The specification is docs/contracts/altinn-consent.md, Part 1.
import { createVerifyAccessToken } from '../kit/maskinporten-token.ts';
import { createRoutes, type Exchange, type SimulatorOptions, serve } from '../kit/simulator.ts';
import { createSteering, type PlannedAnswer, plannedAnswer } from '../kit/steering.ts';
import { testBank } from '../test-customers.ts';
import { apiPath, createApi } from './api.ts';
import { addPages } from './browser.ts';
import { act, type ConsentAction, type ConsentRequest, toOffsetTime, withOutcome } from './consent-request.ts';
import type { ConsentResource } from './create-rules.ts';
import { createState, type MigratedConsent, migratedRequest } from './state.ts';

/** Settings of the simulated Altinn. `maskinportenUrl` has no trailing slash. */
export type AltinnOptions = SimulatorOptions & {
  maskinportenUrl: string;
  resources: readonly ConsentResource[];
  /** The organisations that exist; default the test bank. A supplier must be here too. */
  knownOrganisations?: readonly { organisationNumber: string; name: string }[] | undefined;
  /** Events on a page; default 100. */
  eventsPageSize?: number | undefined;
};

type Route = 'create' | 'read' | 'events' | 'lookup';

/** An API answer that a test plans. `route`: only for this call; by default for the next call. */
type AltinnFault = PlannedAnswer & { route?: Route };

const apiRoutes: readonly (readonly [method: string, path: string, name: Route])[] = [
  ['POST', apiPath, 'create'],
  ['GET', `${apiPath}/events`, 'events'],
  ['GET', `${apiPath}/:id`, 'read'],
  ['POST', '/accessmanagement/api/v1/maskinporten/consent/lookup', 'lookup'],
];

/** A resource as the registry shows it (Altinn/altinn-resource-registry, ResourceController.cs). */
const registryBody = ({ id, ownerCode, hidesMetadata, metadataKeys }: ConsentResource) => ({
  identifier: id,
  resourceType: 'Consent',
  hasCompetentAuthority: { orgcode: ownerCode ?? 'slk' },
  ...(hidesMetadata ? {} : { consentMetadata: Object.fromEntries(metadataKeys.map((key) => [key, {}])) }),
});

/** Starts Altinn on 127.0.0.1. Faults and delays of its control apply to the API, not to the pages. */
export async function startAltinn(options: AltinnOptions) {
  const { clock = Date.now, knownOrganisations = [testBank], eventsPageSize = 100 } = options;
  const steering = createSteering<AltinnFault>();
  const calls: { method: string; route: string; status: number }[] = [];
  const state = createState(clock, options.resources, knownOrganisations);
  const verify = createVerifyAccessToken(options.maskinportenUrl, clock);
  const api = createApi(state, verify, () => running.url, eventsPageSize);

  /** Answers an API call, with the planned answer if there is one. */
  async function answerApi(name: Route, exchange: Exchange): Promise<Response> {
    await steering.delay();
    const fault = steering.next((planned) => (planned.route ?? name) === name);
    return fault ? plannedAnswer(fault) : api[name](exchange);
  }

  const routes = createRoutes();
  for (const [method, path, name] of apiRoutes)
    routes.on(method, path, async (exchange) => {
      const answer = await answerApi(name, exchange);
      calls.push({ method, route: path.replace(':id', '{id}'), status: answer.status });
      return answer;
    });
  // Altinn's resource registry, open to all: one resource, or the list.
  routes.get('/resourceregistry/api/v1/resource/resourcelist', (exchange) =>
    exchange.json(state.resources.map(registryBody)),
  );
  routes.get('/resourceregistry/api/v1/resource/:id', (exchange) => {
    const found = state.resources.find(({ id }) => id === exchange.req.param('id'));
    return found ? exchange.json(registryBody(found)) : exchange.json({ title: 'Not Found', status: 404 }, 404);
  });
  routes.use('/accessmanagement/ui/*', async (exchange, next) => {
    await next();
    calls.push({ method: exchange.req.method, route: exchange.req.path, status: exchange.res.status });
  });
  addPages(routes, state);
  const running = await serve('Altinn', options.port ?? 0, routes);

  function requestOf(id: string): ConsentRequest {
    const request = state.requests.get(id);
    if (!request) throw new Error(`Altinn has no consent request ${id}.`);
    return request;
  }
  /** What the person does in Altinn. Throws with Altinn's code in the message if Altinn refuses. */
  const perform = (action: ConsentAction) => (id: string) => {
    const problem = act(requestOf(id), action, state.stamp());
    if (problem) throw new Error(`Altinn refuses to ${action}: ${problem.code}`);
  };

  return {
    ...running,
    control: {
      ...steering.control,
      /** All requests, in the order created. Parties are URNs, `validTo` is as the API writes it. */
      requests: () =>
        [...state.requests.values()].map(({ rights, validTo, ...request }) => ({
          ...request,
          validTo: toOffsetTime(validTo),
          resourceIds: rights.map(({ resourceId }) => resourceId),
          metadata: { ...rights[0]?.metadata },
        })),
      approve: perform('approve'),
      reject: perform('reject'),
      revoke: perform('revoke'),
      /** Calls in the order of their answers, including those of the pages. `route` contains no ids. */
      calls: () => [...calls],
      /** Fields answered differently for a request (`*`: for all), on creating and reading; `{}` ends it. */
      override(id: string, fields: Record<string, unknown>): void {
        state.overrides.set(id, fields);
      },
      /** Adds consents that Altinn moved over from Altinn 2. */
      addMigrated(consents: readonly MigratedConsent[]): void {
        const [resource] = state.resources;
        for (const one of consents) state.requests.set(one.id, migratedRequest(one, resource?.id ?? '', state.stamp()));
      },
      /** Replaces the resources for which a consent can be requested. */
      setResources(changed: readonly ConsentResource[]): void {
        state.resources = changed;
      },
      /** Moves the clock for the time stamps and the age of events. Tokens and `validTo` use the simulator's own clock. */
      advanceFeed(ms: number): void {
        state.feedLeadMs += ms;
      },
      /** While on, all events have the same timestamp. */
      stopStamps(on: boolean): void {
        state.stoppedAt = on ? state.feedNow() : undefined;
      },
      /** The present target of the redirect. */
      redirectFor(id: string): string {
        const { redirectUrl, events } = requestOf(id);
        return withOutcome(redirectUrl, events);
      },
    },
  };
}
