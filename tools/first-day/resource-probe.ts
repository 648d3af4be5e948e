// Finds the consent resource that Altinn has for Lånekassen, and the metadata key that it needs (open questions U1, U2). Everyone may read
// Altinn's resource registry (Altinn/altinn-resource-registry, ResourceController.cs: `{id}` and `resourcelist`).
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

// Values from the registry go into settings and reports, so only names are accepted.
const name = z.string().regex(/^[\w.:-]{1,100}$/);
const resource = z.object({
  identifier: name,
  resourceType: z.string().nullish(),
  hasCompetentAuthority: z.object({ orgcode: z.string().nullish() }).nullish(),
  consentMetadata: z.record(name, z.object({ optional: z.boolean().nullish() }).nullish()).nullish(),
});
type Resource = z.infer<typeof resource>;

const isConsent = ({ resourceType }: Resource) => (resourceType ?? 'consent').toLowerCase() === 'consent';
/** Whether the id is that of a resource that was moved from Altinn 2: owner, service code, edition. New consents use another resource. */
const isMoved = (id: string) => /^[a-z]+_\d+_\d+$/i.test(id);

const unreachable = (note: string) => new RedStep(blameOf('altinn-unreachable', note));

/** The status and JSON of a page of the registry. Throws `RedStep` if there is no answer, or if it is not JSON. */
async function get(http: HttpClient, url: string, signal: AbortSignal): Promise<{ status: number; json: unknown }> {
  try {
    const { status, text } = await http.send({ method: 'GET', url, headers: {}, signal });
    return { status, json: status === 200 ? JSON.parse(text) : undefined };
  } catch (error) {
    throw unreachable(
      error instanceof TransportError ? error.kind : "the answer is not in the resource registry's form",
    );
  }
}

/** Reads a resource. `undefined`: Altinn has none with that id, or it is not a consent resource. */
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

/** Lånekassen's consent resources, from the list of all resources. */
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

/** Finds the resource: the one in the settings, or the only one that Lånekassen has. Changes the setting if it is another one. */
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
