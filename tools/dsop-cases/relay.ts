// A relay on loopback between the app and the real Lånekassen. It counts the calls. It keeps only the status, the X-Request-Id, and whether
// the call had a consent token.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { request } from 'undici';
import type { LanekassenCall } from './evidence.ts';

/** A running relay. `url` replaces LANEKASSEN_BASE_URL. */
export type Relay = { url: string; calls: readonly LanekassenCall[]; close(): Promise<void> };

const ownToEachConnection = new Set(['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length']);

/** With other transports than the default, the consent is in `Authorization` (docs/contracts/lanekassen-saldo.md §10). */
function carriesConsent(authorization: string | undefined): boolean {
  try {
    return decodeJwt((authorization ?? '').replace(/^\S+ /, '')).authorization_details !== undefined;
  } catch {
    return false;
  }
}

/** Starts a relay to `baseUrl`. It passes header names on as they are: some proxies drop `PSU_ID` because of its underscore. */
export async function startRelay(baseUrl: string): Promise<Relay> {
  const calls: LanekassenCall[] = [];
  const server = createServer((incoming, outgoing) => {
    const headers: string[] = [];
    for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
      const name = incoming.rawHeaders[index] ?? '';
      if (!ownToEachConnection.has(name.toLowerCase())) headers.push(name, incoming.rawHeaders[index + 1] ?? '');
    }
    const given = incoming.headers['x-request-id'];
    const note = (status: number) =>
      calls.push({
        requestId: typeof given === 'string' ? given : undefined,
        withConsentToken:
          incoming.headers['consent-id'] !== undefined || carriesConsent(incoming.headers.authorization),
        status,
      });
    request(new URL(incoming.url ?? '/', baseUrl), { method: 'GET', headers })
      .then(async ({ statusCode, headers: replied, body }) => {
        const bytes = Buffer.from(await body.arrayBuffer());
        const passed = Object.entries(replied).filter(
          ([name, value]) => value !== undefined && !ownToEachConnection.has(name),
        );
        note(statusCode);
        outgoing.writeHead(statusCode, Object.fromEntries(passed) as Record<string, string | string[]>);
        outgoing.end(bytes);
      })
      .catch(() => {
        // Without an answer from Lånekassen the relay gives none, so that the app handles it as it would without a relay.
        note(0);
        outgoing.destroy();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
