// Certificates for public keys whose private half is in the vault. openssl creates a new authority in each run.
import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this machine has openssl 3. Without it a test is skipped with its reason; in CI the test fails. */
export const hasOpenssl =
  /^OpenSSL 3/.test(String(spawnSync('openssl', ['version']).stdout)) || process.env.CI === 'true';

/** An authority, and the certificates that it issues. */
export type Authority = {
  /** PEM of the root, for a simulator's trust. */
  root: string;
  /** PEM chain, leaf first, for a public key and an organisation. `days`: how long it is valid. */
  chainFor(jwk: JsonWebKey, organisationNumber: string, days?: number): string;
  close(): void;
};

/** Creates a certificate authority. */
export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const ca = ['-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test root', '-days', '30'];
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...ca);
  let made = 0;
  return {
    root: read('ca.pem'),
    chainFor(jwk, organisationNumber, days = 30) {
      made += 1;
      const key = createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
      writeFileSync(join(folder, `${made}.pub`), key);
      const subject = `/CN=Eksempelbanken ASA/serialNumber=${organisationNumber}`;
      const out = ['-out', `${made}.pem`, '-days', String(days), '-subj', subject];
      openssl('x509', '-new', '-force_pubkey', `${made}.pub`, '-CA', 'ca.pem', '-CAkey', 'ca.key', ...out);
      return `${read(`${made}.pem`)}${read('ca.pem')}`;
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}
