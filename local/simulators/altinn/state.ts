// The state of the simulated Altinn and its clocks, shared by the API, the pages and the control.
import type { Clock } from '../kit/simulator.ts';
import { testCustomers } from '../test-customers.ts';
import { type ConsentRequest, type Micros, newEvent, newRequest } from './consent-request.ts';
import { organisationUrn, personUrn } from './create-body.ts';
import type { ConsentResource } from './create-rules.ts';

/** Everything that one Altinn stores. */
export type AltinnState = ReturnType<typeof createState>;

/** An Altinn without requests. Its register has the test customers and these organisations. */
export function createState(
  clock: Clock,
  resources: readonly ConsentResource[],
  organisations: readonly { organisationNumber: string; name: string }[],
) {
  let stamps = 0;
  const state = {
    /** By id, in the order created. */
    requests: new Map<string, ConsentRequest>(),
    resources,
    /** Names by party URN of everyone in Altinn's register. */
    names: new Map([
      ...testCustomers.map(({ nationalId, name }) => [personUrn(nationalId), name] as const),
      ...organisations.map(({ organisationNumber, name }) => [organisationUrn(organisationNumber), name] as const),
    ]),
    /** Fields that a test answers differently, by request id; `*`: for all requests. */
    overrides: new Map<string, Record<string, unknown>>(),
    overridesOf: (id: string) => ({ ...state.overrides.get('*'), ...state.overrides.get(id) }),
    now: (): Micros => clock() * 1000,
    /** How far the feed's clock is ahead, ms. */
    feedLeadMs: 0,
    /** The present time of the event feed. */
    feedNow: (): Micros => (clock() + state.feedLeadMs) * 1000,
    /** While set, the timestamp of all events. */
    stoppedAt: undefined as Micros | undefined,
    /** The present time, with digits below the millisecond that order events of the same millisecond. */
    stamp(): Micros {
      stamps += 1;
      return state.stoppedAt ?? state.feedNow() + (stamps % 1000);
    },
  };
  return state;
}

/** A consent before Altinn moved it from Altinn 2 in June 2026 (docs/contracts/altinn-consent.md §14); `validTo` in ms since 1970. */
export type MigratedConsent = { id: string; nationalId: string; organisationNumber: string; validTo: number };

/** The request after the move: accepted, with the same id, no return address, and unchanged metadata. */
export function migratedRequest(consent: MigratedConsent, resourceId: string, now: Micros): ConsentRequest {
  const from = personUrn(consent.nationalId);
  return newRequest({
    id: consent.id,
    from,
    to: organisationUrn(consent.organisationNumber),
    validTo: consent.validTo * 1000,
    rights: [{ action: ['consent'], resourceType: 'urn:altinn:resource', resourceId, metadata: {} }],
    status: 'Accepted',
    consented: now,
    events: [newEvent('Created', now, from), newEvent('Accepted', now, from)],
  });
}
