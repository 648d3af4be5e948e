// How a rotation may change a client's registered keys. The self-service API replaces the whole set, so a mistake would lock the bank out.
// Therefore every rule is checked before anything is sent.
import { createHash } from 'node:crypto';

/** A registered public key: RSA, for signatures. Other members are kept as they are. */
export type PublicKey = { kid: string; kty: string; n: string; e: string; use?: string; alg?: string };

/** The most keys that Digdir allows on a client (docs/contracts/maskinporten.md §7). */
export const maxKeys = 5;

/** Why a change is refused, as a text for the operator. */
export class PlanRefused extends Error {
  constructor(words: string) {
    super(words);
    this.name = 'PlanRefused';
  }
}

/** The JWK thumbprint of a public RSA key (RFC 7638 §3.2), base64url. */
export function thumbprint({ e, kty, n }: Pick<PublicKey, 'e' | 'kty' | 'n'>): string {
  return createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
}

/** A `kid` that no other customer of Digdir has: the name, the month, and a part of the key itself. */
export function newKid(name: string, key: Pick<PublicKey, 'e' | 'kty' | 'n'>, now: Date): string {
  return `${name}-${now.toISOString().slice(0, 7)}-${thumbprint(key)
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 8)}`;
}

/** The registered keys and one more. The same key under the same `kid` gives the same set, and registering that renews it for a year. */
export function withKey(registered: readonly PublicKey[], added: PublicKey): PublicKey[] {
  const same = registered.find(({ kid }) => kid === added.kid);
  if (same && thumbprint(same) !== thumbprint(added))
    throw new PlanRefused(`kid ${added.kid} is registered with another key: choose another kid.`);
  const twin = registered.find((key) => key.kid !== added.kid && thumbprint(key) === thumbprint(added));
  if (twin) throw new PlanRefused(`This key is registered already, as ${twin.kid}: use that kid.`);
  if (!same && registered.length >= maxKeys)
    throw new PlanRefused(`The client has ${maxKeys} keys already: retire one first.`);
  return same ? [...registered] : [...registered, added];
}

/** The registered keys without one. A key in use and the last key are refused. */
export function withoutKey(registered: readonly PublicKey[], kid: string, inUse: readonly string[]): PublicKey[] {
  if (!registered.some((key) => key.kid === kid)) throw new PlanRefused(`kid ${kid} is not registered.`);
  if (inUse.includes(kid))
    throw new PlanRefused(`kid ${kid} is in use: the settings name it. Change the settings, restart, then retire it.`);
  const left = registered.filter((key) => key.kid !== kid);
  if (!inUse.some((used) => left.some((key) => key.kid === used)))
    throw new PlanRefused('The keys that would be left do not include the key in use: the app would be locked out.');
  return left;
}
