import { randomUUID } from 'node:crypto';
import type { HttpHandler, HttpRequest, HttpResponseInit } from '@azure/functions';
import type { Caller } from '../person/caller.ts';
import { asProblem, ProblemError } from '../problems.ts';
import { Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { AroundCall } from '../telemetry/azure-monitor.ts';
import { CallShares } from '../telemetry/call-shares.ts';
import type { Operation } from '../telemetry/dimensions.ts';
import { forBank, type RequestContext, requestContext } from '../telemetry/request-context.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { LoginOfCall } from './first-answers.ts';
import { callerWaitMs, waitSeconds } from './prefer.ts';
import { createRequestReport } from './request-report.ts';
import { type Answer, problemResponse, toResponse, withCommonHeaders } from './response.ts';

/**
 * The callers that are let in. `person`: a valid person token of a login session that has not ended. `person-leaving`: the token may
 * have expired and the session ended (logout). `anyone`: no token; for the callback. `probe`: no token, and the handler
 * loads the parts itself, because it answers even when the settings are wrong.
 */
export type Access = 'person' | 'person-leaving' | 'anyone' | 'probe';

/** What the wrapper needs of the bank whose customer calls. */
export type EndpointBank<Session extends LoginOfCall> = {
  organisationNumber: string;
  /** The bank's customers are not served for now. */
  isPaused: boolean;
  /** Reads the session; throws `session-ended` or `person-token-invalid`. */
  admit(caller: Caller, deadline: Deadline): Promise<Session>;
};

/** What the wrapper needs from the composition root. */
export type EndpointParts<BankParts> = {
  requestDeadlineMs: number;
  /** PUBLIC_BASE_URL: `type` of a problem leads to a page below it. */
  publicBaseUrl: string;
  time: Time;
  /** The caller, and the parts of the customer's bank, by the verified token alone. */
  verify(
    authorization: string | undefined,
    token: 'valid' | 'may-have-expired',
  ): Promise<{ caller: Caller; bank: BankParts }>;
};

/** What a handler gets. `bank`, `caller` and `session` are there as far as its access says. */
export type Call<A extends Access, Parts, BankParts, Session> = {
  request: HttpRequest;
  requestId: string;
  load: () => Parts;
} & (A extends 'probe' ? object : { parts: Parts; deadline: Deadline }) &
  (A extends 'person' | 'person-leaving' ? { caller: Caller; bank: BankParts } : object) &
  (A extends 'person' ? { session: Session } : object);

const paused = () =>
  new ProblemError('upstream-unavailable', {
    fault: 'bank-paused',
    failure: { party: 'none', kind: 'none' },
    retryAfterSeconds: 30,
    detail: 'The service is paused for this bank.',
  });

/** The handler's deadline is this much earlier than the caller's, milliseconds: time to write the answer. */
const answerMs = 250;

/** The caller's own request id, where it is a UUID; else a new one. */
function requestIdOf(request: HttpRequest): string {
  const given = request.headers.get('x-request-id') ?? '';
  return uuid.test(given) ? given : randomUUID();
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Makes the wrapper that every HTTP function goes through: request id, deadline, person token, session, problem mapping,
 * the headers of `docs/contracts/interface.md` §1. Nothing is ever thrown out to the host: it would answer an empty 500 and
 * write the error text to its log. `aroundCall` does the work of a call, and so knows while a caller waits.
 */
export function createEndpoint<
  Session extends LoginOfCall,
  BankParts extends EndpointBank<Session>,
  Parts extends EndpointParts<BankParts>,
>(load: () => Parts, telemetry: Telemetry, aroundCall: AroundCall = (work) => work()) {
  const report = createRequestReport(telemetry);

  return function endpoint<A extends Access = 'person'>(
    operation: Operation,
    /** `evenPaused`: also for customers of a bank that is paused. */
    options: { access: A; evenPaused?: boolean },
    handler: (call: Call<A, Parts, BankParts, Session>) => Promise<Answer>,
  ): HttpHandler {
    return (request, invocation) => {
      const requestId = requestIdOf(request);
      const shares = new CallShares();
      const context: RequestContext = { invocation, requestId, shares };
      return aroundCall(() =>
        requestContext.run(context, async () => {
          const startedAt = performance.now();
          let response: HttpResponseInit;
          let problem: ProblemError | undefined;
          const noted: { login?: LoginOfCall } = {};
          try {
            response = toResponse(await run(request, requestId, options, handler, noted));
          } catch (error) {
            problem = asProblem(error);
            response = problemResponse(problem, requestId, publicBaseUrlOf(load));
          }
          const seen = { status: response.status ?? 200, durationMs: performance.now() - startedAt };
          report({ operation, requestId, ...seen, problem, login: noted.login, shares });
          context.answered = true;
          const applied = options.access.startsWith('person') ? waitSeconds(request.headers.get('prefer')) : undefined;
          return withCommonHeaders(response, requestId, applied);
        }),
      );
    };
  };

  async function run<A extends Access>(
    request: HttpRequest,
    requestId: string,
    { access, evenPaused = false }: { access: A; evenPaused?: boolean },
    handler: (call: Call<A, Parts, BankParts, Session>) => Promise<Answer>,
    noted: { login?: LoginOfCall },
  ) {
    if (access === 'probe')
      return await handler({ request, requestId, load } as unknown as Call<A, Parts, BankParts, Session>);
    const parts = load();
    // A browser on its way back from Altinn has no say in it.
    const prefer = access === 'anyone' ? null : request.headers.get('prefer');
    const whole = Deadline.after(parts.time, callerWaitMs(prefer, parts.requestDeadlineMs));
    // The handler gets a little less time, so that it can still answer when its own time runs out.
    const deadline = whole.atMost(Math.max(0, whole.remainingMs() - answerMs));
    try {
      return await whole.within(async () => {
        const call: Record<string, unknown> = { request, requestId, load, deadline, parts };
        if (access !== 'anyone') {
          const isLeaving = access === 'person-leaving';
          const authorization = request.headers.get('authorization') ?? undefined;
          const { caller, bank } = await parts.verify(authorization, isLeaving ? 'may-have-expired' : 'valid');
          call.caller = caller;
          call.bank = bank;
          forBank(bank.organisationNumber);
          if (!isLeaving) {
            if (bank.isPaused && !evenPaused) throw paused();
            const session = await bank.admit(caller, deadline);
            noted.login = session;
            call.session = session;
          }
        }
        return await handler(call as unknown as Call<A, Parts, BankParts, Session>);
      });
    } catch (error) {
      throw error instanceof DeadlineExceeded ? outOfTime(error) : error;
    }
  }
}

function outOfTime(cause: DeadlineExceeded): ProblemError {
  return new ProblemError('upstream-unavailable', {
    fault: 'request-deadline',
    failure: { party: undefined, kind: 'slow' },
    retryAfterSeconds: 5,
    cause,
  });
}

/** Empty while there are no valid settings: `type` is then relative. What is wrong with them is reported by `load`. */
function publicBaseUrlOf(load: () => { publicBaseUrl: string }): string {
  try {
    return load().publicBaseUrl;
  } catch {
    return '';
  }
}
