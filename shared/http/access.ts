import type { HttpRequest } from '@azure/functions';
import type { BankParts } from '../compose/bank-parts.ts';
import type { App } from '../compose/compose.ts';
import type { Caller } from '../person/caller.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Admission } from '../session/sessions.ts';
import { forBank } from '../telemetry/request-context.ts';

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
export async function admitCaller(
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
