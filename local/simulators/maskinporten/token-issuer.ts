// From a verified assertion to an access token (maskinporten_protocol_token), and the ways a test may spoil that token on purpose.
import { randomBytes } from 'node:crypto';
import { type JWTPayload, UnsecuredJWT } from 'jose';
import { createKeyRing, type KeyRing } from '../kit/key-ring.ts';
import type { Clock } from '../kit/simulator.ts';
import type { VerifiedAssertion } from './assertion.ts';
import { iso6523, lookUpConsent, namedConsent } from './consent-details.ts';
import { Refusal } from './refusal.ts';

/**
 * Who signs a token. `published`: the published key. `unknown-kid`: a key that /jwk does not have. `forged`: such a key under the published
 * `kid`. `unsigned`: no signature (alg none). `quoted`: a correct token in quotation marks, as once seen in the DSOP chain.
 */
export type TokenSigner = 'published' | 'unknown-kid' | 'forged' | 'unsigned' | 'quoted';

/** Alters the claims of a token before it is signed. */
export type ClaimsTamper = (claims: JWTPayload) => JWTPayload;

/** What a test can change while the simulator runs; `change` and `signer` make tokens wrong. */
export type IssuerState = {
  /** Where consents are looked up. Without it every assertion with `authorization_details` is refused. */
  altinnUrl: string | undefined;
  change: ClaimsTamper | undefined;
  signer: TokenSigner;
  /** The raw access tokens that were issued. */
  readonly issued: string[];
};

/**
 * The organisations of the token, as organisation numbers. Checks whether this client may have this scope, for itself or as a supplier for
 * another organisation (maskinporten_func_delegering).
 * Refuses with MP-200, MP-201, MP-250, MP-251, or without a code for the own organisation.
 */
function authorityOf({ client, claims }: VerifiedAssertion): { consumer: string; supplier: string | undefined } {
  const scopes = claims.scope.split(' ');
  if (scopes.some((scope) => !client.scopes.includes(scope))) throw Refusal.of('MP-200');
  if (scopes.some((scope) => client.userLoginScopes?.includes(scope))) throw Refusal.of('MP-201');
  const consumer = claims.consumer_org;
  if (consumer === undefined) return { consumer: client.organisationNumber, supplier: undefined };
  if (consumer === client.organisationNumber)
    throw new Refusal(400, 'invalid_request', "Invalid assertion. consumer_org is the client's own organisation.");
  const delegation = client.delegations?.find((each) => each.consumerOrg === consumer);
  if (scopes.some((scope) => delegation?.withoutAccess?.includes(scope))) throw Refusal.of('MP-250');
  if (!scopes.every((scope) => delegation?.scopes.includes(scope))) throw Refusal.of('MP-251');
  return { consumer, supplier: client.organisationNumber };
}

/** Creates the issuer. It returns the 200 answer, or throws {@link Refusal} if scope, consumer or consent do not allow a token. */
export function createTokenIssuer(
  issuer: () => string,
  signingKeys: KeyRing,
  lifetimeSeconds: number,
  clock: Clock,
  state: IssuerState,
): (assertion: VerifiedAssertion) => Promise<Response> {
  let stranger: KeyRing | undefined;

  async function sign(claims: JWTPayload): Promise<string> {
    const { signer } = state;
    if (signer === 'unsigned') return new UnsecuredJWT(claims).encode();
    const honest = await signingKeys.sign(claims, { typ: undefined });
    if (signer === 'quoted') return `"${honest}"`;
    if (signer === 'published') return honest;
    stranger ??= await createKeyRing();
    return stranger.sign(claims, signer === 'forged' ? { kid: signingKeys.kid() } : {});
  }

  async function consentFor(details: unknown, receiver: string): Promise<object | undefined> {
    if (details === undefined) return undefined;
    const named = namedConsent(details);
    if (state.altinnUrl === undefined) throw Refusal.of('MP-301', 'The simulator knows no Altinn.');
    return lookUpConsent(state.altinnUrl, named, receiver);
  }

  return async (assertion) => {
    const { client, claims: asked, clientAmr } = assertion;
    const { consumer, supplier } = authorityOf(assertion);
    const consent = await consentFor(asked.authorization_details, consumer);
    const now = clock();
    const iat = Math.floor(now / 1000);
    const claims: JWTPayload = {
      iss: issuer(),
      client_id: client.clientId,
      client_amr: clientAmr,
      consumer: iso6523(consumer),
      ...(supplier === undefined ? {} : { supplier: iso6523(supplier), delegation_source: 'https://tt02.altinn.no/' }),
      scope: asked.scope,
      token_type: 'Bearer',
      iat,
      exp: iat + lifetimeSeconds,
      jti: randomBytes(32).toString('base64url'),
      ...(asked.resource && { aud: asked.resource.length === 1 ? String(asked.resource[0]) : asked.resource }),
      ...(consent && { authorization_details: [consent] }),
    };
    const accessToken = await sign(state.change?.(claims) ?? claims);
    state.issued.push(accessToken);
    const body = {
      access_token: accessToken,
      token_type: 'Bearer',
      // The remaining whole seconds, so usually 119 of 120, as in the documentation's examples.
      expires_in: Math.floor(iat + lifetimeSeconds - now / 1000),
      scope: asked.scope,
    };
    return Response.json(body, { headers: { 'cache-control': 'no-store' } });
  };
}
