import type { NationalId } from '../person/national-id.ts';
import type { Secret } from '../person/secret.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import { sharesOfCall } from '../telemetry/call-shares.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { SharedToken } from '../upstream/shared-token.ts';
import type { Grant } from './grant.ts';
import type { TokenClient } from './token-client.ts';

/** A token is renewed this long before its end, milliseconds, or at half its life if that is later. */
const marginMs = 15_000;
/** How long a failure is the answer for the next callers, milliseconds, so that an outage does not cost each of them a full time-out. */
const failureMemoryMs = 1000;

/** A token that replaced a refused one and is refused within this time too, is kept: its age is not the reason. */
const renewedForMs = 10_000;

/**
 * The shared token of a grant, kept in this process (docs/architecture.md#tokens): one object for each grant, so that no two grants
 * can share a token. There is one fetch for all callers, `flightMs` at most, which continues when the caller that started it gives up.
 */
export function createSharedToken(
  grant: Omit<Grant, 'consent'>,
  ports: { client: TokenClient; flightMs: number; time: Time; telemetry: Telemetry },
): SharedToken {
  const { client, flightMs, time, telemetry } = ports;
  let held: { token: Secret; renewAt: number; keptUntil: number } | undefined;
  let flight: Promise<Secret> | undefined;
  let failure: { error: unknown; until: number } | undefined;
  /** Its API has refused the last token, and the next one has not come. */
  let dropped = false;

  const fetched = async (): Promise<Secret> => {
    const startedAt = time.monotonic();
    try {
      const { token, lifeMs } = await client.request(grant, Deadline.after(time, flightMs));
      const keptUntil = dropped ? time.monotonic() + renewedForMs : 0;
      // Counted from before the request, because the token's life began at Maskinporten, not when the answer was read.
      held = { token, keptUntil, renewAt: startedAt + Math.max(lifeMs - marginMs, lifeMs / 2) };
      dropped = false;
      failure = undefined;
      return token;
    } catch (error) {
      telemetry.count('tokenCache', { result: 'failed' });
      failure = { error, until: time.monotonic() + failureMemoryMs };
      throw error;
    } finally {
      flight = undefined;
    }
  };

  return {
    async get(deadline) {
      if (held && time.monotonic() < held.renewAt) {
        telemetry.count('tokenCache', { result: 'hit' });
        return held.token;
      }
      if (failure && time.monotonic() < failure.until) {
        telemetry.count('tokenCache', { result: 'remembered-failure' });
        throw failure.error;
      }
      const running = flight;
      telemetry.count('tokenCache', { result: running ? 'join' : held || dropped ? 'renewal' : 'miss' });
      if (running === undefined) {
        const started = fetched();
        flight = started;
        // All callers may have given up when it fails.
        started.catch(() => {});
        return deadline.within(() => started);
      }
      // The attempts count for the caller that started the fetch.
      const ends = sharesOfCall()?.waitsFor('maskinporten');
      try {
        return await deadline.within(() => running);
      } finally {
        ends?.();
      }
    },
    drop(token) {
      if (held?.token !== token || time.monotonic() < held.keptUntil) return false;
      held = undefined;
      dropped = true;
      return true;
    },
  };
}

/** A consent token: fetched for one look-up and not kept. The look-up keeps duty C-2. */
export type ConsentTokens = { fetch(consentId: string, from: NationalId, deadline: Deadline): Promise<Secret> };

/** Consent tokens on the same client, key and scope as `grant`. */
export function createConsentTokens(grant: Grant, ports: { client: TokenClient; telemetry: Telemetry }): ConsentTokens {
  return {
    async fetch(id, from, deadline) {
      ports.telemetry.count('consentToken');
      return (await ports.client.request({ ...grant, consent: { id, from } }, deadline)).token;
    },
  };
}
