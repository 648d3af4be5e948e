// The faults that tests plant and doctor must name. A test uses this table, and docs/doctor.md is written from it.
import type { CauseId } from './causes.ts';

/** What is wrong, the check that must report it, and the cause that it must name. `status` is a fault by default. */
export type PlantedFault = { wrong: string; check: string; cause: CauseId; status?: 'warning' };

/** The planted faults by name. The types make a test plant each of them. */
export const plantedFaults = {
  'setting-missing': {
    wrong: 'LANEKASSEN_API_KEY is empty and the organisation number has a wrong control digit',
    check: 'settings',
    cause: 'settings-faulty',
  },
  'identity-down': { wrong: 'The identity endpoint is down', check: 'identity', cause: 'identity-unreachable' },
  'identity-unknown': {
    wrong: 'AZURE_CLIENT_ID is not an identity of this app',
    check: 'identity',
    cause: 'identity-refused',
  },
  'vault-down': { wrong: 'Key Vault does not answer', check: 'vault-key', cause: 'vault-unreachable' },
  'key-version-unknown': {
    wrong: 'The key id names a version that is not there',
    check: 'vault-key',
    cause: 'vault-key-missing',
  },
  'no-get': {
    wrong: 'The identity may sign but not read',
    check: 'vault-key',
    cause: 'vault-no-get',
    status: 'warning',
  },
  'no-sign': { wrong: 'The identity may read but not sign', check: 'vault-sign', cause: 'vault-no-sign' },
  'too-much': {
    wrong: 'The identity may delete and back up keys',
    check: 'vault-permissions',
    cause: 'vault-too-much',
    status: 'warning',
  },
  'key-disabled': { wrong: 'The key version is disabled', check: 'key-mode', cause: 'key-disabled' },
  'key-expired': {
    wrong: 'The key version has expired in the vault',
    check: 'key-mode',
    cause: 'key-expired-in-vault',
  },
  'key-ends-soon': {
    wrong: 'The key version ends in 20 days',
    check: 'key-mode',
    cause: 'key-ends-soon',
    status: 'warning',
  },
  'key-weaker': {
    wrong: 'The key version has no end, and the one before it has',
    check: 'key-mode',
    cause: 'key-weaker',
    status: 'warning',
  },
  'other-certificate': {
    wrong: 'Mode x5c with the certificate of another key',
    check: 'key-mode',
    cause: 'certificate-of-another-key',
  },
  'maskinporten-down': {
    wrong: 'Maskinporten does not answer',
    check: 'maskinporten',
    cause: 'maskinporten-unreachable',
  },
  'not-maskinporten': {
    wrong: 'MASKINPORTEN_ISSUER is another host',
    check: 'maskinporten',
    cause: 'maskinporten-metadata',
  },
  'clock-ahead': { wrong: 'Our clock is 11 s ahead', check: 'clock', cause: 'clock-ahead' },
  'clock-ahead-grant': {
    wrong: 'Our clock is 11 s ahead, as the grant meets it',
    check: 'grant-altinn',
    cause: 'clock-ahead',
  },
  'clock-drifts': { wrong: 'Our clock is 7 s ahead', check: 'clock', cause: 'clock-drift', status: 'warning' },
  'wrong-client': { wrong: 'Unknown client id', check: 'grant-lanekassen', cause: 'client-unknown' },
  'wrong-kid': { wrong: 'A kid that is not registered', check: 'grant-lanekassen', cause: 'kid-unknown' },
  'x5c-for-registered': {
    wrong: 'Mode x5c while the client has registered keys',
    check: 'grant-lanekassen',
    cause: 'kid-unknown',
  },
  'wrong-audience': {
    wrong: 'The issuer in the metadata differs from the one that the token endpoint accepts',
    check: 'grant-altinn',
    cause: 'wrong-audience',
  },
  'registration-expired': {
    wrong: 'The key was registered more than a year ago',
    check: 'grant-lanekassen',
    cause: 'registered-key-expired',
  },
  'other-version': {
    wrong: 'The kid belongs to another version of the key',
    check: 'grant-lanekassen',
    cause: 'wrong-signature',
  },
  'wrong-scope': {
    wrong: "The client lacks Lånekassen's scope",
    check: 'grant-lanekassen',
    cause: 'scope-missing',
  },
  'own-consumer-org': {
    wrong: 'Supplier mode is on although the bank owns the client',
    check: 'grant-altinn',
    cause: 'consumer-org-own',
  },
  'other-bank-token': {
    wrong: 'The client belongs to another organisation than the bank',
    check: 'grant-altinn',
    cause: 'token-invalid',
  },
  'altinn-down': { wrong: 'Altinn does not answer', check: 'altinn', cause: 'altinn-unreachable' },
  'altinn-refuses': { wrong: 'Altinn refuses our token', check: 'altinn', cause: 'altinn-refuses-token' },
  'unknown-resource': {
    wrong: 'A consent resource that Altinn does not know',
    check: 'consent-resource',
    cause: 'consent-resource-unknown',
  },
  'lanekassen-down': { wrong: 'Lånekassen does not answer', check: 'lanekassen', cause: 'lanekassen-unreachable' },
  'lanekassen-elsewhere': {
    wrong: 'LANEKASSEN_BASE_URL is another host',
    check: 'lanekassen',
    cause: 'lanekassen-wrong-host',
  },
  'wrong-api-key': {
    wrong: 'A wrong API key, with --with-test-customer',
    check: 'lanekassen-key',
    cause: 'lanekassen-refuses',
  },
  'storage-missing': { wrong: 'Table storage does not answer', check: 'storage', cause: 'storage-unreachable' },
  'storage-of-another-bank': {
    wrong: "The tables are another bank's",
    check: 'storage',
    cause: 'tables-of-another-bank',
  },
  'login-down': {
    wrong: "The identity provider's key set does not answer",
    check: 'person-tokens',
    cause: 'person-token-issuer',
  },
} as const satisfies Record<string, PlantedFault>;

/** The name of a planted fault. */
export type PlantedFaultName = keyof typeof plantedFaults;
