import { X509Certificate } from 'node:crypto';

const pemBlock = /-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g;

/**
 * Reads the public chain of a virksomhetssertifikat: PEM, leaf first, each certificate issued by the next. The header
 * `x5c` takes each as base64 DER (RFC 7515 §4.1.6). Line breaks may be written as `\n`, as app settings have them.
 * `fault`: what is wrong with it; the text repeats nothing of the setting.
 */
export function parseCertificateChain(pem: string): { x5c: readonly string[] } | { fault: string } {
  const blocks = [...pem.replaceAll('\\n', '\n').matchAll(pemBlock)];
  if (blocks.some(([, label]) => label?.includes('PRIVATE KEY')))
    return { fault: 'holds a private key: only the public certificates belong here, and that key is now compromised' };
  if (blocks.length === 0 || blocks.some(([, label]) => label !== 'CERTIFICATE'))
    return { fault: 'must be certificates in PEM, leaf first' };
  const x5c = blocks.map(([, , body]) => (body ?? '').replace(/\s/g, ''));
  let chain: X509Certificate[];
  try {
    chain = x5c.map((der) => new X509Certificate(Buffer.from(der, 'base64')));
  } catch {
    return { fault: 'holds a certificate that cannot be read' };
  }
  const broken = chain.findIndex((each, index) => {
    const issuer = chain[index + 1];
    return issuer !== undefined && !(each.checkIssued(issuer) && each.verify(issuer.publicKey));
  });
  if (broken >= 0) return { fault: `certificate ${broken + 2} did not issue certificate ${broken + 1}` };
  const key = chain[0]?.publicKey;
  if (key?.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
    return { fault: 'must have a leaf with an RSA key of at least 2048 bits' };
  return { x5c };
}

/** The leaf of a chain that has been parsed. */
export function leafOf(x5c: readonly string[]): X509Certificate {
  return new X509Certificate(Buffer.from(x5c[0] ?? '', 'base64'));
}
