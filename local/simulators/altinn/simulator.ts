// Altinn's consent: the API that the bank and Maskinporten call, and the pages where the customer answers. One server for
// both, though the real ones are two hosts. The specification is docs/contracts/altinn-consent.md, Part 1.
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
  /** Which organisations exist; default the test bank. A supplier must be here too. */
  knownOrganisations?: readonly { organisationNumber: string; name: string }[] | undefined;
  /** Events on a page; default 100. */
  eventsPageSize?: number | undefined;
};

type Route = 'create' | 'read' | 'events' | 'lookup';

/** An answer of the API that a test plans; `route`: only for this call, by default the next one. */
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

/** Starts Altinn on 127.0.0.1. Its control's faults and delay are those of the API, not of the pages. */
export async function startAltinn(options: AltinnOptions) {
  const { clock = Date.now, knownOrganisations = [testBank], eventsPageSize = 100 } = options;
  const steering = createSteering<AltinnFault>();
  const calls: { method: string; route: string; status: number }[] = [];
  const state = createState(clock, options.resources, knownOrganisations);
  const verify = createVerifyAccessToken(options.maskinportenUrl, clock);
  const api = createApi(state, verify, () => running.url, eventsPageSize);

  /** Answers an API call, with what was planned for it. */
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
  /** What the person does in Altinn. Throws with Altinn's code in the message where Altinn refuses. */
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
      /** Calls in the order answered, those of the pages included. `route` has no ids. */
      calls: () => [...calls],
      /** Fields answered differently about a request (`*`: about all), on creating and reading; `{}` ends it. */
      override(id: string, fields: Record<string, unknown>): void {
        state.overrides.set(id, fields);
      },
      /** Adds consents that Altinn moved over from Altinn 2. */
      addMigrated(consents: readonly MigratedConsent[]): void {
        const [resource] = state.resources;
        for (const one of consents) state.requests.set(one.id, migratedRequest(one, resource?.id ?? '', state.stamp()));
      },
      /** Replaces the resources that a consent can be asked for. */
      setResources(changed: readonly ConsentResource[]): void {
        state.resources = changed;
      },
      /** Moves the clock by which events are stamped and shown; tokens and `validTo` go by the simulator's own. */
      advanceFeed(ms: number): void {
        state.feedLeadMs += ms;
      },
      /** While on, everything that happens has the same timestamp. */
      stopStamps(on: boolean): void {
        state.stoppedAt = on ? state.feedNow() : undefined;
      },
      /** Where the browser is sent now. */
      redirectFor(id: string): string {
        const { redirectUrl, events } = requestOf(id);
        return withOutcome(redirectUrl, events);
      },
    },
  };
}
