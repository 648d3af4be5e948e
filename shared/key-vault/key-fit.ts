import type { KeyObject } from 'node:crypto';
import type { KeyHeader } from '../maskinporten/grant.ts';
import type { AlertReason } from '../telemetry/alerts.ts';
import { leafOf } from './certificate-chain.ts';

/** What the vault shows of a key version. Instants in ms since 1970. */
export type VaultKey = {
  keyType: string;
  /** Of an RSA key. */
  publicKey: KeyObject | undefined;
  operations: readonly string[] | undefined;
  enabled: boolean | undefined;
  expiresOn: number | undefined;
  createdOn: number | undefined;
};

/** Why a key cannot be used. `lasting`: no change in the vault fixes it, so the settings must change and the app restart. */
export type Misfit = { fault: AlertReason; action: string; lasting: boolean };

/**
 * Whether what the vault holds fits the mode (docs/contracts/interface.md §4, `MASKINPORTEN_KEY_MODE`): RSA of at least 2048 bits that may
 * sign RS256, and with `x5c` the very key of the leaf. The public half is all that is looked at.
 */
export function misfitOf(key: VaultKey, header: KeyHeader, now: number): Misfit | undefined {
  const lasting = (fault: AlertReason, action: string): Misfit => ({ fault, action, lasting: true });
  const passing = (fault: AlertReason, action: string): Misfit => ({ fault, action, lasting: false });
  if (!/^RSA(?:-HSM)?$/.test(key.keyType) || key.publicKey === undefined)
    return lasting('key-not-rsa', 'MASKINPORTEN_KEY_ID names a key that is not RSA: Maskinporten takes RS256 only.');
  if (bitsOf(key) < 2048)
    return lasting('key-too-short', 'The key is shorter than 2048 bits: make a new one and register it.');
  if ('x5c' in header) {
    const leaf = leafOf(header.x5c);
    if (!key.publicKey.equals(leaf.publicKey))
      return lasting(
        'certificate-of-another-key',
        "The leaf of MASKINPORTEN_CERTIFICATE_CHAIN is not the certificate of the vault's key: set the chain of that key version, or the key id that the certificate was made for.",
      );
    if (now < Date.parse(leaf.validFrom) || now > Date.parse(leaf.validTo))
      return passing('certificate-expired', 'The virksomhetssertifikat is outside its time: order a new one.');
  }
  if (key.operations !== undefined && !key.operations.includes('sign'))
    return passing('key-may-not-sign', 'The key does not allow the operation sign: set its permitted operations.');
  if (key.enabled === false) return passing('key-disabled', 'The key version is disabled in the vault: enable it.');
  if (key.expiresOn !== undefined && key.expiresOn <= now)
    return passing('key-expired-in-vault', 'The key version has expired in the vault: rotate (docs/key-rotation.md).');
  return undefined;
}

/** A key registered at Digdir is refused after this long (MP-121, docs/contracts/maskinporten.md §7). */
const registrationMs = 365 * 86_400_000;

/**
 * When the key stops being of use, ms since 1970; `undefined`: not to be known. With `x5c` the certificate's end counts
 * too. With `kid`, only a refusal shows when the registration ends; it cannot be older than the key version, so a year after the
 * version was made is the earliest end, unless the version carries a date that an operator has set.
 */
export function endOf(key: VaultKey, header: KeyHeader): number | undefined {
  if ('x5c' in header)
    return Math.min(key.expiresOn ?? Number.POSITIVE_INFINITY, Date.parse(leafOf(header.x5c).validTo));
  return key.expiresOn ?? (key.createdOn === undefined ? undefined : key.createdOn + registrationMs);
}

/** Bits of the modulus. */
export function bitsOf({ publicKey }: Pick<VaultKey, 'publicKey'>): number {
  return publicKey?.asymmetricKeyDetails?.modulusLength ?? 0;
}
