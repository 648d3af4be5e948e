// A consent that Altinn moved over from Altinn 2 in June 2026: same id, no return address, metadata as it was
// (docs/contracts/altinn-consent.md §14).
import { type ConsentRequest, type Micros, newEvent } from './consent-request.ts';
import { organisationUrn, personUrn } from './create-body.ts';
import { defaultTemplate } from './create-rules.ts';

/** The consent before the move; `validTo` in ms since 1970. */
export type MigratedConsent = { id: string; nationalId: string; organisationNumber: string; validTo: number };

/** The request after the move: accepted. */
export function migratedRequest(consent: MigratedConsent, resourceId: string, now: Micros): ConsentRequest {
  const from = personUrn(consent.nationalId);
  const right = {
    action: ['consent'],
    resourceType: 'urn:altinn:resource',
    resourceId,
    resourceVersion: '1',
    metadata: {},
  };
  return {
    id: consent.id,
    from,
    to: organisationUrn(consent.organisationNumber),
    requiredDelegator: null,
    handledBy: null,
    validTo: consent.validTo * 1000,
    rights: [right],
    requestMessage: null,
    redirectUrl: '',
    portalViewMode: 'Hide',
    templateId: defaultTemplate,
    status: 'Accepted',
    consented: now,
    events: [newEvent('Created', now, from), newEvent('Accepted', now, from)],
  };
}
