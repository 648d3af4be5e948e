// The app as its callers see it: the program's own composition behind its own wrapper, on tables in memory.
import type { HttpRequest, InvocationContext } from '@azure/functions';
import { compose } from '../../../shared/compose/compose.ts';
import type { Infrastructure } from '../../../shared/compose/infrastructure.ts';
import { createEndpoint } from '../../../shared/http/endpoint.ts';
import { requestContext } from '../../../shared/telemetry/request-context.ts';
import { createTelemetry } from '../../../shared/telemetry/telemetry.ts';
import type { HttpReply, HttpRequest as UpstreamRequest } from '../../../shared/upstream/http-client.ts';
import { createSdkTransport } from '../../../shared/upstream/sdk-transport.ts';
import { memoryTable } from '../support/memory-table.ts';
import { oneAttempt } from '../support/one-attempt.ts';
import type { VirtualTime } from '../support/virtual-time.ts';
import type { Banks } from './banks.ts';
import type { createParties } from './parties.ts';

/** The calls that a customer can make. */
export const calls = ['saldo', 'consent', 'log', 'start', 'end', 'logout'] as const;
export type CallName = (typeof calls)[number];

/** A whole answer: status, and every byte of headers and body. */
export type Seen = { status: number; code: string | undefined; location: string | undefined; bytes: string };

const invocation = { error() {}, warn() {}, info() {} } as unknown as InvocationContext;

/** The parts of a request that the handlers read. */
const requestOf = (headers: Record<string, string>, query: string, body = '') =>
  ({
    headers: new Headers(headers),
    query: new URLSearchParams(query),
    text: async () => body,
    json: async () => JSON.parse(body) as unknown,
  }) as unknown as HttpRequest;

export function startFront(banks: Banks, { http }: ReturnType<typeof createParties>, time: VirtualTime) {
  const tables = { consents: memoryTable(time), sessions: memoryTable(time) };
  const client = (send: (request: UpstreamRequest) => Promise<HttpReply>) => ({ send, async close() {} });
  const vault = createSdkTransport(client(http.vault));
  const telemetry = createTelemetry(() => {}, undefined, {
    attemptLines: false,
  });
  const infrastructure: Infrastructure = {
    ...{ time, telemetry, policy: () => oneAttempt, tables, sweptTables: tables },
    http: {
      personTokenIssuer: client(http.logins),
      maskinporten: client(http.maskinporten),
      altinn: client(http.altinn),
      lanekassen: client(http.lanekassen),
    },
    transport: { keyVault: () => vault, tables: () => vault },
    credential: async () => ({ getToken: async () => ({ token: 'identity', expiresOnTimestamp: time.now() + 1e8 }) }),
    close: async () => {},
    warmTables() {},
  };
  const app = compose(banks.settings, { time, telemetry, hasIdentityEndpoint: true }, infrastructure);
  const endpoint = createEndpoint(() => app, telemetry);
  // The same as in functions/.
  const handlers = {
    saldo: endpoint('get-saldo', { access: 'person' }, async ({ bank, caller, session, deadline }) => ({
      status: 200,
      body: await bank.saldo.lookUp(caller, session, deadline),
    })),
    consent: endpoint('get-consent', { access: 'person' }, async ({ bank, session, deadline }) => ({
      status: 200,
      body: await bank.consents.current(await bank.personOf(session, deadline), deadline),
    })),
    log: endpoint('get-consent-log', { access: 'person' }, async ({ bank, session, deadline }) => ({
      status: 200,
      body: { entries: await bank.consentLog(await bank.personOf(session, deadline), undefined, deadline) },
    })),
    start: endpoint('start-consent', { access: 'person' }, async ({ request, bank, caller, session, deadline }) => {
      const { returnUrl } = (await request.json()) as { returnUrl: string };
      const person = await bank.personOf(session, deadline);
      const { created, consent } = await bank.consents.start(caller, person, returnUrl, deadline);
      return { status: created ? 201 : 200, body: consent };
    }),
    end: endpoint('end-consent', { access: 'person', evenPaused: true }, async ({ bank, session, deadline }) => ({
      status: 200,
      body: await bank.consents.end(await bank.personOf(session, deadline), deadline),
    })),
    logout: endpoint('logout', { access: 'person-leaving' }, async ({ bank, caller, deadline }) => {
      await bank.sessions.end(caller, deadline);
      return { status: 204 };
    }),
    callback: endpoint('consent-callback', { access: 'anyone' }, async ({ request, parts, deadline }) => {
      const location = await parts.consentCallback(request.query.get('state') ?? undefined, deadline);
      return location === undefined ? { status: 404, page: '' } : { status: 303, location };
    }),
    notify: endpoint('backchannel-logout', { access: 'anyone' }, async ({ request, parts, deadline }) => {
      await parts.endByLogoutToken(await request.text(), deadline);
      return { status: 200, body: {} };
    }),
  };
  const call = async (name: keyof typeof handlers, request: HttpRequest): Promise<Seen> => {
    const answer = await handlers[name](request, invocation);
    type Shape = { status?: number; headers?: { location?: string }; body?: string; jsonBody?: { code?: string } };
    const { status = 200, headers, body, jsonBody } = answer as Shape;
    const { code } = jsonBody ?? (JSON.parse(body || '{}') as { code?: string });
    return { status, code, location: headers?.location, bytes: JSON.stringify(answer) };
  };
  return {
    tables,
    ask: (name: CallName, token: string, returnUrl: string) =>
      call(name, requestOf({ authorization: `Bearer ${token}` }, '', JSON.stringify({ returnUrl }))),
    callback: (state: string) => call('callback', requestOf({}, `state=${state}`)),
    notify: (token: string) => call('notify', requestOf({}, '', token)),
    sync: () => requestContext.run({ invocation }, () => app.syncConsentEvents()),
  };
}
