import { randomUUID } from 'node:crypto';
import type { NationalId } from '../person/national-id.ts';
import { processName } from '../person/person-key.ts';
import type { Secret } from '../person/secret.ts';
import { ProblemError } from '../problems.ts';
import type { Attempt, RunOptions } from '../resilience/attempt.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { UpstreamCall } from '../resilience/upstream-call.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { HttpClient, HttpReply } from '../upstream/http-client.ts';
import { failedSend, judged } from '../upstream/reply.ts';
import { codeIn } from '../upstream/statuses.ts';
import { type LanekassenReply, parseLanekassenReply } from './reply.ts';

/** How a consent reaches Lånekassen under Altinn 3 is not public (docs/contracts/open-questions.md U3, U4, U7): settings. */
export type LanekassenTransport = 'consent-id-header' | 'authorization-only' | 'both';

/** The tokens of one call: the shared one, and the consent token as long as one is needed. */
export type CallTokens = { shared: Secret; consent: Secret | undefined };

/** Lånekassen's answer. */
export type LanekassenAnswer =
  | { kind: 'accounts'; reply: LanekassenReply }
  | { kind: 'not-a-customer' }
  /** `own`: said by Lånekassen itself; without it by a gateway before it, so that nothing final may hang on it. */
  | { kind: 'unauthorised'; own: boolean }
  | { kind: 'forbidden'; own: boolean };

/** `deadline`: of the look-up. `onAttempt` is called before each attempt goes out. */
type CallOptions = { deadline: Deadline; onAttempt: () => void } & Pick<
  RunOptions<CallTokens>,
  'maxAttempts' | 'isRetry' | 'onPause'
>;

/** The part of the look-up's time that is kept for sealing and storing the answer, milliseconds. */
const writeMs = 300;

type LanekassenParty = { baseUrl: string; apiKey: Secret; transport: LanekassenTransport; authPrefix: string };
type Ports = { http: HttpClient; policy: UpstreamCall; time: Time; telemetry: Telemetry };

/** The client of Lånekassen's saldo API (docs/contracts/lanekassen-saldo.md §2–§6). It sends requests and parses answers. */
export function createLanekassen(party: LanekassenParty, ports: Ports) {
  const { http, policy, telemetry } = ports;
  return {
    /** One call under the policy. `tokens` is called before each attempt, after the queue wait. Throws `upstream-…`, `configuration`. */
    accounts: (
      person: NationalId,
      tokens: (deadline: Deadline) => Promise<CallTokens>,
      { deadline, onAttempt, ...options }: CallOptions,
    ): Promise<LanekassenAnswer> =>
      policy.run(
        'lanekassen',
        // The time that is left at the end is for sealing and storing the answer.
        deadline.atMost(Math.max(0, deadline.remainingMs() - writeMs)),
        async ({ signal, prepared }): Promise<Attempt<LanekassenAnswer>> => {
          onAttempt();
          // New for every attempt, also for a retry (§3): Lånekassen finds a single request by it.
          const requestId = randomUUID();
          const url = `${party.baseUrl}/saldo/v1/Accounts`;
          const headers = headersOf(party, person, prepared, requestId);
          const reply = await http.send({ method: 'GET', url, headers, signal }).catch(failedSend('lanekassen'));
          if (!('text' in reply)) return reply;
          if (reply.status !== 200 && reply.status !== 404)
            telemetry.log('warning', 'lanekassen-answer', { status: reply.status, lanekassenRequestId: requestId });
          return read(reply, person, requestId, ports);
        },
        { ...options, prepare: tokens, who: processName(person) },
      ),
  };
}

/** The client of Lånekassen's saldo API. */
export type Lanekassen = ReturnType<typeof createLanekassen>;

function headersOf(
  party: LanekassenParty,
  person: NationalId,
  tokens: CallTokens,
  requestId: string,
): Record<string, string> {
  const carrier = party.transport === 'consent-id-header' ? tokens.shared : (tokens.consent ?? tokens.shared);
  return {
    ApiKey: party.apiKey.reveal(),
    // The token and nothing else: no `Bearer` (§3), unless the setting says so one day.
    Authorization: `${party.authPrefix}${carrier.reveal()}`,
    ...(tokens.consent === undefined || party.transport === 'authorization-only'
      ? {}
      : { 'Consent-ID': tokens.consent.reveal() }),
    PSU_ID: person.reveal(),
    'X-Request-Id': requestId,
    Accept: 'application/json',
  };
}

/** What an answer means to the look-up, or to the policy. */
function read(
  reply: HttpReply,
  person: NationalId,
  requestId: string,
  { time, telemetry }: Pick<Ports, 'time' | 'telemetry'>,
): Attempt<LanekassenAnswer> {
  const found = judged('lanekassen', reply, time.now());
  if (found.meaning === 'failed') return found.failed;
  const own = codeIn('lanekassen', reply) !== undefined;
  switch (reply.status) {
    case 200:
      return { value: { kind: 'accounts', reply: parseLanekassenReply(reply, person) } };
    case 404:
      return { value: { kind: 'not-a-customer' } };
    case 401:
      return { value: { kind: 'unauthorised', own } };
    case 403:
      return { value: { kind: 'forbidden', own } };
  }
  telemetry.alert(
    'lanekassen-400',
    'Lånekassen finds a header invalid: a setting or a defect of ours. Give Lånekassen the lanekassenRequestId.',
    { lanekassenRequestId: requestId },
  );
  return { problem: new ProblemError('configuration', { fault: `lanekassen-status-${reply.status}` }) };
}
