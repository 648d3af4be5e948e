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
    words: 'https://test.maskinporten.no or https://maskinporten.no; endpoints come from its metadata.',
    example: 'http://127.0.0.1:7101',
    source: 'party',
  }),
  MASKINPORTEN_CLIENT_ID: setting(identifier, {
    words: 'Client id (integration id) at Digdir.',
    example: '00000000-0000-0000-0000-000000000000',
    source: 'bank',
  }),
  MASKINPORTEN_KEY_ID: setting(keyId, {
    words: 'Key Vault key id with version; the app may read it and sign with it, nothing else.',
    example: 'http://127.0.0.1:7104/keys/maskinporten/00000000000000000000000000000000',
    source: 'template',
  }),
  MASKINPORTEN_KEY_MODE: setting(choice(['kid', 'x5c'], 'kid'), {
    words: 'kid: a public key is registered on the client; x5c: its certificate is sent along.',
    example: 'kid',
    source: 'template',
  }),
  MASKINPORTEN_KID: setting(identifier.optional(), {
    words: 'kid of the registered public key.',
    example: 'eksempelbanken-saldo-1',
    source: 'template',
  }),
  MASKINPORTEN_CERTIFICATE_CHAIN: setting(certificateChain.optional(), {
    words: 'With x5c: the public chain, PEM, leaf first.',
    source: 'bank',
  }),
  ALTINN_MASKINPORTEN_CLIENT_ID: setting(identifier.optional(), {
    words: "If Altinn's scope is on another client: its client id.",
    source: 'bank',
  }),
  ALTINN_MASKINPORTEN_KEY_ID: setting(keyId.optional(), {
    words: 'Its Key Vault key id with version.',
    source: 'bank',
  }),
  ALTINN_MASKINPORTEN_KID: setting(identifier.optional(), { words: 'Its kid.', source: 'bank' }),
  MASKINPORTEN_TOTAL_TIMEOUT_MS: totalTime(
    'A grant, all attempts together, milliseconds; the wait in the queue before the first comes on top.',
    20_000,
  ),
  MASKINPORTEN_MAX_CONCURRENCY: concurrency(
    'Grants at once from one instance. Lower it when the alert `throttled` names Maskinporten.',
    16,
  ),
  KEY_VAULT_TOTAL_TIMEOUT_MS: totalTime('A signature, all attempts together, milliseconds.', 3000),
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
    example: 'altinn:consentrequests.write',
    source: 'service',
  }),
  // The first is asked for; all are accepted.
  ALTINN_CONSENT_RESOURCE_ID: setting(resourceIds, {
    words:
      "Resource ids of Lånekassen's consent, separated by commas: the first is asked for, all are accepted. Not public: ask Lånekassen or Bits.",
    example: 'slk_5498_1',
    source: 'bank',
  }),
  // Empty: the resource defines no key, so none is sent (docs/contracts/open-questions.md U2).
  ALTINN_CONSENT_METADATA_KEY: setting(z.literal('').or(identifier).default('navn'), {
    words: "Metadata key that carries the bank's name; empty: none is sent.",
    example: 'navn',
    source: 'service',
    emptyIsAValue: true,
  }),
  ALTINN_TOTAL_TIMEOUT_MS: totalTime('A call to Altinn, all attempts together, milliseconds.', 5000),
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
  }),
  LANEKASSEN_SCOPE: setting(scope('lanekassen:lan/v1/saldoopplysninger'), {
    words: 'Scope of the saldo API.',
    example: 'lanekassen:lan/v1/saldoopplysninger',
    source: 'service',
  }),
  LANEKASSEN_RESOURCE: setting(identifier.optional(), {
    words: 'resource claim of the assertion, if Lånekassen ever asks for one.',
    source: 'service',
  }),
  LANEKASSEN_CONSENT_TRANSPORT: setting(
    choice(['consent-id-header', 'authorization-only', 'both'], 'consent-id-header'),
    {
      words: 'How the consent token travels: consent-id-header, authorization-only or both.',
      example: 'consent-id-header',
      source: 'service',
    },
  ),
  LANEKASSEN_SEND_CONSENT_TOKEN: setting(choice(['until-200', 'always'], 'until-200'), {
    words: 'until-200 (duty C-2) or always.',
    example: 'until-200',
    source: 'service',
  }),
  LANEKASSEN_AUTH_PREFIX: setting(headerPrefix, {
    words: 'What precedes the token in Authorization; empty: nothing.',
    source: 'service',
    emptyIsAValue: true,
    untrimmed: true,
  }),
  LANEKASSEN_TOTAL_TIMEOUT_MS: totalTime(
    'A look-up at Lånekassen, all attempts together, milliseconds; the wait in the queue before the first comes on top.',
    20_000,
  ),
  LANEKASSEN_MAX_CONCURRENCY: concurrency(
    'Calls at once from one instance; times the instances it is what Lånekassen sees. Lower it when the alert `throttled` names it.',
    16,
  ),
};
