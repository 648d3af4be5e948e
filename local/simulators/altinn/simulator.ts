// Altinn's consent: the API that the bank and Maskinporten call, and the pages where the customer answers. One server for
// both, though the real ones are two hosts. The specification is docs/contracts/altinn-consent.md, Part 1.
import { createVerifyAccessToken } from '../kit/maskinporten-token.ts';
import { createRoutes, type Exchange, reset, type Simulator, type SimulatorOptions, serve } from '../kit/simulator.ts';
import { createSteering, type Steering } from '../kit/steering.ts';
import { testBank, testCustomers } from '../test-customers.ts';
import { type AltinnState, apiPath, createApi } from './api.ts';
import { addPages } from './browser.ts';
import { act, type ConsentAction, type ConsentRequest, type ConsentStatus } from './consent-request.ts';
import { organisationUrn, personUrn } from './create-body.ts';
import type { ConsentResource } from './create-rules.ts';
import { type AltinnFault, type AltinnRoute, type HeldCall, Holds } from './faults.ts';
import { migratedRequest } from './migrated.ts';
import { withOutcome } from './redirect-url.ts';
import { addRegistry } from './registry.ts';
import { toOffsetTime } from './times.ts';

/** Settings of the simulated Altinn. `maskinportenUrl` has no trailing slash; lag in ms. */
export type AltinnOptions = SimulatorOptions & {
  maskinportenUrl: string;
  resources: readonly ConsentResource[];
  /** Who is in the register of persons; default the test customers. */
  knownPersons?: readonly { nationalId: string; name: string }[];
  /** Which organisations exist; default the test bank. A supplier must be here too. */
  knownOrganisations?: readonly { organisationNumber: string; name: string }[];
  /** Events on a page; default 100. */
  eventsPageSize?: number;
  /** How old an event is before the feed shows it; default 5 minutes. */
  eventsLagMs?: number;
};

/** A consent request as the test sees it. Parties are URNs, `validTo` is as the API writes it. */
export type AltinnRequest = {
  id: string;
  from: string;
  to: string;
  requiredDelegator: string | null;
  handledBy: string | null;
  status: ConsentStatus;
  validTo: string;
  redirectUrl: string;
  resourceIds: string[];
  metadata: Record<string, string>;
};

/** One call; `route` is a template without ids, `status` 0 means a broken connection. */
export type AltinnCall = { method: string; route: string; status: number };

/** Steers the simulated Altinn; faults and delay are those of the API, not of the pages. */
export type AltinnControl = Steering<AltinnFault> & {
  /** All requests, in the order created. */
  requests(): AltinnRequest[];
  /** What the person does in Altinn. Throws with Altinn's code in the message where Altinn refuses. */
  approve(id: string): void;
  reject(id: string): void;
  revoke(id: string): void;
  /** Calls in the order answered, those of the pages included. */
  calls(): AltinnCall[];
  /** Holds the next call of that kind at a marked point, until it is released. */
  hold(route: AltinnRoute, point: 'before' | 'after'): HeldCall;
  /** Fields answered differently about a request (`*`: about all), on creating and reading; `{}` ends it. */
  override(id: string, fields: Record<string, unknown>): void;
  /** Adds consents that were moved from Altinn 2: accepted, without a return address. `validTo` in ms since 1970. */
  addMigrated(
    consents: readonly { id: string; nationalId: string; organisationNumber: string; validTo: number }[],
  ): void;
  /** Replaces the resources that a consent can be asked for. */
  setResources(resources: readonly ConsentResource[]): void;
  /** Moves the clock by which events are stamped and shown; tokens and `validTo` go by the simulator's own. */
  advanceFeed(ms: number): void;
  /** While on, everything that happens has the same timestamp. */
  stopStamps(on: boolean): void;
  /** Where the browser is sent now. */
  redirectFor(id: string): string;
};

/** Starts Altinn on 127.0.0.1. */
export async function startAltinn(options: AltinnOptions): Promise<Simulator<AltinnControl>> {
  const clock = options.clock ?? Date.now;
  const persons = options.knownPersons ?? testCustomers;
  const organisations = options.knownOrganisations ?? [testBank];
  const names = new Map<string, string>([
    ...persons.map(({ nationalId, name }) => [personUrn(nationalId), name] as const),
    ...organisations.map(({ organisationNumber, name }) => [organisationUrn(organisationNumber), name] as const),
  ]);
  const requests = new Map<string, ConsentRequest>();
  const overrides = new Map<string, Record<string, unknown>>();
  const steering = createSteering<AltinnFault>();
  const holds = new Holds();
  const calls: AltinnCall[] = [];
  let { resources } = options;
  let stamps = 0;
  let feedLeadMs = 0;
  let stopped: number | undefined;

  const state: AltinnState = {
    requests,
    get resources() {
      return resources;
    },
    isKnownParty: (urn) => names.has(urn),
    now: () => clock() * 1000,
    stamp: () => {
      if (stopped !== undefined) return stopped;
      stamps += 1;
      return state.feedNow() + (stamps % 1000);
    },
    feedNow: () => (clock() + feedLeadMs) * 1000,
    overridesOf: (id) => ({ ...overrides.get('*'), ...overrides.get(id) }),
  };
  const verify = createVerifyAccessToken(options.maskinportenUrl, clock);
  const feed = { pageSize: options.eventsPageSize ?? 100, lagMs: options.eventsLagMs ?? 5 * 60_000 };
  const api = createApi(state, verify, () => running.url, feed);

  /** Answers an API call, with what was planned for it; status 0 when its connection was broken. */
  async function answerApi(name: AltinnRoute, exchange: Exchange): Promise<{ status: number; answer: Response }> {
    await steering.delay();
    await holds.wait(name, 'before');
    const fault = steering.next((planned) => (planned.route ?? name) === name);
    if (!fault) {
      const answer = await api[name](exchange);
      await holds.wait(name, 'after');
      return { status: answer.status, answer };
    }
    if (fault.afterProcessing) {
      await api[name](exchange);
      return { status: 0, answer: reset(exchange) };
    }
    const { status = 503, retryAfter, body } = fault;
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    const init = { status, headers };
    return { status, answer: typeof body === 'object' ? Response.json(body, init) : new Response(body || null, init) };
  }

  const routes = createRoutes();
  const apiRoutes: readonly (readonly [method: string, path: string, name: AltinnRoute])[] = [
    ['POST', apiPath, 'create'],
    ['GET', `${apiPath}/events`, 'events'],
    ['GET', `${apiPath}/:id`, 'read'],
    ['POST', '/accessmanagement/api/v1/maskinporten/consent/lookup', 'lookup'],
  ];
  for (const [method, path, name] of apiRoutes)
    routes.on(method, path, async (exchange) => {
      const { status, answer } = await answerApi(name, exchange);
      calls.push({ method, route: path.replace(':id', '{id}'), status });
      return answer;
    });
  addRegistry(routes, () => resources);
  routes.use('/accessmanagement/ui/*', async (exchange, next) => {
    await next();
    calls.push({ method: exchange.req.method, route: exchange.req.path, status: exchange.res.status });
  });
  addPages(routes, state, { persons, nameOf: (urn) => names.get(urn) });
  const running = await serve('Altinn', options.port ?? 0, routes);

  function requestOf(id: string): ConsentRequest {
    const request = requests.get(id);
    if (!request) throw new Error(`Altinn has no consent request ${id}.`);
    return request;
  }
  function perform(id: string, action: ConsentAction): void {
    const problem = act(requestOf(id), action, state.stamp());
    if (problem) throw new Error(`Altinn refuses to ${action}: ${problem.code}`);
  }

  return {
    ...running,
    control: {
      ...steering.control,
      requests: () =>
        [...requests.values()].map((request) => ({
          id: request.id,
          from: request.from,
          to: request.to,
          requiredDelegator: request.requiredDelegator,
          handledBy: request.handledBy,
          status: request.status,
          validTo: toOffsetTime(request.validTo),
          redirectUrl: request.redirectUrl,
          resourceIds: request.rights.map(({ resourceId }) => resourceId),
          metadata: { ...request.rights[0]?.metadata },
        })),
      approve: (id) => perform(id, 'approve'),
      reject: (id) => perform(id, 'reject'),
      revoke: (id) => perform(id, 'revoke'),
      calls: () => [...calls],
      hold: (route, point) => holds.hold(route, point),
      override: (id, fields) => {
        overrides.set(id, fields);
      },
      addMigrated: (consents) => {
        for (const one of consents) requests.set(one.id, migratedRequest(one, resources, state.stamp()));
      },
      setResources: (changed) => {
        resources = changed;
      },
      advanceFeed: (ms) => {
        feedLeadMs += ms;
      },
      stopStamps: (on) => {
        stopped = on ? state.feedNow() : undefined;
      },
      redirectFor: (id) => withOutcome(requestOf(id).redirectUrl, requestOf(id).events),
    },
  };
}
