import {
  algorithms,
  fullUrl,
  identifier,
  organisationNumber,
  origin,
  returnUrl,
  returnUrlRules,
  text,
} from './kinds.ts';
import { setting } from './setting.ts';

/** Addresses of the app and of the bank's pages. */
export const addresses = {
  PUBLIC_BASE_URL: setting(origin, {
    words: 'Where Altinn sends the browser back: scheme and host of this app, without /api.',
    example: 'http://127.0.0.1:7071',
    source: 'template',
  }),
  ALLOWED_RETURN_URLS: setting(returnUrlRules, {
    words:
      'Pages of the bank (or app links) that a customer may be sent back to, comma-separated; each covers what lies below it.',
    example: 'http://127.0.0.1:3000/,mybank://studielan',
    source: 'bank',
  }),
  DEFAULT_RETURN_URL: setting(returnUrl, {
    words: 'One of them: for a browser that comes back with nothing we know.',
    example: 'http://127.0.0.1:3000/',
    source: 'bank',
  }),
};

/** The identity provider that vouches for the bank's customers. */
export const identityProvider = {
  PERSON_TOKEN_ISSUER: setting(fullUrl, {
    words: "iss of the customer's token: the bank's identity provider.",
    example: 'http://127.0.0.1:7105',
    source: 'bank',
  }),
  PERSON_TOKEN_AUDIENCE: setting(identifier, {
    words: 'aud that the token must carry.',
    example: 'studielan-api',
    source: 'bank',
  }),
  PERSON_TOKEN_JWKS_URI: setting(fullUrl, {
    words: "Where the identity provider's public keys are.",
    example: 'http://127.0.0.1:7105/jwks',
    source: 'bank',
  }),
  PERSON_TOKEN_NATIONAL_ID_CLAIM: setting(identifier.default('pid'), {
    words: 'Claim with the national id.',
    example: 'pid',
    source: 'bank',
  }),
  PERSON_TOKEN_SESSION_CLAIM: setting(identifier.default('sid'), {
    words: "Claim with the login session; must carry what the logout token's sid carries.",
    example: 'sid',
    source: 'bank',
  }),
  PERSON_TOKEN_ALGORITHMS: setting(algorithms, {
    words: 'Signature algorithms that are accepted.',
    example: 'RS256,PS256,ES256',
    source: 'bank',
  }),
  LOGOUT_TOKEN_AUDIENCE: setting(identifier.optional(), {
    words: "The bank's client id at its identity provider; empty: back-channel logout is off.",
    source: 'bank',
  }),
};

/** Who the bank is. */
export const bank = {
  BANK_ORGANISATION_NUMBER: setting(organisationNumber, {
    words: 'Nine digits.',
    example: '310000019',
    source: 'bank',
  }),
  BANK_NAME: setting(text, {
    words: 'As in Enhetsregisteret: the customer reads it in the consent.',
    example: 'Eksempelbanken ASA',
    source: 'bank',
  }),
};
