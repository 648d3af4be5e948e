import { randomUUID } from 'node:crypto';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Attempt, AttemptContext, Policy } from '../resilience/policy.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { HttpClient, HttpReply } from '../upstream/http-client.ts';
import type { KeySet } from '../upstream/key-set.ts';
import { failedSend, jsonObject, transientAttempt } from '../upstream/reply.ts';
import { assertionClaims, signAssertion } from './assertion.ts';
import type { Grant } from './grant.ts';
import type { KeyVaultSigner } from './key-vault-signer.ts';
import type { MetadataSource } from './metadata.ts';
import { refusalOf } from './mp-error.ts';
import type { FetchedToken } from './token-cache.ts';
import { checkTokenReply } from './token-reply.ts';

/** Maskinporten refuses the consent of a consent grant. What that means is in Altinn; the use case reads it there. */
export class ConsentNotUsable extends Error {
  constructor(code: string | undefined) {
    super(`Maskinporten refuses the consent (${code ?? 'no code'})`);
    this.name = 'ConsentNotUsable';
  }
}

/** Asks Maskinporten for access tokens (domain/maskinporten.md §2–§6). */
export type TokenClient = {
  /** A token for the grant, checked. Throws `ConsentNotUsable`, `configuration`, `upstream-…`, `consent-person-mismatch`. */
  request(grant: Grant, deadline: Deadline): Promise<FetchedToken>;
};

export function createTokenClient(ports: {
  http: HttpClient;
  policy: Policy;
  metadata: MetadataSource;
  keys: KeySet;
  signer: KeyVaultSigner;
  expected: { organisationNumber: string; resourceId: string };
  time: Time;
  telemetry: Telemetry;
}): TokenClient {
  const { http, policy, metadata, keys, signer, expected, time, telemetry } = ports;

  const send = async (grant: Grant, deadline: Deadline): Promise<HttpReply> => {
    const { issuer, tokenEndpoint } = await metadata.get(deadline);
    // New `jti`, new signature for every attempt: a repeated assertion is refused (MP-012).
    const prepare = (left: Deadline): Promise<string> =>
      signAssertion(
        assertionClaims(grant, issuer, time.now(), randomUUID()),
        grant.kid,
        signer.forKey(grant.keyId, left),
      );
    const attempt = async ({
      signal,
      number,
      prepared: assertion,
    }: AttemptContext<string>): Promise<Attempt<HttpReply>> => {
      let reply: HttpReply;
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
      if (reply.status >= 400 && reply.status < 500 && reply.status !== 429) return refused(reply, grant, number);
      return transientAttempt(reply, time.now()) ?? { value: reply };
    };
    return policy.run('maskinporten', deadline, attempt, { prepare });
  };

  const refused = (reply: HttpReply, grant: Grant, attempt: number): Attempt<HttpReply> => {
    const refusal = refusalOf(reply, grant.consent !== undefined);
    // One new assertion, as if the connection had failed; twice the same is a defect.
    if (refusal.kind === 'repeat' && attempt === 1) return { outcome: 'connection', fault: 'jti-repeated' };
    if (refusal.kind === 'consent') return { problem: new ConsentNotUsable(refusal.code) };
    const fault = `maskinporten-${(refusal.code ?? `status-${reply.status}`).toLowerCase()}`;
    telemetry.alert('maskinporten-refuses', refusal.action, { fault, scope: grant.scope, kid: grant.kid });
    return { problem: new ProblemError('configuration', { fault }) };
  };

  return {
    async request(grant, deadline) {
      const { issuer } = await metadata.get(deadline);
      const reply = await send(grant, deadline);
      if (reply.status !== 200)
        throw new ProblemError('upstream-invalid-reply', { fault: `maskinporten-status-${reply.status}` });
      try {
        return await checkTokenReply(
          jsonObject(reply, 'maskinporten'),
          grant,
          { issuer, ...expected },
          keys,
          time.now(),
        );
      } catch (error) {
        if (error instanceof ProblemError && error.code === 'consent-person-mismatch') {
          telemetry.count('personMismatch', { where: error.fault });
          telemetry.alert(
            'consent-mismatch',
            'A consent token names another giver, receiver or resource than was asked for. Nothing is used; find out why.',
            { fault: error.fault },
          );
        }
        throw error;
      }
    },
  };
}
