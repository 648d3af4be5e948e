// Finds out whether Altinn accepts our consent request, and with which metadata key (open questions U2, U17).
import { randomUUID } from 'node:crypto';
import { createAltinn } from '../../shared/altinn/client.ts';
import { ProblemError } from '../../shared/problems.ts';
import type { HttpClient } from '../../shared/upstream/http-client.ts';
import { RedStep } from './contacts.ts';
import type { Day } from './day.ts';
import { readResource } from './resource-probe.ts';
import type { Seen } from './steps.ts';

/** The metadata key that the resource needs, from the registry: '' for none, `undefined` if the registry does not say. */
async function registeredKey(day: Day): Promise<string | undefined> {
  const metadata = (await readResource(day, day.settings.altinn.resourceIds[0]))?.consentMetadata;
  if (metadata === undefined || metadata === null) return undefined;
  const keys = Object.keys(metadata);
  const set = day.settings.altinn.metadataKey.toLowerCase();
  const needed = keys.filter((key) => metadata[key]?.optional !== true);
  if (needed.length > 1)
    throw new RedStep({
      says: `The resource needs several metadata keys: ${needed.join(', ')}. The program sends one.`,
      who: 'developers',
      remedy: 'Report the keys, and ask Lånekassen what belongs in each.',
    });
  return keys.find((key) => key.toLowerCase() === set) ?? needed[0] ?? '';
}

/** Sends a request that expires within the hour. `refused`: the body of a refusal because of the key. Other errors of Altinn's client are thrown. */
async function ask(day: Day, metadataKey: string): Promise<{ refused: string } | undefined> {
  const { settings, context, person } = day;
  const { http, policy, time, telemetry, deadline, tokens, grants } = context;
  const { token } = await tokens.request(grants.altinn, deadline());
  let last = '';
  const listening: HttpClient = {
    ...http,
    async send(request) {
      const reply = await http.send(request);
      last = reply.text;
      return reply;
    },
  };
  const altinn = createAltinn(
    {
      baseUrl: settings.altinn.baseUrl,
      organisationNumber: context.bank.organisationNumber,
      bankName: context.bank.name,
      resourceId: settings.altinn.resourceIds[0],
      metadataKey,
    },
    {
      http: listening,
      policy: policy('altinn', settings.policy.altinn),
      token: { get: async () => token, drop: () => false },
      time,
      telemetry,
    },
  );
  const redirectUrl = `${settings.publicBaseUrl}/api/consents/callback`;
  const question = { id: randomUUID(), person: person.nationalId, validTo: time.now() + 3_600_000, redirectUrl };
  try {
    await altinn.create(question, deadline());
    return undefined;
  } catch (error) {
    const isAboutKey = error instanceof ProblemError && /^altinn-(?:am-0000[68]|std-00001)$/.test(error.fault ?? '');
    if (isAboutKey && wantedKey(last) !== undefined) return { refused: last };
    if (error instanceof ProblemError && error.fault === 'altinn-am-00004')
      throw new RedStep({
        says: 'Altinn does not know the test person (AM-00004).',
        who: 'platform team',
        remedy: 'Take another person from Tenor (--persons; docs/onboarding.md, "Which test person do I use today?").',
      });
    throw error;
  }
}

/** The key that Altinn's refusal asks for (docs/contracts/altinn-consent.md §7): the one that AM-00008 names, or '' if there is only AM-00006. */
export function wantedKey(body: string): string | undefined {
  type Refusal = { code?: unknown; key?: unknown };
  let refusals: Refusal[];
  try {
    const { problems, ...own } = JSON.parse(body) as Refusal & { problems?: Refusal[] };
    refusals = [own, ...(Array.isArray(problems) ? problems : [])];
  } catch {
    return undefined;
  }
  const missing = refusals.filter(({ code }) => code === 'AM-00008').map(({ key }) => String(key));
  if (missing.length === 1 && /^[\w.-]{1,100}$/.test(missing[0] ?? '')) return missing[0];
  return missing.length === 0 && refusals.some(({ code }) => code === 'AM-00006') ? '' : undefined;
}

/** Finds the key, and proves that Altinn accepts a request with it. Changes the setting if it is another key. */
export async function probeRequest(day: Day): Promise<Seen> {
  const set = day.settings.altinn.metadataKey;
  const registered = await registeredKey(day);
  const sameKey = registered === undefined || registered.toLowerCase() === set.toLowerCase();
  let key = sameKey ? set : registered;
  const first = await ask(day, key);
  if (first !== undefined) {
    key = wantedKey(first.refused) ?? key;
    // A second refusal has another cause than the key.
    if ((await ask(day, key)) !== undefined) throw new ProblemError('configuration', { fault: 'altinn-am-00008' });
  }
  if (key !== set) await day.apply({ ALTINN_CONSENT_METADATA_KEY: key });
  const words = key === '' ? 'without metadata' : `with the metadata key ${key}`;
  return {
    seen: `Altinn takes a request ${words}`,
    answers: [
      { question: 'U2', seen: `Altinn takes a request ${words}`, value: key },
      { question: 'U17', seen: 'the bank may ask: Altinn took the request' },
    ],
  };
}
