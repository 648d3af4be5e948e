import { type Cause, platform } from './cause.ts';

/** What can be wrong at Altinn, Lånekassen, the state table and the identity provider of customers. */
export const partyCauses = {
  'altinn-unreachable': {
    says: 'Altinn does not answer.',
    who: platform,
    remedy: 'Check ALTINN_BASE_URL, DNS and outbound firewall; then status.altinn.no.',
  },
  'altinn-refuses-token': {
    says: 'Altinn does not accept our token.',
    who: platform,
    remedy: 'Maskinporten and Altinn must be of the same environment (test with tt02); check ALTINN_SCOPE.',
  },
  'consent-resource-unknown': {
    says: 'Altinn does not know the consent resource ALTINN_CONSENT_RESOURCE_ID.',
    who: 'platform team, with Lånekassen',
    remedy: 'Ask Lånekassen for the resource id of this environment.',
  },
  'altinn-access-list': {
    says: "The bank is not on the resource's access list, or the scope is missing.",
    who: 'Lånekassen',
    remedy: 'Ask Lånekassen to add the bank to the access list of the resource.',
  },
  'altinn-refuses-request': {
    says: "Altinn refuses the app's consent request; its code is shown.",
    who: platform,
    remedy:
      'Check ALTINN_CONSENT_METADATA_KEY, the bank’s organisationNumber (BANKS) and that Altinn knows the test customer.',
  },
  'lanekassen-unreachable': {
    says: 'Lånekassen does not answer.',
    who: platform,
    remedy: 'Check LANEKASSEN_BASE_URL, DNS and outbound firewall. Lånekassen may have to allow our address.',
  },
  'lanekassen-wrong-host': {
    says: 'The server at LANEKASSEN_BASE_URL does not have the saldo service.',
    who: platform,
    remedy: 'Set LANEKASSEN_BASE_URL to the host that Lånekassen gave for this environment.',
  },
  'lanekassen-refuses': {
    says: 'Lånekassen answers 401: the API key is not the one for this bank and environment, or the token is refused.',
    who: 'platform team, with Lånekassen',
    remedy: 'Check LANEKASSEN_API_KEY, LANEKASSEN_SCOPE and LANEKASSEN_AUTH_PREFIX.',
  },
  'storage-unreachable': {
    says: 'Table storage does not answer.',
    who: platform,
    remedy: 'Check STATE_TABLE_ENDPOINT, DNS, the private endpoint and the firewall of the storage account.',
  },
  'storage-refused': {
    says: 'Table storage refuses the identity.',
    who: platform,
    remedy: 'Give the identity "Storage Table Data Contributor" on the account.',
  },
  'tables-of-another-bank': {
    says: 'The tables belong to another bank.',
    who: platform,
    remedy: 'Check BANKS and STATE_TABLE_ENDPOINT: each app has tables of its own.',
  },
  'person-token-issuer': {
    says: "The bank's identity provider gives no usable keys.",
    who: 'platform team, with the identity provider',
    remedy: 'Check jwksUri and algorithms of the bank’s identityProvider (BANKS).',
  },
} as const satisfies Record<string, Cause>;
