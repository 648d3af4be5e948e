import * as z from 'zod';
import {
  certificateChain,
  choice,
  headerPrefix,
  identifier,
  keyId,
  origin,
  resourceIds,
  scope,
  secretText,
  whole,
} from './kinds.ts';
import { setting } from './setting.ts';

/** Total time of a call to an upstream, milliseconds: changed when the party promises another time. */
const totalTime = (words: string, standard: number) =>
  setting(whole({ standard, min: 100, max: 60_000 }), { words, source: 'service' });
/** Calls at once to an upstream from one instance: lowered when the alert `throttled` names it. */
const concurrency = (words: string, standard: number) =>
  setting(whole({ standard, min: 1, max: 256 }), { words, source: 'service' });

/** Maskinporten, and the key that the vault signs with. */
export const maskinporten = {
  MASKINPORTEN_ISSUER: setting(origin, {
    words: 'https://test.maskinporten.no or https://maskinporten.no. Its metadata names the endpoints.',
    example: 'http://127.0.0.1:7101',
    source: 'party',
  }),
  MASKINPORTEN_CLIENT_ID: setting(identifier, {
    words: 'The client id (integration id) at Digdir.',
    example: '00000000-0000-0000-0000-000000000000',
    source: 'bank',
  }),
  MASKINPORTEN_KEY_ID: setting(keyId, {
    words: 'The Key Vault key id with version. The app may only read this key and sign with it.',
    example: 'http://127.0.0.1:7104/keys/maskinporten/00000000000000000000000000000000',
    source: 'template',
  }),
  MASKINPORTEN_KEY_MODE: setting(choice(['kid', 'x5c'], 'kid'), {
    words: 'kid: a public key is registered on the client. x5c: the app sends the certificate in each assertion.',
    source: 'template',
  }),
  MASKINPORTEN_KID: setting(identifier.optional(), {
    words: 'The kid of the registered public key.',
    example: 'eksempelbanken-saldo-1',
    source: 'template',
  }),
  MASKINPORTEN_CERTIFICATE_CHAIN: setting(certificateChain.optional(), {
    words: 'With x5c: the public certificate chain as PEM, leaf first.',
    source: 'bank',
  }),
  ALTINN_MASKINPORTEN_CLIENT_ID: setting(identifier.optional(), {
    words: "The client id of the client that has Altinn's scope, if it is another client.",
    source: 'bank',
  }),
  ALTINN_MASKINPORTEN_KEY_ID: setting(keyId.optional(), {
    words: 'The Key Vault key id, with version, of that client.',
    source: 'bank',
  }),
  ALTINN_MASKINPORTEN_KID: setting(identifier.optional(), { words: 'The kid of that client.', source: 'bank' }),
  MASKINPORTEN_TOTAL_TIMEOUT_MS: totalTime(
    'The time for all attempts of a grant together, milliseconds. The wait in the queue before the first is not included.',
    20_000,
  ),
  MASKINPORTEN_MAX_CONCURRENCY: concurrency(
    'Grants at once from one instance. Lower it when the alert `throttled` names Maskinporten.',
    16,
  ),
  KEY_VAULT_TOTAL_TIMEOUT_MS: totalTime('The time for all attempts of a signature together, milliseconds.', 3000),
  KEY_VAULT_MAX_CONCURRENCY: concurrency(
    'Signatures at once from one instance. Lower it when the alert `throttled` names the vault.',
    8,
  ),
};

/** Altinn. */
export const altinn = {
  ALTINN_BASE_URL: setting(origin, {
    words: 'https://platform.tt02.altinn.no or https://platform.altinn.no.',
    example: 'http://127.0.0.1:7102',
    source: 'party',
  }),
  ALTINN_SCOPE: setting(scope('altinn:consentrequests.write'), {
    words: 'Scope of the consent API.',
    source: 'service',
  }),
  // The first is used for new requests; all are accepted.
  ALTINN_CONSENT_RESOURCE_ID: setting(resourceIds, {
    words:
      "The resource ids of Lånekassen's consent, separated by commas. The first is used for new requests; all are accepted. They are not public: ask Lånekassen or Bits.",
    example: 'slk_5498_1',
    source: 'bank',
  }),
  // Empty: the resource defines no key, so none is sent (docs/contracts/open-questions.md U2).
  ALTINN_CONSENT_METADATA_KEY: setting(z.literal('').or(identifier).default('navn'), {
    words: "The metadata key for the bank's name. If it is empty, no metadata is sent.",
    source: 'service',
    emptyIsAValue: true,
  }),
  ALTINN_TOTAL_TIMEOUT_MS: totalTime('The time for all attempts of a call to Altinn together, milliseconds.', 5000),
  ALTINN_MAX_CONCURRENCY: concurrency(
    'Calls at once from one instance. Lower it when the alert `throttled` names Altinn.',
    8,
  ),
};

/** Lånekassen. */
export const lanekassen = {
  LANEKASSEN_BASE_URL: setting(origin, {
    words: 'https://ekstern01.api.test.lanekassen.no or https://ekstern01.api.lanekassen.no.',
    example: 'http://127.0.0.1:7103',
    source: 'party',
  }),
  LANEKASSEN_API_KEY: setting(secretText, {
    words: 'The API key that Lånekassen gave this bank; a Key Vault reference on Azure.',
    example: 'not-a-real-key',
    source: 'secret',
    vaultSecret: 'lanekassen-api-key',
  }),
  LANEKASSEN_SCOPE: setting(scope('lanekassen:lan/v1/saldoopplysninger'), {
    words: 'Scope of the saldo API.',
    source: 'service',
  }),
  LANEKASSEN_RESOURCE: setting(identifier.optional(), {
    words: 'The resource claim of the assertion, if Lånekassen should ask for one.',
    source: 'service',
  }),
  LANEKASSEN_CONSENT_TRANSPORT: setting(
    choice(['consent-id-header', 'authorization-only', 'both'], 'consent-id-header'),
    {
      words: 'The header that carries the consent token: consent-id-header, authorization-only or both.',
      source: 'service',
    },
  ),
  LANEKASSEN_SEND_CONSENT_TOKEN: setting(choice(['until-200', 'always'], 'until-200'), {
    words: 'When a call carries a consent token: until-200 (until the first 200 for the consent, duty C-2) or always.',
    source: 'service',
  }),
  LANEKASSEN_AUTH_PREFIX: setting(headerPrefix, {
    words: 'The text before the token in the Authorization header. It may be empty.',
    source: 'service',
    emptyIsAValue: true,
    untrimmed: true,
  }),
  LANEKASSEN_TOTAL_TIMEOUT_MS: totalTime(
    'The time for all attempts of a look-up at Lånekassen together, milliseconds. The wait in the queue before the first is not included.',
    20_000,
  ),
  LANEKASSEN_MAX_CONCURRENCY: concurrency(
    'Calls at once from one instance. Lånekassen can get this number times the number of instances. Lower it when the alert `throttled` names Lånekassen.',
    16,
  ),
};
