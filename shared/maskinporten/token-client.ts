import { randomUUID } from 'node:crypto';
import type { KeyVaultSigner } from '../key-vault/signer.ts';
import { ProblemError } from '../problems.ts';
import type { Attempt, AttemptContext } from '../resilience/attempt.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { UpstreamCall } from '../resilience/upstream-call.ts';
import { UpstreamError } from '../resilience/upstream-problems.ts';
import { reasonOf } from '../telemetry/alerts.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { HttpClient, HttpReply } from '../upstream/http-client.ts';
import type { KeySet } from '../upstream/key-set.ts';
import { failedSend, jsonObject, judged } from '../upstream/reply.ts';
import { assertionClaims, signAssertion } from './assertion.ts';
import type { createClockWatch } from './clock-drift.ts';
import { type RefusalKind, refusalOf } from './errors.ts';
import type { Grant } from './grant.ts';
import type { Metadata, MetadataSource } from './metadata.ts';
import { ConsentTokenMismatch } from './token-consent.ts';
import { checkTokenReply, type FetchedToken } from './token-reply.ts';

/** Maskinporten refuses the consent of a consent grant. What that means is in Altinn; the use case reads it there. */
export class ConsentNotUsable extends Error {
  constructor(code: string | undefined) {
    super(`Maskinporten refuses the consent (${code ?? 'no code'})`);
    this.name = 'ConsentNotUsable';
  }
}

/**
 * What an error of a consent grant says of the consent. A 5xx may be Altinn's answer to several faults at once, e.g.
 * withdrawn and run out, handed on by Maskinporten (docs/contracts/altinn-consent.md §9).
 */
export function consentDoubt(error: unknown): 'refused' | 'possible' | undefined {
  if (error instanceof ConsentNotUsable) return 'refused';
  // The policy of the token endpoint itself: its metadata and keys are an upstream of their own.
  const isServerError =
    error instanceof UpstreamError && error.upstream === 'maskinporten' && (error.answered ?? 0) >= 500;
  return isServerError ? 'possible' : undefined;
}

type Ports = {
  http: HttpClient;
  policy: UpstreamCall;
  metadata: MetadataSource;
  keys: KeySet;
  signer: KeyVaultSigner;
  expected: { resourceIds: readonly string[] };
  clock: ReturnType<typeof createClockWatch>;
  time: Time;
  telemetry: Telemetry;
};

/** Asks Maskinporten for access tokens (docs/contracts/maskinporten.md §2–§6). */
export function createTokenClient(ports: Ports) {
  const { metadata, keys, expected, time, telemetry } = ports;
  return {
    /** A token for the grant, checked. Throws `ConsentNotUsable`, `configuration`, `upstream-…`, `consent-person-mismatch`, `DeadlineExceeded`. */
    async request(grant: Grant, deadline: Deadline): Promise<FetchedToken> {
      const { issuer, tokenEndpoint } = await metadata.get(deadline);
      const reply = await send(ports, { issuer, tokenEndpoint }, grant, deadline);
      try {
        const body = jsonObject(reply, 'maskinporten');
        const about = { issuer, organisationNumber: grant.bank, ...expected };
        // The keys may have to be fetched first.
        const token = await deadline.within(() => checkTokenReply(body, grant, about, keys, time.now()));
        // Duties C-2 and C-3 are counted by this line where Maskinporten's own log is out of reach.
        telemetry.log('info', 'token-granted', { scope: grant.scope, withConsent: grant.consent !== undefined });
        return token;
      } catch (error) {
        if (error instanceof ConsentTokenMismatch) {
          telemetry.count('personMismatch', { where: error.place });
          telemetry.alert(
            'consent-mismatch',
            'A token names another consumer, or a consent token another giver, receiver or resource than was asked for. Nothing is used; find out why.',
            { fault: error.fault, reason: error.what },
          );
        }
        throw error;
      }
    },
  };
}

/** Maskinporten's tokens for any grant. */
export type TokenClient = ReturnType<typeof createTokenClient>;

/** The 200 of a token request. */
function send(
  { http, policy, signer, clock, time, telemetry }: Ports,
  { issuer, tokenEndpoint: url }: Pick<Metadata, 'issuer' | 'tokenEndpoint'>,
  grant: Grant,
  deadline: Deadline,
): Promise<HttpReply> {
  const renewed = new Set<RefusalKind>();
  // New `jti`, new signature for every attempt: a repeated assertion is refused (MP-012).
  const prepare = (left: Deadline): Promise<string> =>
    signAssertion(assertionClaims(grant, issuer, time.now(), randomUUID()), grant.header, signer.forKey(grant, left));
  const attempt = async ({ signal, prepared: assertion }: AttemptContext<string>): Promise<Attempt<HttpReply>> => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const form = new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion });
    const sentAt = time.now();
    const request = { method: 'POST', url, headers, body: form.toString(), signal } as const;
    const reply = await http.send(request).catch(failedSend('maskinporten'));
    if (!('text' in reply)) return reply;
    clock.observe(reply.headers.date, sentAt, time.now());
    const found = judged('maskinporten', reply, time.now());
    if (found.meaning === 'failed') return found.failed;
    return reply.status === 200 ? { value: reply } : refused(reply, grant, renewed, telemetry);
  };
  return policy.run('maskinporten', deadline, attempt, { prepare, who: grant.consent?.id, share: grant.bank });
}

/** What a refusal comes to. `renewed`: the kinds for which this request has sent a new assertion already. */
function refused(reply: HttpReply, grant: Grant, renewed: Set<RefusalKind>, telemetry: Telemetry): Attempt<HttpReply> {
  const { kind, code, action, incident, reason } = refusalOf(reply, grant.consent?.id);
  const refusalName = [code?.toLowerCase(), reason].filter((part) => part !== undefined).join('-') || undefined;
  const name = refusalName ?? `status-${reply.status}`;
  const fault = `maskinporten-${name}`;
  // A `kid` is public.
  const kid = 'kid' in grant.header ? grant.header.kid : 'x5c';
  const fields = { fault, incident, scope: grant.scope, client: grant.clientId, kid };
  // A new assertion, once, for a used `jti` and for one that was too old on arrival; twice the same is a defect, or a clock.
  if ((kind === 'repeat' || code === 'MP-130') && !renewed.has(kind)) {
    renewed.add(kind);
    telemetry.log('warning', 'maskinporten-asks-for-new-assertion', fields);
    return { again: kind, otherwise: { outcome: 'connection', fault: name } };
  }
  if (kind === 'consent') {
    telemetry.log('warning', 'maskinporten-refuses-consent', fields);
    throw new ConsentNotUsable(code);
  }
  telemetry.alert('maskinporten-refuses', action, { ...fields, reason: reasonOf(refusalName ?? reply.status) });
  return { problem: new ProblemError('configuration', { fault }) };
}
