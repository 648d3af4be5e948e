// What can be wrong between this app and the outside, in plain words: what doctor says, and what the runbook lists.

/** One cause: what it means, who can mend it, and how. No value ever stands here. */
export type Cause = { says: string; who: string; remedy: string };

const platform = 'platform team';
const digdir = 'platform team, in Digdir self-service';

/** Every cause doctor can name. */
export const causes = {
  'settings-faulty': {
    says: 'Settings are missing or wrong; each is listed by name.',
    who: platform,
    remedy: 'Mend the settings named and restart.',
  },
  'identity-unreachable': {
    says: 'The identity endpoint gives no token.',
    who: platform,
    remedy: 'Is a managed identity assigned to the app (IDENTITY_ENDPOINT)? Elsewhere than in Azure: `az login`.',
  },
  'identity-refused': {
    says: 'The identity endpoint refuses: no identity with the client id AZURE_CLIENT_ID belongs to this app.',
    who: platform,
    remedy: 'Set AZURE_CLIENT_ID to the client id (not the object id) of the identity assigned to the app.',
  },
  'vault-unreachable': {
    says: 'Key Vault does not answer.',
    who: platform,
    remedy: 'Check the host in MASKINPORTEN_KEY_ID, DNS, the private endpoint and the firewall of the vault.',
  },
  'vault-refuses-identity': {
    says: 'Key Vault does not accept the token of the identity.',
    who: platform,
    remedy: 'The vault belongs to another tenant than the identity: use one of the same tenant.',
  },
  'vault-no-get': {
    says: 'The identity may not read the public key, so key mode and end of life cannot be checked at start.',
    who: platform,
    remedy: 'Give the identity "Key Vault Crypto User" on this one key.',
  },
  'vault-no-sign': {
    says: 'The identity may not sign with the key.',
    who: platform,
    remedy: 'Give the identity "Key Vault Crypto User" on this one key; a new role takes some minutes to work.',
  },
  'vault-too-much': {
    says: 'The identity may do more in the vault than read and sign: it may delete or back up keys.',
    who: platform,
    remedy: 'Take the wider role away (for example "Key Vault Administrator" or "Crypto Officer").',
  },
  'vault-key-missing': {
    says: 'The vault has no such key, or not that version of it.',
    who: platform,
    remedy: 'Set MASKINPORTEN_KEY_ID to the full id with version, as the vault shows it.',
  },
  'key-disabled': {
    says: 'The key version is disabled in the vault.',
    who: platform,
    remedy: 'Enable it, or rotate to another (docs/key-rotation.md).',
  },
  'key-expired-in-vault': {
    says: 'The key version has passed its expiry date in the vault.',
    who: platform,
    remedy: 'Rotate to a new version (docs/key-rotation.md).',
  },
  'key-unfit': {
    says: 'The key cannot sign RS256: not RSA, shorter than 2048 bits, or without the operation sign.',
    who: platform,
    remedy: 'Make an RSA key of at least 2048 bits with the operation sign, and register it.',
  },
  'certificate-of-another-key': {
    says: "MASKINPORTEN_CERTIFICATE_CHAIN is the certificate of another key than the vault's.",
    who: platform,
    remedy: 'Set the chain that was issued for this key version, or the key id that the certificate was made for.',
  },
  'certificate-expired': {
    says: 'The virksomhetssertifikat is outside its time of validity.',
    who: 'platform team, with the certificate issuer',
    remedy: 'Order a new certificate, or register a public key and use MASKINPORTEN_KEY_MODE=kid.',
  },
  'maskinporten-unreachable': {
    says: 'Maskinporten does not answer.',
    who: platform,
    remedy: 'Check MASKINPORTEN_ISSUER, DNS and outbound firewall (allow by name); then status.digdir.no.',
  },
  'maskinporten-metadata': {
    says: 'What answers at MASKINPORTEN_ISSUER is not Maskinporten, or calls itself by another issuer.',
    who: platform,
    remedy: 'Set MASKINPORTEN_ISSUER to https://test.maskinporten.no or https://maskinporten.no.',
  },
  'clock-ahead': {
    says: "Our clock is ahead of Maskinporten's by more than it bears: every assertion is refused.",
    who: platform,
    remedy: 'Synchronise the clock of the host; in Azure, restart the instance and report it.',
  },
  'clock-behind': {
    says: "Our clock is behind Maskinporten's by so much that assertions have expired on arrival.",
    who: platform,
    remedy: 'Synchronise the clock of the host.',
  },
  'clock-drift': {
    says: "Our clock and Maskinporten's differ by 5 s or more; from 10 s on it hurts.",
    who: platform,
    remedy: 'Synchronise the clock of the host.',
  },
  'client-unknown': {
    says: 'MP-100: Maskinporten does not know the client.',
    who: digdir,
    remedy: 'Check MASKINPORTEN_CLIENT_ID and that it is of the same environment as MASKINPORTEN_ISSUER.',
  },
  'kid-unknown': {
    says: 'MP-100: the client has no key with this kid, or its keys and MASKINPORTEN_KEY_MODE do not fit each other.',
    who: digdir,
    remedy:
      'Register the public key under MASKINPORTEN_KID, or set the kid that is registered. Registered keys take mode kid, none takes x5c.',
  },
  'wrong-audience': {
    says: 'MP-110: the audience of the assertion is not this environment.',
    who: platform,
    remedy: 'Test and production are mixed up, or a proxy changes the metadata: check MASKINPORTEN_ISSUER.',
  },
  'certificate-refused': {
    says: 'MP-120, MP-122 or MP-123: Maskinporten refuses the certificate (environment, organisation or chain).',
    who: 'platform team, with the certificate issuer',
    remedy: "Use a certificate of this environment and of the client's organisation, with its whole chain.",
  },
  'registered-key-expired': {
    says: 'MP-121: the registered key is more than a year old.',
    who: digdir,
    remedy: 'Rotate now (docs/key-rotation.md); registering the same key again renews it too.',
  },
  'wrong-signature': {
    says: 'MP-124: the key version in the vault is not the one registered under this kid.',
    who: platform,
    remedy: 'MASKINPORTEN_KEY_ID and MASKINPORTEN_KID must change together.',
  },
  'scope-missing': {
    says: 'MP-200 or MP-201: the client does not have the scope.',
    who: 'platform team, with the owner of the scope',
    remedy: "Lånekassen grants its scope, Digdir and Altinn Altinn's; then add it to the client.",
  },
  'no-access': {
    says: 'MP-250: the organisation has not been given access to the scope.',
    who: 'the owner of the scope',
    remedy: 'Ask Lånekassen (or Altinn) to give the organisation access.',
  },
  'not-delegated': {
    says: 'MP-251: the bank has not delegated the scope to the supplier.',
    who: 'the bank, in Altinn',
    remedy: 'Delegate the scope in Altinn; production delegations do not count in test.',
  },
  'consumer-org-own': {
    says: 'MASKINPORTEN_CONSUMER_ORG is the organisation that owns the client.',
    who: platform,
    remedy: 'Leave it empty: it is for suppliers only.',
  },
  'grant-refused': {
    says: 'Maskinporten refuses the grant for another reason; the code is shown.',
    who: platform,
    remedy: "Look the code up in Digdir's list of errors; give Digdir the incident id from the log.",
  },
  'token-invalid': {
    says: "Maskinporten's answer is not what was asked for: signature, consumer, scope or audience.",
    who: platform,
    remedy: 'Check BANK_ORGANISATION_NUMBER, MASKINPORTEN_CONSUMER_ORG and LANEKASSEN_RESOURCE; else report it.',
  },
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
    says: 'Altinn refuses a consent request of ours; its code is shown.',
    who: platform,
    remedy: 'Check ALTINN_CONSENT_METADATA_KEY, BANK_ORGANISATION_NUMBER and that Altinn knows the test customer.',
  },
  'lanekassen-unreachable': {
    says: 'Lånekassen does not answer.',
    who: platform,
    remedy: 'Check LANEKASSEN_BASE_URL, DNS and outbound firewall; Lånekassen may have to let our address in.',
  },
  'lanekassen-wrong-host': {
    says: 'What answers at LANEKASSEN_BASE_URL does not have the saldo service.',
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
    remedy: 'Check BANK_ORGANISATION_NUMBER and STATE_TABLE_ENDPOINT: each bank has tables of its own.',
  },
  'person-token-issuer': {
    says: "The bank's identity provider gives no usable keys.",
    who: 'platform team, with the identity provider',
    remedy: 'Check PERSON_TOKEN_JWKS_URI and PERSON_TOKEN_ALGORITHMS.',
  },
  'check-failed': {
    says: 'The check itself failed, which says nothing about the part checked.',
    who: 'developers',
    remedy: 'A defect of doctor: report the check and the name of the error.',
  },
} as const satisfies Record<string, Cause>;

/** The name of a cause. */
export type CauseId = keyof typeof causes;
