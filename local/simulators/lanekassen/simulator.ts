// Lånekassen's saldo API: one GET, with everything in headers. The specification is docs/contracts/lanekassen-saldo.md §2–§7.
import fnrvalidator from '@navikt/fnrvalidator';
import { createVerifyAccessToken } from '../kit/maskinporten-token.ts';
import { createRoutes, type Exchange, type SimulatorOptions, serve } from '../kit/simulator.ts';
import { createSteering } from '../kit/steering.ts';
import { type TestAccount, testCustomers } from '../test-customers.ts';
import { saldoBody } from './body.ts';
import { carriedConsent, consentValidTo, documentedVariant, type LanekassenVariant } from './consent.ts';

/** Settings of the simulated Lånekassen. `maskinportenUrl` has no trailing slash. */
export type LanekassenOptions = SimulatorOptions & {
  maskinportenUrl: string;
  /** API key → organisation number (nine digits) of the bank it was given to. */
  apiKeys: Readonly<Record<string, string>>;
  /** The Altinn resource that a consent must be about. */
  resourceId: string;
};

/** A planned fault. Without `status` and `bodyText` the call is handled as usual, after `delayMs`. */
type LanekassenFault = {
  status?: number;
  headers?: Record<string, string>;
  /** The body as sent. Alone it replaces the body of a successful call, as a 200 with JSON. */
  bodyText?: string;
  delayMs?: number;
};

const scope = 'lanekassen:lan/v1/saldoopplysninger';

/** Errors have a body, whose form is documented nowhere. */
const refusal = (status: number, reason: string): Response => Response.json({ Message: reason }, { status });

/** An answer whose body is already JSON. */
const jsonText = (status: number, text: string, headers: Record<string, string> = {}): Response =>
  new Response(text, { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers } });

/** Starts Lånekassen on 127.0.0.1. */
export async function startLanekassen(options: LanekassenOptions) {
  const { clock = Date.now, apiKeys, resourceId } = options;
  const verify = createVerifyAccessToken(options.maskinportenUrl, clock);
  const accountsOf = new Map(testCustomers.map(({ nationalId, accounts }) => [nationalId, accounts]));
  const totalOf = new Map<string, string | undefined>();
  /** `<organisation number>/<national id>` → until when the consent holds, ms since 1970. */
  const remembered = new Map<string, number>();
  const seenRequestIds = new Set<string>();
  /** `at`: ms since 1970 by the simulator's clock. */
  const calls: { at: number; requestId: string | undefined; withConsentToken: boolean; status: number }[] = [];
  const steering = createSteering<LanekassenFault>();
  let variant = documentedVariant;

  async function work({ req }: Exchange, hasNewId: boolean): Promise<Response> {
    if (new URL(req.url).search !== '' || (await req.text()) !== '')
      return refusal(400, 'Query and body are not allowed.');
    if (!hasNewId) return refusal(400, 'X-Request-Id is missing or used.');
    const nationalId = req.header('psu_id') ?? '';
    if (fnrvalidator.idnr(nationalId).status !== 'valid') return refusal(400, 'PSU_ID is missing or not valid.');

    const apiKey = req.header('apikey') ?? '';
    const bank = Object.hasOwn(apiKeys, apiKey) ? apiKeys[apiKey] : undefined;
    if (bank === undefined) return refusal(401, 'ApiKey is missing or unknown.');
    // Only the token, because a header with a prefix is not a JWT.
    const authorization = req.header('authorization') ?? '';
    const { authorizationPrefix: prefix } = variant;
    const token = authorization.startsWith(prefix) ? await verify(authorization.slice(prefix.length)) : undefined;
    if (!token?.consumer || !token.scopes.includes(scope)) return refusal(401, 'Authorization is not valid.');
    if (token.consumer !== bank) return refusal(403, 'The token is not the bank of the ApiKey.');

    const nowMs = clock();
    const place = `${bank}/${nationalId}`;
    let validTo = variant.remembersConsent ? (remembered.get(place) ?? 0) : 0;
    const carried = carriedConsent(variant, token, req.header('consent-id') || undefined);
    if (carried !== undefined) {
      const consentToken = typeof carried === 'string' ? await verify(carried) : carried;
      const expected = { nationalId, organisationNumber: bank, resourceId };
      const hasScope = consentToken?.scopes.includes(scope);
      validTo = (consentToken && hasScope ? consentValidTo(consentToken, expected) : undefined) ?? 0;
    }
    if (validTo <= nowMs) return refusal(403, 'There is no valid consent.');

    const accounts = accountsOf.get(nationalId);
    if (accounts === undefined) return refusal(404, 'PSU_ID does not exist.');
    remembered.set(place, validTo);
    return jsonText(200, saldoBody(nationalId, accounts, totalOf.get(nationalId)));
  }

  async function answer(exchange: Exchange): Promise<Response> {
    // Every call uses up its request id, also a faulty one.
    const requestId = exchange.req.header('x-request-id') ?? '';
    const hasNewId = requestId !== '' && !seenRequestIds.has(requestId);
    seenRequestIds.add(requestId);
    const fault = steering.next() ?? {};
    await steering.delay(fault.delayMs);
    const { headers = {}, bodyText = '{"Message":"Simulated."}', status = 200 } = fault;
    const isPlanned = fault.status !== undefined || fault.bodyText !== undefined;
    return isPlanned ? jsonText(status, bodyText, headers) : work(exchange, hasNewId);
  }

  const routes = createRoutes();
  routes.get('/saldo/v1/Accounts', async (exchange) => {
    const given = await answer(exchange);
    const requestId = exchange.req.header('x-request-id') || undefined;
    const withConsentToken = exchange.req.header('consent-id') !== undefined;
    calls.push({ at: clock(), requestId, withConsentToken, status: given.status });
    return given;
  });
  const running = await serve('Lånekassen', options.port ?? 0, routes);

  return {
    ...running,
    control: {
      ...steering.control,
      /** Calls in the order of their answers. */
      calls: () => [...calls],
      /** Sets other answers to the open questions than documented; `{}` ends it. */
      answerAs(changes: Partial<LanekassenVariant>): void {
        variant = { ...documentedVariant, ...changes };
      },
      /** Forgets the person's consent for every bank. */
      forget(nationalId: string): void {
        for (const place of remembered.keys()) if (place.endsWith(`/${nationalId}`)) remembered.delete(place);
      },
      /** `undefined`: unknown to Lånekassen. */
      setAccounts(nationalId: string, accounts: TestAccount[] | undefined): void {
        accountsOf.set(nationalId, accounts);
      },
      /** Number text for `TotalAmount` in place of the sum; `undefined` ends it. */
      setTotalAmount(nationalId: string, text: string | undefined): void {
        totalOf.set(nationalId, text);
      },
    },
  };
}
