// Which consent resource Altinn has for Lånekassen, and which metadata key it wants (open questions U1, U2): its resource
// registry is open to all (Altinn/altinn-resource-registry, ResourceController.cs: `{id}` and `resourcelist`).
import * as z from 'zod';
import { createHttpClient, type HttpClient, TransportError } from '../../shared/upstream/http-client.ts';
import { blameOf, RedStep } from './contacts.ts';
import type { Day } from './day.ts';
import type { Answer } from './questions.ts';
import type { Seen } from './steps.ts';

/** Lånekassen's code among Altinn's service owners (docs/contracts/open-questions.md U1). */
const ownerCode = 'slk';
/** The whole list is some megabytes. */
const listMostBytes = 64 * 1024 * 1024;

// What leaves this file goes into settings and reports, so it has the form of a name.
const name = z.string().regex(/^[\w.:-]{1,100}$/);
const resource = z.object({
  identifier: name,
  resourceType: z.string().nullish(),
  hasCompetentAuthority: z.object({ orgcode: z.string().nullish() }).nullish(),
  consentMetadata: z.record(name, z.object({ optional: z.boolean().nullish() }).nullish()).nullish(),
});
type Resource = z.infer<typeof resource>;

const isConsent = ({ resourceType }: Resource) => (resourceType ?? 'consent').toLowerCase() === 'consent';
/** The id of a resource that was moved from Altinn 2: owner, service code, edition. New consents are asked for on another one. */
const isMoved = (id: string) => /^[a-z]+_\d+_\d+$/i.test(id);

const unreachable = (note: string) => new RedStep(blameOf('altinn-unreachable', note));

/** A page of the registry: its status, and its JSON. Throws `RedStep` where no answer comes, or one that is no JSON. */
async function get(http: HttpClient, url: string, signal: AbortSignal): Promise<{ status: number; json: unknown }> {
  try {
    const { status, text } = await http.send({ method: 'GET', url, headers: {}, signal });
    return { status, json: status === 200 ? JSON.parse(text) : undefined };
  } catch (error) {
    throw unreachable(
      error instanceof TransportError ? error.kind : 'the resource registry answers in no form of its own',
    );
  }
}

/** Reads a resource; `undefined`: Altinn has none of that id, or it is not about consent. */
export async function readResource(day: Day, id: string): Promise<Resource | undefined> {
  const { http, deadline, settings } = day.context;
  const url = `${registryOf(settings.altinn.baseUrl)}/${encodeURIComponent(id)}`;
  const { status, json } = await deadline().bound((signal) => get(http, url, signal));
  if (status === 404) return undefined;
  const read = resource.safeParse(json);
  if (!read.success) throw unreachable(`the resource registry answers ${status}`);
  return isConsent(read.data) ? read.data : undefined;
}

const registryOf = (baseUrl: string) => `${baseUrl}/resourceregistry/api/v1/resource`;

/** Lånekassen's consent resources, from the list of all. */
async function listResources({ context }: Day): Promise<string[]> {
  const url = `${registryOf(context.settings.altinn.baseUrl)}/resourcelist?includeApps=false&includeAltinn2=false`;
  const http = createHttpClient({ connectTimeoutMs: 5000, maxReplyBytes: listMostBytes });
  try {
    const { status, json } = await get(http, url, AbortSignal.timeout(60_000));
    if (!Array.isArray(json)) throw unreachable(`the list of resources answers ${status}`);
    return json
      .flatMap((one) => resource.safeParse(one).data ?? [])
      .filter((one) => isConsent(one) && one.hasCompetentAuthority?.orgcode?.toLowerCase() === ownerCode)
      .map(({ identifier }) => identifier);
  } finally {
    await http.close();
  }
}

/** Finds the resource: the one that is set, or the only one that Lånekassen has. Takes another one over. */
export async function probeResource(day: Day): Promise<Seen> {
  const [set] = day.settings.altinn.resourceIds;
  if (await readResource(day, set)) {
    const seen = `Altinn has the resource ${set}`;
    const value = day.settings.altinn.resourceIds.join(',');
    return { seen, answers: [{ question: 'U1', seen, value }] };
  }
  const all = await listResources(day);
  const fresh = all.filter((id) => !isMoved(id));
  const asked = all.length === 1 ? all : fresh;
  if (asked.length !== 1) {
    const blame = blameOf('consent-resource-unknown');
    const says = `Altinn has no consent resource ${set}; Lånekassen's are: ${all.join(', ') || 'none'}.`;
    throw new RedStep({ ...blame, who: 'Lånekassen', says });
  }
  const value = [...asked, ...all.filter((id) => !asked.includes(id))].join(',');
  const seen = `Altinn has no resource ${set}; Lånekassen's is ${value}`;
  await day.apply({ ALTINN_CONSENT_RESOURCE_ID: value });
  const answer: Answer = { question: 'U1', seen, value };
  return { seen, answers: [answer] };
}
