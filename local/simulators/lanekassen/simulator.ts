// Lånekassen's saldo API: one GET, everything in headers. The specification is docs/contracts/lanekassen-saldo.md §2–§7.
import { setTimeout as sleep } from 'node:timers/promises';
import fnrvalidator from '@navikt/fnrvalidator';
import { trackConnections } from '../kit/connections.ts';
import { createVerifyAccessToken } from '../kit/maskinporten-token.ts';
import {
  type SimulatedAnswer,
  type SimulatedRequest,
  type Simulator,
  type SimulatorOptions,
  serve,
} from '../kit/simulator.ts';
import { type TestAccount, type TestCustomer, testCustomers } from '../test-customers.ts';
import { saldoBody } from './body.ts';
import { consentValidTo } from './consent.ts';
import { carriedConsent, documentedVariant, type LanekassenVariant } from './variant.ts';

/** Settings of the simulated Lånekassen. `maskinportenUrl` has no trailing slash. */
export type LanekassenOptions = SimulatorOptions & {
  maskinportenUrl: string;
  /** API key → organisation number (nine digits) of the bank it was given to. */
  apiKeys: Readonly<Record<string, string>>;
  /** The Altinn resource that a consent must be about. */
  resourceId: string;
  /** Default `lanekassen:lan/v1/saldoopplysninger`. */
  scope?: string;
  customers?: readonly TestCustomer[];
};

/** One call. `at`: ms since 1970 by the simulator's clock; `status` 0: the connection was broken. */
export type LanekassenCall = { at: number; requestId: string | undefined; withConsentToken: boolean; status: number };

/** A planned fault. Without `status`, `bodyText` or `reset` the call is worked on as usual, after `delayMs`. */
export type LanekassenFault = {
  status?: number;
  headers?: Record<string, string>;
  /** The body as sent; alone it replaces that of a call that would else have been worked on, as a 200 of JSON. */
  bodyText?: string;
  delayMs?: number;
  /** Break the connection: before any answer, or inside a 200's body (after the work is done). */
  reset?: 'before' | 'inside';
};

/** Steers the simulated Lånekassen. */
export type LanekassenControl = {
  /** Calls in the order answered. */
  calls(): LanekassenCall[];
  failNext(count: number, fault: LanekassenFault): void;
  /** Forgets what was planned and has not come up. */
  noFaults(): void;
  /** Every call waits this many ms; 0 ends it. */
  setDelay(delayMs: number): void;
  /** Answers the open questions otherwise than documented; `{}` ends it. */
  answerAs(variant: Partial<LanekassenVariant>): void;
  /** Drops what was remembered of the person's consent, for every bank. */
  forget(nationalId: string): void;
  /** `undefined`: unknown to Lånekassen. */
  setAccounts(nationalId: string, accounts: TestAccount[] | undefined): void;
  /** Number text for `TotalAmount` instead of the sum; `undefined` ends it. */
  setTotalAmount(nationalId: string, text: string | undefined): void;
};

/** Errors have a body, whose shape is documented nowhere. */
function refusal(status: number, reason: string): SimulatedAnswer {
  return { status, body: { Message: reason } };
}

/** Starts Lånekassen on 127.0.0.1. */
export async function startLanekassen(options: LanekassenOptions): Promise<Simulator<LanekassenControl>> {
  const clock = options.clock ?? Date.now;
  const scope = options.scope ?? 'lanekassen:lan/v1/saldoopplysninger';
  const verify = createVerifyAccessToken(options.maskinportenUrl, clock);
  const accountsOf = new Map(
    (options.customers ?? testCustomers).map(({ nationalId, accounts }) => [nationalId, accounts]),
  );
  const totalOf = new Map<string, string>();
  /** `<organisation number>/<national id>` → until when the consent holds, ms since 1970. */
  const remembered = new Map<string, number>();
  const seenRequestIds = new Set<string>();
  const calls: LanekassenCall[] = [];
  const faults: { left: number; fault: LanekassenFault }[] = [];
  let delayMs = 0;
  let variant = documentedVariant;

  function header(request: SimulatedRequest, name: string): string | undefined {
    const value = request.headers[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** True once for each id; every call uses up its id, faulty ones too. */
  function isNewRequestId(request: SimulatedRequest): boolean {
    const requestId = header(request, 'x-request-id');
    if (requestId === undefined || seenRequestIds.has(requestId)) return false;
    seenRequestIds.add(requestId);
    return true;
  }

  async function work(request: SimulatedRequest, hasNewId: boolean): Promise<SimulatedAnswer> {
    if ([...request.query].length > 0 || request.body !== '') return refusal(400, 'Query and body are not allowed.');
    if (!hasNewId) return refusal(400, 'X-Request-Id is missing or used.');
    const nationalId = header(request, 'psu_id') ?? '';
    if (fnrvalidator.idnr(nationalId).status !== 'valid') return refusal(400, 'PSU_ID is missing or not valid.');

    const apiKey = header(request, 'apikey') ?? '';
    const bank = Object.hasOwn(options.apiKeys, apiKey) ? options.apiKeys[apiKey] : undefined;
    if (bank === undefined) return refusal(401, 'ApiKey is missing or unknown.');
    // The token and nothing else: with a prefix the header is no JWT.
    const authorization = header(request, 'authorization') ?? '';
    const { authorizationPrefix: prefix } = variant;
    const token = authorization.startsWith(prefix) ? await verify(authorization.slice(prefix.length)) : undefined;
    if (!token?.consumer || !token.scopes.includes(scope)) return refusal(401, 'Authorization is not valid.');
    if (token.consumer !== bank) return refusal(403, 'The token is not the bank of the ApiKey.');

    const nowMs = clock();
    const place = `${bank}/${nationalId}`;
    let validTo = variant.remembersConsent ? (remembered.get(place) ?? 0) : 0;
    const carried = carriedConsent(variant, token, header(request, 'consent-id'));
    if (carried !== undefined) {
      const consentToken = typeof carried === 'string' ? await verify(carried) : carried;
      const expected = { nationalId, organisationNumber: bank, resourceId: options.resourceId, nowMs };
      const hasScope = consentToken?.scopes.includes(scope);
      validTo = (consentToken && hasScope ? consentValidTo(consentToken, expected) : undefined) ?? 0;
    }
    if (validTo <= nowMs) return refusal(403, 'There is no valid consent.');

    const accounts = accountsOf.get(nationalId);
    if (accounts === undefined) return refusal(404, 'PSU_ID does not exist.');
    remembered.set(place, validTo);
    return {
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: saldoBody(nationalId, accounts, totalOf.get(nationalId)),
    };
  }

  async function answerWithFault(request: SimulatedRequest, note: (status: number) => void): Promise<SimulatedAnswer> {
    const hasNewId = isNewRequestId(request);
    const planned = faults.find(({ left }) => left > 0);
    if (planned) planned.left -= 1;
    const fault = planned?.fault ?? {};
    const waitMs = delayMs + (fault.delayMs ?? 0);
    if (waitMs > 0) await sleep(waitMs, undefined, { ref: false });
    if (fault.reset === 'before') {
      note(0);
      return connections.reset(request);
    }
    const { headers } = fault;
    if (fault.status !== undefined || (fault.bodyText !== undefined && fault.reset === undefined)) {
      const { status = 200, bodyText = '{"Message":"Simulated."}' } = fault;
      return { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body: bodyText };
    }
    const worked = await work(request, hasNewId);
    const answer = headers ? { ...worked, headers: { ...worked.headers, ...headers } } : worked;
    if (fault.reset !== 'inside' || typeof answer.body !== 'string') return answer;
    note(0);
    return connections.resetInside(request, { ...answer, body: answer.body });
  }

  const running = await serve('Lånekassen', options.port ?? 0, async (request) => {
    if (request.method !== 'GET' || request.path !== '/saldo/v1/Accounts') return { status: 404 };
    const note = (status: number) => {
      const withConsentToken = request.headers['consent-id'] !== undefined;
      calls.push({ at: clock(), requestId: header(request, 'x-request-id'), withConsentToken, status });
    };
    const answer = await answerWithFault(request, note);
    note(answer.status);
    return answer;
  });
  const connections = trackConnections(running.server);

  return {
    url: running.url,
    close: running.close,
    control: {
      calls: () => [...calls],
      failNext: (count, fault) => {
        faults.push({ left: count, fault });
      },
      noFaults: () => {
        faults.length = 0;
      },
      setDelay: (ms) => {
        delayMs = ms;
      },
      answerAs: (changes) => {
        variant = { ...documentedVariant, ...changes };
      },
      forget: (nationalId) => {
        for (const place of remembered.keys()) if (place.endsWith(`/${nationalId}`)) remembered.delete(place);
      },
      setAccounts: (nationalId, accounts) => {
        accountsOf.set(nationalId, accounts);
      },
      setTotalAmount: (nationalId, text) => {
        if (text === undefined) totalOf.delete(nationalId);
        else totalOf.set(nationalId, text);
      },
    },
  };
}
