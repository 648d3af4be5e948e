import { randomUUID } from 'node:crypto';
import type { KeyVaultSigner } from '../key-vault/signer.ts';
import { ProblemError } from '../problems.ts';
import type { Attempt, AttemptContext } from '../resilience/attempt.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { UpstreamCall } from '../resilience/upstream-call.ts';
import { UpstreamError } from '../resilience/upstream-problems.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { HttpClient, HttpReply } from '../upstream/http-client.ts';
import type { KeySet } from '../upstream/key-set.ts';
import { failedSend, jsonObject, judged } from '../upstream/reply.ts';
import { assertionClaims, signAssertion } from './assertion.ts';
import type { ClockWatch } from './clock-drift.ts';
import { type RefusalKind, refusalOf } from './errors.ts';
import type { Grant } from './grant.ts';
import type { MetadataSource } from './metadata.ts';
import type { FetchedToken } from './token-cache.ts';
import { ConsentTokenMismatch } from './token-consent.ts';
import { checkTokenReply } from './token-reply.ts';

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

/** Asks Maskinporten for access tokens (docs/contracts/maskinporten.md §2–§6). */
export type TokenClient = {
  /** A token for the grant, checked. Throws `ConsentNotUsable`, `configuration`, `upstream-…`, `consent-person-mismatch`. */
  request(grant: Grant, deadline: Deadline): Promise<FetchedToken>;
};

export function createTokenClient(ports: {
  http: HttpClient;
  policy: UpstreamCall;
  metadata: MetadataSource;
  keys: KeySet;
  signer: KeyVaultSigner;
  expected: { resourceIds: readonly string[] };
  clock: ClockWatch;
  time: Time;
  telemetry: Telemetry;
}): TokenClient {
  const { http, policy, metadata, keys, signer, expected, clock, time, telemetry } = ports;

  const send = async (grant: Grant, deadline: Deadline): Promise<HttpReply> => {
    const { issuer, tokenEndpoint } = await metadata.get(deadline);
    const renewed = new Set<RefusalKind>();
    // New `jti`, new signature for every attempt: a repeated assertion is refused (MP-012).
    const prepare = (left: Deadline): Promise<string> =>
      signAssertion(assertionClaims(grant, issuer, time.now(), randomUUID()), grant.header, signer.forKey(grant, left));
    const attempt = async ({ signal, prepared: assertion }: AttemptContext<string>): Promise<Attempt<HttpReply>> => {
      let reply: HttpReply;
      const sentAt = time.now();
      try {
        reply = await http.send({
          method: 'POST',
          url: tokenEndpoint,
          headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
          body: new URLSearchParams({
            grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
            assertion,
          }).toString(),
          signal,
        });
      } catch (error) {
        return failedSend(error, 'maskinporten');
      }
      clock.observe(reply.headers.date, sentAt, time.now());
      const found = judged('maskinporten', reply, time.now());
      if (found.meaning === 'failed') return found.failed;
      return reply.status === 200 ? { value: reply } : refused(reply, grant, renewed);
    };
    return policy.run('maskinporten', deadline, attempt, { prepare, who: grant.consent?.id, share: grant.bank });
  };

  const refused = (reply: HttpReply, grant: Grant, renewed: Set<RefusalKind>): Attempt<HttpReply> => {
    const { kind, code, action, incident, reason } = refusalOf(reply, grant.consent?.id);
    const name = [code?.toLowerCase(), reason].filter((part) => part !== undefined).join('-');
    const fault = `maskinporten-${name || `status-${reply.status}`}`;
    const fields = { fault, incident, scope: grant.scope, client: grant.clientId, ...keyName(grant) };
    // A new assertion, once, for a used `jti` and for one that was too old on arrival; twice the same is a defect, or a clock.
    if ((kind === 'repeat' || code === 'MP-130') && !renewed.has(kind)) {
      renewed.add(kind);
      telemetry.log('warning', 'maskinporten-asks-for-new-assertion', fields);
      return { again: kind, otherwise: { outcome: 'connection', fault: fault.replace('maskinporten-', '') } };
    }
    if (kind === 'consent') {
      telemetry.log('warning', 'maskinporten-refuses-consent', fields);
      throw new ConsentNotUsable(code);
    }
    telemetry.alert('maskinporten-refuses', action, fields);
    return { problem: new ProblemError('configuration', { fault }) };
  };

  return {
    async request(grant, deadline) {
      const { issuer } = await metadata.get(deadline);
      const reply = await send(grant, deadline);
      try {
        const token = await checkTokenReply(
          jsonObject(reply, 'maskinporten'),
          grant,
          { issuer, organisationNumber: grant.bank, ...expected },
          keys,
          time.now(),
        );
        // Duties C-2 and C-3 are counted by this line where Maskinporten's own log is out of reach.
        telemetry.log('info', 'token-granted', { scope: grant.scope, withConsent: grant.consent !== undefined });
        return token;
      } catch (error) {
        if (error instanceof ConsentTokenMismatch) {
          telemetry.count('personMismatch', { where: error.place });
          telemetry.alert(
            'consent-mismatch',
            'A token names another consumer, or a consent token another giver, receiver or resource than was asked for. Nothing is used; find out why.',
            { fault: error.fault },
          );
        }
        throw error;
      }
    },
  };
}

/** How the key is named, for the log: a `kid` is public. */
const keyName = ({ header }: Grant) => ({ kid: 'kid' in header ? header.kid : 'x5c' });
