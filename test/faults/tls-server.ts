// A TLS server on loopback whose certificate names whatever a test wants.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A running server. `certificate` is the path of its PEM, for NODE_EXTRA_CA_CERTS. It answers 503 to everything. */
export type TlsServer = { base: string; certificate: string; requests(): number; close(): Promise<void> };

/** Starts one. `subjectAltName`: `DNS:wrong.example`, `IP:127.0.0.1`. Needs openssl. */
export async function startTlsServer(subjectAltName: string): Promise<TlsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  const options = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=upstream'];
  const files = ['-addext', `subjectAltName=${subjectAltName}`, '-keyout', 'key.pem', '-out', 'certificate.pem'];
  execFileSync('openssl', ['req', ...options, ...files], { cwd: folder, stdio: 'pipe' });
  const certificate = join(folder, 'certificate.pem');
  const identity = { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(certificate) };
  let requests = 0;
  const server = createServer(identity, (_incoming, outgoing) => {
    requests += 1;
    outgoing.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificate,
    requests: () => requests,
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
