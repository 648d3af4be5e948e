// What Lånekassen reads in a consent token: docs/contracts/altinn-consent.md §9, docs/contracts/lanekassen-saldo.md §3. And the other
// possible readings where its documents say nothing (docs/contracts/open-questions.md U3, U4 and U7).
import { z } from 'zod';
import type { AccessToken } from '../kit/maskinporten-token.ts';

/** One possible set of answers to the open questions. */
export type LanekassenVariant = {
  /** The text that must precede the token in `Authorization`. */
  authorizationPrefix: string;
  /** The headers that must contain the consent: `Consent-ID`, `Authorization`, or both. */
  consentTransport: 'consent-id-header' | 'authorization-only' | 'both';
  /** Whether a consent that was accepted once is valid for later calls. */
  remembersConsent: boolean;
};

/** The answers in DSOP's pages. */
export const documentedVariant: LanekassenVariant = {
  authorizationPrefix: '',
  consentTransport: 'consent-id-header',
  remembersConsent: true,
};

/**
 * Where a call contains its consent: the token of `Authorization`, or the text of `Consent-ID`. `undefined`: nowhere that this variant
 * looks.
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
 * Until when the consent in the token is valid (ms since 1970), or `undefined` if it is not the expected one. `organisationNumber` is the
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
