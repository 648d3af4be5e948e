import { randomUUID } from 'node:crypto';
import type { HttpHandler, HttpRequest, HttpResponseInit } from '@azure/functions';
import type { BankParts } from '../compose/bank-parts.ts';
import type { App } from '../compose/compose.ts';
import type { Caller } from '../person/caller.ts';
import { asProblem, ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Admission } from '../session/sessions.ts';
import type { AroundCall } from '../telemetry/azure-monitor.ts';
import { CallShares } from '../telemetry/call-shares.ts';
import type { Operation } from '../telemetry/dimensions.ts';
import { forBank, type RequestContext, requestContext } from '../telemetry/request-context.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { callerWaitMs, waitSeconds } from './prefer.ts';
import { withinRequest } from './request-deadline.ts';
import { createRequestReport } from './request-report.ts';
import { type Answer, problemResponse, toResponse, withCommonHeaders } from './response.ts';

/**
 * The callers that are let in. `person`: a valid person token of a login session that has not ended. `person-leaving`: the token may
 * have expired and the session ended (logout). `anyone`: no token; for the callback. `probe`: no token, and the handler
 * loads the parts itself, because it answers even when the settings are wrong.
 */
export type Access = 'person' | 'person-leaving' | 'anyone' | 'probe';

/** Who may call a function. `evenPaused`: also customers of a bank that is paused. */
export type Entry<A extends Access = Access> = { access: A; evenPaused?: boolean };

/** What a handler gets. `bank`, `caller` and `session` are there as far as its access says. */
export type Call<A extends Access> = {
  request: HttpRequest;
  load: () => App;
} & (A extends 'probe' ? object : { parts: App; deadline: Deadline }) &
  (A extends 'person' | 'person-leaving' ? { caller: Caller; bank: BankParts } : object) &
  (A extends 'person' ? { session: Admission } : object);

/** Lets the caller in: what its token and its session say, as far as the access asks for it. Throws `person-token-…`, `session-ended`. */
async function admitCaller(
  { headers }: HttpRequest,
  { verify }: App,
  { access, evenPaused = false }: Entry,
  deadline: Deadline,
): Promise<{ caller?: Caller; bank?: BankParts; session?: Admission }> {
  if (access === 'anyone' || access === 'probe') return {};
  const isLeaving = access === 'person-leaving';
  const authorization = headers.get('authorization') ?? undefined;
  const { caller, bank } = await verify(authorization, isLeaving ? 'may-have-expired' : 'valid');
  forBank(bank.organisationNumber);
  if (isLeaving) return { caller, bank };
  if (bank.isPaused && !evenPaused)
    throw new ProblemError('upstream-unavailable', {
      fault: 'bank-paused',
      failure: { party: 'none', kind: 'none' },
      retryAfterSeconds: 30,
      detail: 'The service is paused for this bank.',
    });
  return { caller, bank, session: await bank.admit(caller, deadline) };
}

/** The caller's own request id, where it is a UUID; else a new one. */
function requestIdOf(request: HttpRequest): string {
  const given = request.headers.get('x-request-id') ?? '';
  return uuid.test(given) ? given : randomUUID();
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The work of a function behind the wrapper. */
export type Handler<A extends Access> = (call: Call<A>) => Promise<Answer>;

/** What is known of a call. It grows on the way to the handler. */
type Known = { request: HttpRequest; load: () => App; session?: Admission };

/**
 * Makes the wrapper that every HTTP function goes through: request id, deadline, person token, session, problem mapping,
 * the headers of `docs/contracts/interface.md` §1. Nothing is ever thrown out to the host: it would answer an empty 500 and
 * write the error text to its log. `aroundCall` does the work of a call, and so knows while a caller waits.
 */
export function createEndpoint(load: () => App, telemetry: Telemetry, aroundCall: AroundCall = (work) => work()) {
  const report = createRequestReport(telemetry);

  return function endpoint<A extends Access>(operation: Operation, entry: Entry<A>, handler: Handler<A>): HttpHandler {
    return (request, invocation) => {
      const requestId = requestIdOf(request);
      const shares = new CallShares();
      const context: RequestContext = { invocation, requestId, shares };
      const call: Known = { request, load };
      return aroundCall(() =>
        requestContext.run(context, async () => {
          const startedAt = performance.now();
          let response: HttpResponseInit;
          let problem: ProblemError | undefined;
          try {
            response = toResponse(await answer(call, entry, handler));
          } catch (error) {
            problem = asProblem(error);
            response = problemResponse(problem, requestId, publicBaseUrlOf(load));
          }
          const seen = { status: response.status ?? 200, durationMs: performance.now() - startedAt };
          report({ operation, requestId, ...seen, problem, login: call.session, shares });
          context.answered = true;
          const applied = entry.access.startsWith('person') ? waitSeconds(request.headers.get('prefer')) : undefined;
          return withCommonHeaders(response, requestId, applied);
        }),
      );
    };
  };

  async function answer<A extends Access>(call: Known, entry: Entry<A>, handler: Handler<A>): Promise<Answer> {
    const ready = call as unknown as Call<A>;
    if (entry.access === 'probe') return handler(ready);
    const parts = load();
    // A browser on its way back from Altinn has no say in it.
    const prefer = entry.access === 'anyone' ? null : call.request.headers.get('prefer');
    return withinRequest(parts.time, callerWaitMs(prefer, parts.requestDeadlineMs), async (deadline) => {
      const admitted = await admitCaller(call.request, parts, entry, deadline);
      Object.assign(call, { parts, deadline, ...admitted });
      return handler(ready);
    });
  }
}

/** Empty while there are no valid settings: `type` is then relative. What is wrong with them is reported by `load`. */
function publicBaseUrlOf(load: () => { publicBaseUrl: string }): string {
  try {
    return load().publicBaseUrl;
  } catch {
    return '';
  }
}
