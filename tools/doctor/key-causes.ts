import { type Cause, platform } from './cause.ts';

/** What can be wrong with the identity, Key Vault, the key and its certificate. */
export const keyCauses = {
  'identity-unreachable': {
    says: 'The identity endpoint gives no token.',
    who: platform,
    remedy: 'Is a managed identity assigned to the app (IDENTITY_ENDPOINT)? Outside Azure, run `az login`.',
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
    remedy: 'Remove the wider role (for example "Key Vault Administrator" or "Crypto Officer").',
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
  'key-ends-soon': {
    says: 'The key, its registration or its certificate ends within 30 days; tokens stop on that day.',
    who: platform,
    remedy:
      'Rotate now (docs/key-rotation.md). If the registration was renewed for the same key, set the expiry date of the key version.',
  },
  'key-weaker': {
    says: 'The key version is weaker than the one before it: in software, shorter, with more operations, or without an end.',
    who: platform,
    remedy: 'Rotate again with npm run rotate-key, which keeps kind, size and end (docs/key-rotation.md).',
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
} as const satisfies Record<string, Cause>;
