// How Lånekassen may answer where its documents are silent (docs/contracts/open-questions.md U3, U4 and U7).
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
  const isInAuthorization = authorization.claims.authorization_details !== undefined;
  if (consentTransport === 'authorization-only') return isInAuthorization ? authorization : undefined;
  if (consentTransport === 'both') return isInAuthorization ? consentId : undefined;
  return consentId;
}
