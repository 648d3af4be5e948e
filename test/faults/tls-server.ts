// A TLS server on loopback whose certificate has the name that a test wants.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSigned } from '../fixtures/self-signed.ts';

/** A running server. `certificate` is the path of its PEM, for NODE_EXTRA_CA_CERTS. It answers 503 to everything. */
export type TlsServer = { base: string; certificate: string; requests(): number; close(): Promise<void> };

/** Starts one. `subjectAltName`: `DNS:wrong.example`, `IP:127.0.0.1`. Needs openssl. */
export async function startTlsServer(subjectAltName: string): Promise<TlsServer> {
  const { certificateFile, identity, remove } = selfSigned(subjectAltName);
  let requests = 0;
  const server = createServer(identity, (_incoming, outgoing) => {
    requests += 1;
    outgoing.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificate: certificateFile,
    requests: () => requests,
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      remove();
    },
  };
}
