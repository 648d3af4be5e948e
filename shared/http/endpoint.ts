import { randomUUID } from 'node:crypto';
import type { HttpHandler, HttpRequest, HttpResponseInit } from '@azure/functions';
import type { App } from '../compose/compose.ts';
import { asProblem, type ProblemError } from '../problems.ts';
import type { Admission } from '../session/sessions.ts';
import type { AroundCall } from '../telemetry/azure-monitor.ts';
import { CallShares } from '../telemetry/call-shares.ts';
import type { Operation } from '../telemetry/dimensions.ts';
import { type RequestContext, requestContext } from '../telemetry/request-context.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type Access, admitCaller, type Call, type Entry } from './access.ts';
import { callerWaitMs, waitSeconds } from './prefer.ts';
import { withinRequest } from './request-deadline.ts';
import { createRequestReport } from './request-report.ts';
import { type Answer, problemResponse, toResponse, withCommonHeaders } from './response.ts';

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
