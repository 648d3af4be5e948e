import * as z from 'zod';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Attempt, Policy } from '../resilience/policy.ts';
import type { Time } from '../resilience/time.ts';
import type { HttpClient, HttpReply } from '../upstream/http-client.ts';
import { failedSend, invalidReply, jsonObject, transientAttempt } from '../upstream/reply.ts';

/** What the authorization server says of itself (RFC 8414). */
export type Metadata = { issuer: string; tokenEndpoint: string; jwksUri: string };

/** Reads the metadata of an issuer, once an hour. */
export type MetadataSource = { get(deadline: Deadline): Promise<Metadata> };

const freshForMs = 3_600_000;
const schema = z.object({ issuer: z.string(), token_endpoint: z.url(), jwks_uri: z.url() });

/**
 * `issuerOrigin` is the setting: scheme and host. The metadata must name the same issuer (a trailing slash aside), and its
 * endpoints must be https on that host, or nothing is sent there: an assertion is as good as a password for a minute.
 */
export function createMetadataSource(
  issuerOrigin: string,
  ports: { http: HttpClient; policy: Policy; time: Time; refreshDeadline: () => Deadline },
): MetadataSource {
  let known: { metadata: Metadata; at: number } | undefined;
  let flight: Promise<Metadata> | undefined;

  const fetchMetadata = async (): Promise<Metadata> => {
    // With a deadline of its own: a caller that gives up must not fail the others that wait for the same answer.
    const reply = await ports.policy.run(
      'maskinporten',
      ports.refreshDeadline(),
      async ({ signal }): Promise<Attempt<HttpReply>> => {
        try {
          const url = `${issuerOrigin}/.well-known/oauth-authorization-server`;
          const answer = await ports.http.send({ method: 'GET', url, headers: { accept: 'application/json' }, signal });
          return transientAttempt(answer, ports.time.now()) ?? { value: answer };
        } catch (error) {
          return failedSend(error, 'maskinporten');
        }
      },
    );
    if (reply.status !== 200)
      throw new ProblemError('configuration', { fault: `maskinporten-metadata-${reply.status}` });
    const metadata = checked(jsonObject(reply, 'maskinporten-metadata'), issuerOrigin);
    known = { metadata, at: ports.time.monotonic() };
    return metadata;
  };

  return {
    async get(deadline) {
      if (known && ports.time.monotonic() - known.at < freshForMs) return known.metadata;
      flight ??= fetchMetadata().finally(() => {
        flight = undefined;
      });
      const current = flight;
      try {
        return await deadline.within(() => current);
      } catch (error) {
        // What was true an hour ago is better than an outage; endpoints of an issuer hardly ever change.
        if (known) return known.metadata;
        throw error;
      }
    },
  };
}

function checked(body: Record<string, unknown>, issuerOrigin: string): Metadata {
  const result = schema.safeParse(body);
  if (!result.success) throw invalidReply('maskinporten-metadata-schema');
  const { issuer, token_endpoint: tokenEndpoint, jwks_uri: jwksUri } = result.data;
  if (issuer.replace(/\/$/, '') !== issuerOrigin) throw invalidReply('maskinporten-metadata-issuer');
  for (const endpoint of [tokenEndpoint, jwksUri])
    if (new URL(endpoint).origin !== issuerOrigin) throw invalidReply('maskinporten-metadata-endpoint');
  return { issuer, tokenEndpoint, jwksUri };
}
