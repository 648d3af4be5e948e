// The `x5c` mode: the assertion contains the organisation's certificate and its chain (maskinporten_protocol_jwtgrant).
import { type KeyObject, X509Certificate } from 'node:crypto';
import { Refusal } from './refusal.ts';

/** Parses the header's chain, leaf first. A string in place of the array is the mistake that the error page names. */
function parseChain(x5c: unknown): X509Certificate[] {
  if (!Array.isArray(x5c) || x5c.length === 0) throw Refusal.of('MP-123', 'x5c must be an array of strings.');
  return x5c.map((entry: unknown) => {
    // RFC 7515 §4.1.6: each string is DER in base64 (not base64url), so without PEM's header lines too.
    if (typeof entry !== 'string' || !/^[A-Za-z0-9+/]+=*$/.test(entry))
      throw Refusal.of('MP-123', 'x5c must hold base64 strings.');
    try {
      return new X509Certificate(Buffer.from(entry, 'base64'));
    } catch {
      throw Refusal.of('MP-123');
    }
  });
}

/** The organisation number in the subject: `serialNumber` of older certificates, `organizationIdentifier` of seals. */
function organisationOf(leaf: X509Certificate): string | undefined {
  return /^(?:serialNumber=|organizationIdentifier=(?:NTRNO-)?)(\d{9})$/m.exec(leaf.subject)?.[1];
}

const issued = (issuer: X509Certificate, subject: X509Certificate): boolean =>
  issuer.ca && subject.checkIssued(issuer) && subject.verify(issuer.publicKey);

/**
 * The key that the chain proves. Refuses: malformed (MP-123), broken chain, unknown root, outside its time or not RSA (MP-120), another
 * organisation (MP-122).
 */
export function certifiedKey(
  x5c: unknown,
  roots: readonly X509Certificate[],
  organisationNumber: string,
  now: number,
): KeyObject {
  const chain = parseChain(x5c);
  const [leaf] = chain;
  const last = chain.at(-1);
  if (!leaf || !last) throw Refusal.of('MP-123');
  const root = roots.find((each) => each.fingerprint256 === last.fingerprint256 || issued(each, last));
  const unbroken = chain.every((certificate, index) => {
    const issuer = chain[index + 1];
    return issuer === undefined || issued(issuer, certificate);
  });
  const inTime = chain.every((each) => Date.parse(each.validFrom) <= now && now <= Date.parse(each.validTo));
  if (!root || !unbroken || !inTime || leaf.publicKey.asymmetricKeyType !== 'rsa') throw Refusal.of('MP-120');
  if (organisationOf(leaf) !== organisationNumber) throw Refusal.of('MP-122');
  return leaf.publicKey;
}
