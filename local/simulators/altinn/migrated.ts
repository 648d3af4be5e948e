// A consent that Altinn moved over from Altinn 2 in June 2026: same id, no return address, metadata as it was
// (docs/contracts/altinn-consent.md §14).
import { randomUUID } from 'node:crypto';
import type { ConsentRequest } from './consent-request.ts';
import { organisationUrn, personUrn } from './create-body.ts';
import type { ConsentResource } from './create-rules.ts';
import type { Micros } from './times.ts';

/** The request after the move: accepted. */
export function migratedRequest(
  consent: { id: string; nationalId: string; organisationNumber: string; validTo: number },
  resources: readonly ConsentResource[],
  now: Micros,
): ConsentRequest {
  const from = personUrn(consent.nationalId);
  const event = (type: 'Created' | 'Accepted') => ({ id: randomUUID(), type, created: now, performedBy: from });
  return {
    id: consent.id,
    from,
    to: organisationUrn(consent.organisationNumber),
    requiredDelegator: null,
    handledBy: null,
    validTo: consent.validTo * 1000,
    rights: [
      {
        action: ['consent'],
        resourceType: 'urn:altinn:resource',
        resourceId: resources[0]?.id ?? '',
        resourceVersion: '1',
        metadata: {},
      },
    ],
    requestMessage: null,
    redirectUrl: '',
    portalViewMode: 'Hide',
    templateId: 'samtykkemal_simpleconsent',
    status: 'Accepted',
    consented: now,
    events: [event('Created'), event('Accepted')],
  };
}
