import * as z from 'zod';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { UpstreamCall } from '../resilience/upstream-call.ts';
import type { HttpClient } from '../upstream/http-client.ts';
import { createKept } from '../upstream/kept.ts';
import { fetchDocument, invalidReply, jsonObject } from '../upstream/reply.ts';

/** What the authorization server says of itself (RFC 8414). */
export type Metadata = { issuer: string; tokenEndpoint: string; jwksUri: string };

const ages = { freshMs: 3_600_000, soundMs: 24 * 3_600_000, coolDownMs: 60_000 };
const schema = z.object({ issuer: z.string(), token_endpoint: z.url(), jwks_uri: z.url() });

/**
 * The metadata of an issuer: fetched again each hour in the background, and used for a day even if that fails. `issuerOrigin` is the
 * setting: scheme and host. The metadata must name the same issuer (a trailing slash aside), and its
 * endpoints must be https on that host, or nothing is sent there: an assertion is as good as a password for a minute.
 * `policy` is not that of the token endpoint, which may be sound while this is down.
 */
export function createMetadataSource(
  issuerOrigin: string,
  ports: { http: HttpClient; policy: UpstreamCall; time: Time },
) {
  const url = `${issuerOrigin}/.well-known/oauth-authorization-server`;
  const load = async (): Promise<Metadata> => {
    const reply = await fetchDocument(ports, url, 'maskinporten-metadata');
    return checked(jsonObject(reply, 'maskinporten-metadata'), issuerOrigin);
  };
  const kept = createKept(load, ages, ports.time);
  return { get: (deadline: Deadline) => deadline.within(() => kept.get()) };
}

/** The metadata of one issuer. */
export type MetadataSource = ReturnType<typeof createMetadataSource>;

function checked(body: Readonly<Record<string, unknown>>, issuerOrigin: string): Metadata {
  const result = schema.safeParse(body);
  if (!result.success) throw invalidReply('maskinporten', 'metadata-schema');
  const { issuer, token_endpoint: tokenEndpoint, jwks_uri: jwksUri } = result.data;
  if (issuer.replace(/\/$/, '') !== issuerOrigin) throw invalidReply('maskinporten', 'metadata-issuer');
  for (const endpoint of [tokenEndpoint, jwksUri])
    if (new URL(endpoint).origin !== issuerOrigin) throw invalidReply('maskinporten', 'metadata-endpoint');
  return { issuer, tokenEndpoint, jwksUri };
}
