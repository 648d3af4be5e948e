// A relay between the app and the real Lånekassen, on loopback, and counts what goes by. Nothing is kept but status,
// X-Request-Id and whether a consent token went along.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { request } from 'undici';
import type { LanekassenCall } from './evidence.ts';

/** A running relay; `url` takes the place of LANEKASSEN_BASE_URL. */
export type Relay = { url: string; calls: readonly LanekassenCall[]; close(): Promise<void> };

const ownToEachConnection = new Set(['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length']);

/** Under other transports than the default the consent rides in `Authorization` (docs/contracts/lanekassen-saldo.md §10). */
function carriesConsent(authorization: string | undefined): boolean {
  try {
    return decodeJwt((authorization ?? '').replace(/^\S+ /, '')).authorization_details !== undefined;
  } catch {
    return false;
  }
}

/** Starts a relay to `baseUrl`. Header names go on as they are spelled: `PSU_ID` has an underscore that some proxies drop. */
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
        // No answer from Lånekassen is no answer from us: the app judges it as it would have.
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
