import type { HttpRequest } from '@azure/functions';
import type { Caller } from '../person/caller.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import { forBank } from '../telemetry/request-context.ts';
import type { LoginOfCall } from './first-answers.ts';

/**
 * The callers that are let in. `person`: a valid person token of a login session that has not ended. `person-leaving`: the token may
 * have expired and the session ended (logout). `anyone`: no token; for the callback. `probe`: no token, and the handler
 * loads the parts itself, because it answers even when the settings are wrong.
 */
export type Access = 'person' | 'person-leaving' | 'anyone' | 'probe';

/** Who may call a function. `evenPaused`: also customers of a bank that is paused. */
export type Entry<A extends Access = Access> = { access: A; evenPaused?: boolean };

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
  load: () => Parts;
} & (A extends 'probe' ? object : { parts: Parts; deadline: Deadline }) &
  (A extends 'person' | 'person-leaving' ? { caller: Caller; bank: BankParts } : object) &
  (A extends 'person' ? { session: Session } : object);

/** Lets the caller in: what its token and its session say, as far as the access asks for it. Throws `person-token-…`, `session-ended`. */
export async function admitCaller<Session extends LoginOfCall, BankParts extends EndpointBank<Session>>(
  { headers }: HttpRequest,
  { verify }: EndpointParts<BankParts>,
  { access, evenPaused = false }: Entry,
  deadline: Deadline,
): Promise<{ caller?: Caller; bank?: BankParts; session?: Session }> {
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
