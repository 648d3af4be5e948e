import { randomUUID } from 'node:crypto';
import type { HttpHandler, HttpRequest, HttpResponseInit } from '@azure/functions';
import type { Caller } from '../person/caller.ts';
import { asProblem, type ProblemCode, ProblemError } from '../problems.ts';
import { Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import { createCallShares } from '../telemetry/call-shares.ts';
import { type Operation, oneOf, statuses } from '../telemetry/dimensions.ts';
import type { Failure } from '../telemetry/failure.ts';
import { forBank, type RequestContext, requestContext } from '../telemetry/request-context.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createFirstAnswers, type LoginOfCall } from './first-answers.ts';
import { callerWaitMs, waitSeconds } from './prefer.ts';
import { refusalFault } from './refusal-fault.ts';
import { type Answer, commonHeaders, problemResponse, toResponse } from './response.ts';

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
    retryAfterSeconds: 300,
    detail: 'The service is paused for this bank.',
  });

/** The handler's deadline is this much earlier than the caller's, milliseconds: time to write the answer. */
const answerMs = 250;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Makes the wrapper that every HTTP function goes through: request id, deadline, person token, session, problem mapping,
 * the headers of `docs/contracts/interface.md` §1. Nothing is ever thrown out to the host: it would answer an empty 500 and
 * write the error text to its log.
 */
export function createEndpoint<
  Session extends LoginOfCall,
  BankParts extends EndpointBank<Session>,
  Parts extends EndpointParts<BankParts>,
>(load: () => Parts, telemetry: Telemetry) {
  /** What this process has answered: its first call, and its first look-up, are the cold ones. */
  const answered = { calls: 0, lookups: 0 };
  const verdicts = createFirstAnswers();

  return function endpoint<A extends Access = 'person'>(
    operation: Operation,
    /** `evenPaused`: also for customers of a bank that is paused. */
    options: { access: A; evenPaused?: boolean },
    handler: (call: Call<A, Parts, BankParts, Session>) => Promise<Answer>,
  ): HttpHandler {
    return (request, invocation) => {
      const given = request.headers.get('x-request-id') ?? '';
      const requestId = uuid.test(given) ? given : randomUUID();
      const shares = createCallShares();
      const context: RequestContext = { invocation, requestId, shares };
      return requestContext.run(context, async () => {
        const startedAt = performance.now();
        let response: HttpResponseInit;
        let code: ProblemCode | 'none' = 'none';
        let failure: Failure = { party: 'none', kind: 'none' };
        const noted: { login?: LoginOfCall } = {};
        try {
          response = toResponse(await run(request, requestId, options, handler, noted));
        } catch (error) {
          const problem = asProblem(error);
          code = problem.code;
          failure = problem.failure;
          logProblem(operation, requestId, problem);
          response = problemResponse(problem, requestId, publicBaseUrl());
        }
        const status = response.status ?? 200;
        const durationMs = performance.now() - startedAt;
        telemetry.count('requestAnswered', { operation, status: oneOf(statuses, String(status), 'other'), code });
        if (operation === 'get-saldo') {
          const coldStart = answered.lookups++ === 0 ? 'true' : 'false';
          // The party that took the time, if known. After a wait for another instance's look-up it counts as Lånekassen.
          const party = failure.party ?? shares.slowest() ?? 'lanekassen';
          const counted = verdicts.counts(noted.login, party !== 'none') ? 'true' : 'false';
          const { kind } = failure;
          const dimensions = { outcome: code, party, kind, counted, source: shares.source, coldStart } as const;
          telemetry.event('saldoLookup', dimensions, shares.close(durationMs));
        }
        if (answered.calls++ === 0)
          telemetry.event(
            'coldStart',
            { operation },
            { durationMs: Math.round(durationMs), sinceStartMs: Math.round(performance.now()) },
          );
        telemetry.log('info', 'request', {
          operation,
          status,
          code,
          requestId,
          durationMs: Math.round(durationMs),
        });
        context.answered = true;
        const applied = options.access.startsWith('person') ? waitSeconds(request.headers.get('prefer')) : undefined;
        const headers = {
          ...commonHeaders,
          'x-request-id': requestId,
          ...(applied === undefined ? {} : { 'preference-applied': `wait=${applied}` }),
          ...response.headers,
        };
        return { ...response, headers };
      });
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
      if (!(error instanceof DeadlineExceeded)) throw error;
      throw new ProblemError('upstream-unavailable', {
        fault: 'request-deadline',
        failure: { party: undefined, kind: 'slow' },
        retryAfterSeconds: 5,
        cause: error,
      });
    }
  }

  /** Empty while there are no valid settings: `type` is then relative. What is wrong with them is reported by `load`. */
  function publicBaseUrl(): string {
    try {
      return load().publicBaseUrl;
    } catch {
      return '';
    }
  }

  function logProblem(operation: string, requestId: string, problem: ProblemError) {
    const cause = problem.cause instanceof Error ? problem.cause.name : undefined;
    const fields = { operation, requestId, code: problem.code, status: problem.status, fault: problem.fault, cause };
    if (problem.status === 401)
      telemetry.count('personTokenRefused', { fault: refusalFault(problem.fault ?? problem.code) });
    if (problem.code === 'internal') {
      // The frames say where; the message may quote data and stays out.
      const frames =
        problem.cause instanceof Error
          ? problem.cause.stack?.split('\n').filter((line) => /^\s+at /.test(line))
          : undefined;
      telemetry.alert('internal-error', 'A defect: report the frames.', {
        ...fields,
        frames: frames?.slice(0, 8).join(' | '),
      });
    } else telemetry.log(problem.status >= 500 ? 'warning' : 'info', 'problem', fields);
  }
}
