// What Lånekassen reads in a consent token: docs/contracts/altinn-consent.md §9, docs/contracts/lanekassen-saldo.md §3. And how it may
// read it otherwise, where its documents are silent (docs/contracts/open-questions.md U3, U4 and U7).
import { z } from 'zod';
import type { AccessToken } from '../kit/maskinporten-token.ts';

/** One way to answer the open questions. */
export type LanekassenVariant = {
  /** What must be before the token in `Authorization`. */
  authorizationPrefix: string;
  /** Which headers must carry the consent: `Consent-ID`, `Authorization`, or both of them. */
  consentTransport: 'consent-id-header' | 'authorization-only' | 'both';
  /** Whether a consent that was once taken serves later calls. */
  remembersConsent: boolean;
};

/** What DSOP's pages say. */
export const documentedVariant: LanekassenVariant = {
  authorizationPrefix: '',
  consentTransport: 'consent-id-header',
  remembersConsent: true,
};

/**
 * Where a call carries its consent: the token of `Authorization`, or the text of `Consent-ID`. `undefined`: nowhere that this
 * variant looks.
 */
export function carriedConsent(
  { consentTransport }: LanekassenVariant,
  authorization: AccessToken,
  consentId: string | undefined,
): AccessToken | string | undefined {
  if (consentTransport === 'consent-id-header') return consentId;
  if (authorization.claims.authorization_details === undefined) return undefined;
  return consentTransport === 'both' ? consentId : authorization;
}

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

/**
 * Until when the consent in the token holds (ms since 1970), or `undefined` when it is not the one expected. `organisationNumber` is the
 * caller's, nine digits.
 */
export function consentValidTo(
  token: AccessToken,
  expected: { nationalId: string; organisationNumber: string; resourceId: string },
): number | undefined {
  const [consent] = authorizationDetails.safeParse(token.claims.authorization_details).data ?? [];
  const isExpected =
    consent?.from === `urn:altinn:person:identifier-no:${expected.nationalId}` &&
    consent.to.ID === `0192:${expected.organisationNumber}` &&
    token.consumer === expected.organisationNumber &&
    consent.consentRights.some(
      ({ action, resource }) =>
        action.includes('consent') &&
        resource.some(({ type, value }) => type === 'urn:altinn:resource' && value === expected.resourceId),
    );
  return isExpected ? Date.parse(consent.validTo) : undefined;
}
