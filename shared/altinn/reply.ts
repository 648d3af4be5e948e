import * as z from 'zod';
import { fromPersonUrn, type NationalId } from '../person/national-id.ts';
import { invalidReply } from '../upstream/reply.ts';

/** What Altinn says of a consent request, checked for shape; who and what it is about is judged by `about`. */
export type AltinnConsent = {
  id: string;
  /** `undefined`: not a person. */
  from: NationalId | undefined;
  /** Organisation number of the receiver; `undefined`: not an organisation. */
  to: string | undefined;
  requiredDelegator: NationalId | undefined;
  /** Lower-case: Altinn answers in PascalCase, its documents are in lower case (docs/contracts/open-questions.md K17). */
  status: 'created' | 'accepted' | 'rejected' | 'revoked' | 'deleted' | 'expired';
  validTo: number;
  resourceIds: string[];
  viewUri: string | undefined;
};

// Another kind of party is a well-formed answer about another party; `undefined` never equals ours.
const person = z.string().transform((urn) => fromPersonUrn(urn));
const organisation = z.string().transform((urn) => /^urn:altinn:organization:identifier-no:(\d{9})$/i.exec(urn)?.[1]);
// Rows hold instants from 1970 on. .NET sends an empty one as the year 1.
const instant = z.iso.datetime({ offset: true }).transform((text) => Math.max(0, Date.parse(text)));

// Unknown fields are ignored, null fields may be there or not (docs/contracts/altinn-consent.md §4).
const schema = z.object({
  id: z.guid(),
  from: person,
  to: organisation,
  requiredDelegator: person.nullish(),
  // The 200 of a repeated POST names it differently.
  status: z.string().optional(),
  consentRequestStatus: z.string().optional(),
  validTo: instant,
  consentRights: z.array(z.object({ resource: z.array(z.object({ type: z.string(), value: z.string() })) })),
  viewUri: z.string().nullish(),
});

const statuses = ['created', 'accepted', 'rejected', 'revoked', 'deleted', 'expired'] as const;

/** Reads a reply body. Throws `upstream-invalid-reply`. */
export function parseAltinnConsent(body: Record<string, unknown>): AltinnConsent {
  const result = schema.safeParse(body);
  // zod's issues can hold the input. The path alone is enough to find the fault.
  if (!result.success) throw invalidReply('altinn', `schema-${result.error.issues[0]?.path.join('.') ?? 'body'}`);
  const { data } = result;
  const said = (data.status ?? data.consentRequestStatus ?? '').toLowerCase();
  const status = statuses.find((known) => known === said);
  if (status === undefined) throw invalidReply('altinn', 'schema-status');
  return {
    id: data.id.toLowerCase(),
    from: data.from,
    to: data.to,
    requiredDelegator: data.requiredDelegator ?? undefined,
    status,
    validTo: data.validTo,
    resourceIds: data.consentRights.flatMap((right) => right.resource.map((resource) => resource.value)),
    viewUri: data.viewUri ?? undefined,
  };
}

/**
 * `viewUri` as a link that may be given to a browser: https on Altinn's hosts, i.e. the domain of the platform API and
 * below it (`platform.tt02.altinn.no` → `tt02.altinn.no`); on loopback, loopback. Throws `upstream-invalid-reply`.
 */
export function checkedViewUri(
  viewUri: string | undefined,
  baseUrl: string,
  isLoopback: (hostname: string) => boolean,
): string {
  const base = new URL(baseUrl);
  // URL() strips or corrects blanks and control characters silently.
  if (/[\s\\\p{Cc}]/u.test(viewUri ?? '')) throw invalidReply('altinn', 'view-uri');
  const url = URL.parse(viewUri ?? '');
  // A longer link fits no table row. Percent-encoding can make it several times as long, so the encoded one is measured.
  if (url === null || url.href.length > 2048) throw invalidReply('altinn', 'view-uri');
  const domain = base.hostname.replace(/^platform\./, '');
  const local = isLoopback(base.hostname) && isLoopback(url.hostname) && /^https?:$/.test(url.protocol);
  const atAltinn = url.protocol === 'https:' && (url.hostname === domain || url.hostname.endsWith(`.${domain}`));
  const plain = url.username === '' && url.password === '';
  if (!plain || !(local || atAltinn)) throw invalidReply('altinn', 'view-uri');
  return url.href;
}
