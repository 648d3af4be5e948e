// What Lånekassen reads in a consent token (the header Consent-ID): docs/contracts/altinn-consent.md §9,
// docs/contracts/lanekassen-saldo.md §3.
import { z } from 'zod';
import type { AccessToken } from '../kit/maskinporten-token.ts';

const consentDetails = z.object({
  type: z.literal('urn:altinn:consent'),
  id: z.string(),
  from: z.string(),
  to: z.object({ authority: z.literal('iso6523-actorid-upis'), ID: z.string() }),
  validTo: z.iso.datetime({ offset: true }),
  consentRights: z.array(
    z.object({ action: z.array(z.string()), resource: z.array(z.object({ type: z.string(), value: z.string() })) }),
  ),
});

const authorizationDetails = z.tuple([consentDetails]);

/** The consent that is expected. `organisationNumber` is the caller's, nine digits. */
export type ExpectedConsent = { nationalId: string; organisationNumber: string; resourceId: string; nowMs: number };

/** Until when the consent in the token holds (ms since 1970), or `undefined` when it is not the one expected. */
export function consentValidTo(token: AccessToken, expected: ExpectedConsent): number | undefined {
  const [consent] = authorizationDetails.safeParse(token.claims.authorization_details).data ?? [];
  if (!consent) return undefined;
  const validToMs = Date.parse(consent.validTo);
  const covers = consent.consentRights.some(
    ({ action, resource }) =>
      action.includes('consent') &&
      resource.some(({ type, value }) => type === 'urn:altinn:resource' && value === expected.resourceId),
  );
  const holds =
    consent.from === `urn:altinn:person:identifier-no:${expected.nationalId}` &&
    consent.to.ID === `0192:${expected.organisationNumber}` &&
    token.consumer === expected.organisationNumber &&
    covers &&
    validToMs > expected.nowMs;
  return holds ? validToMs : undefined;
}
