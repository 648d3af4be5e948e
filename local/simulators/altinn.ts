// Altinn's consent: the API that the bank and Maskinporten call, and the pages where the customer answers. One server for
// both, though the real ones are two hosts. The specification is docs/contracts/altinn-consent.md, Part 1.
import { setTimeout as sleep } from 'node:timers/promises';
import { type AltinnState, createApi } from './altinn/api.ts';
import { createBrowserPages } from './altinn/browser.ts';
import { act, type ConsentAction, type ConsentRequest, type ConsentStatus } from './altinn/consent-request.ts';
import { organisationUrn, personUrn } from './altinn/create-body.ts';
import type { ConsentResource } from './altinn/create-rules.ts';
import {
  type AltinnFault,
  type AltinnRoute,
  createHolds,
  createPlannedFaults,
  type HeldCall,
} from './altinn/faults.ts';
import { migratedRequest } from './altinn/migrated.ts';
import { withOutcome } from './altinn/redirect-url.ts';
import { registryAnswer } from './altinn/registry.ts';
import { toOffsetTime } from './altinn/times.ts';
import { trackConnections } from './connections.ts';
import { createVerifyAccessToken } from './maskinporten-token.ts';
import {
  type SimulatedAnswer,
  type SimulatedRequest,
  type Simulator,
  type SimulatorOptions,
  serve,
} from './simulator.ts';
import { testBank, testCustomers } from './test-customers.ts';

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

/** Steers the simulated Altinn. */
export type AltinnControl = {
  /** All requests, in the order created. */
  requests(): AltinnRequest[];
  /** What the person does in Altinn. Throws with Altinn's code in the message where Altinn refuses. */
  approve(id: string): void;
  reject(id: string): void;
  revoke(id: string): void;
  /** Calls in the order answered, those of the pages included. */
  calls(): AltinnCall[];
  failNext(count: number, fault: AltinnFault): void;
  /** Holds the next call of that kind at a marked point, until it is released. */
  hold(route: AltinnRoute, point: 'before' | 'after'): HeldCall;
  /** Forgets what was planned and has not come up. */
  noFaults(): void;
  /** Every API call waits this many ms before it is worked on; 0 ends it. */
  setDelay(delayMs: number): void;
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
  /** While on, all that happens bears one and the same timestamp. */
  stopStamps(on: boolean): void;
  /** Where the browser is sent, as things stand. */
  redirectFor(id: string): string;
};

const apiPath = '/accessmanagement/api/v1/enterprise/consentrequests';
const lookupPath = '/accessmanagement/api/v1/maskinporten/consent/lookup';

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
  const faults = createPlannedFaults();
  const holds = createHolds();
  const calls: AltinnCall[] = [];
  let { resources } = options;
  let delayMs = 0;
  let stamps = 0;
  let feedLeadMs = 0;
  let stopped: number | undefined;
  let url = '';

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
  const api = createApi(state, verify, () => url, feed);
  const pages = createBrowserPages(state, { persons, nameOf: (urn) => names.get(urn) });

  type ApiCall = {
    name: AltinnRoute;
    route: string;
    work(request: SimulatedRequest): Promise<SimulatedAnswer> | SimulatedAnswer;
  };
  function apiCallOf({ method, path: sentPath }: SimulatedRequest): ApiCall | undefined {
    const path = sentPath.replace(/\/$/, '');
    if (method === 'POST' && path === apiPath) return { name: 'create', route: apiPath, work: api.create };
    if (method === 'POST' && path === lookupPath) return { name: 'lookup', route: lookupPath, work: api.lookup };
    if (method === 'GET' && path === `${apiPath}/events`) return { name: 'events', route: path, work: api.events };
    const id = method === 'GET' && path.startsWith(`${apiPath}/`) ? path.slice(apiPath.length + 1) : '';
    if (id === '' || id.includes('/')) return undefined;
    return { name: 'read', route: `${apiPath}/{id}`, work: (request) => api.read(request, id) };
  }

  async function answerApi(call: ApiCall, request: SimulatedRequest): Promise<SimulatedAnswer> {
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
    await holds.wait(call.name, 'before');
    const fault = faults.take(call.name);
    if (!fault) {
      const answer = await call.work(request);
      await holds.wait(call.name, 'after');
      return answer;
    }
    if (fault.afterProcessing) {
      await call.work(request);
      calls.push({ method: request.method, route: call.route, status: 0 });
      return connections.reset(request);
    }
    return {
      status: fault.status ?? 503,
      ...(fault.retryAfter === undefined ? {} : { headers: { 'retry-after': fault.retryAfter } }),
      ...(fault.body === undefined ? {} : { body: fault.body }),
    };
  }

  const running = await serve('Altinn', options.port ?? 0, async (request) => {
    const registered = registryAnswer(request, resources);
    if (registered) return registered;
    const call = apiCallOf(request);
    const page = call ? undefined : pages(request);
    const answer = call ? await answerApi(call, request) : (page ?? { status: 404 });
    const route = call?.route ?? (page ? request.path : '(unknown)');
    calls.push({ method: request.method, route, status: answer.status });
    return answer;
  });
  const connections = trackConnections(running.server);
  url = running.url;

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
    url,
    close: running.close,
    control: {
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
      failNext: faults.plan,
      hold: holds.hold,
      noFaults: faults.clear,
      setDelay: (ms) => {
        delayMs = ms;
      },
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
