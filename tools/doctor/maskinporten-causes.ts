import { type Cause, digdir, platform } from './cause.ts';

/** What can be wrong at Maskinporten, or between its clock and ours. */
export const maskinportenCauses = {
  'maskinporten-unreachable': {
    says: 'Maskinporten does not answer.',
    who: platform,
    remedy: 'Check MASKINPORTEN_ISSUER, DNS and outbound firewall (allow by name); then status.digdir.no.',
  },
  'maskinporten-metadata': {
    says: 'The server at MASKINPORTEN_ISSUER is not Maskinporten, or names another issuer.',
    who: platform,
    remedy: 'Set MASKINPORTEN_ISSUER to https://test.maskinporten.no or https://maskinporten.no.',
  },
  'clock-ahead': {
    says: "Our clock is ahead of Maskinporten's by more than 10 s, so every assertion is refused.",
    who: platform,
    remedy: 'Synchronise the clock of the host; in Azure, restart the instance and report it.',
  },
  'clock-behind': {
    says: "Our clock is so far behind Maskinporten's that assertions have expired when they arrive.",
    who: platform,
    remedy: 'Synchronise the clock of the host.',
  },
  'clock-drift': {
    says: "Our clock and Maskinporten's differ by 5 s or more; from 10 s on, every token is refused.",
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
    remedy: "Lånekassen grants its own scope; Digdir and Altinn grant Altinn's. Then add the scope to the client.",
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
    says: 'isSupplierCustomer is true, and the bank owns the client itself.',
    who: platform,
    remedy: 'Set isSupplierCustomer to false: it is for the banks of a supplier only.',
  },
  'grant-refused': {
    says: 'Maskinporten refuses the grant for another reason; the code is shown.',
    who: platform,
    remedy: "Look the code up in Digdir's list of errors; give Digdir the incident id from the log.",
  },
  'token-invalid': {
    says: 'The signature, consumer, scope or audience of the token from Maskinporten is not what was requested.',
    who: platform,
    remedy:
      'Check the bank’s organisationNumber and isSupplierCustomer (BANKS) and LANEKASSEN_RESOURCE. If they are right, report it.',
  },
} as const satisfies Record<string, Cause>;
