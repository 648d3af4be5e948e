// `authorization_details` of type urn:altinn:consent (maskinporten_func_samtykke). They are checked here and then looked up in Altinn at
// every token request, as in the real Maskinporten.
import { z } from 'zod';
import { Refusal } from './refusal.ts';

const consentType = 'urn:altinn:consent';

/** An organisation as Maskinporten writes it. */
export const iso6523 = (number: string) => ({ authority: 'iso6523-actorid-upis', ID: `0192:${number}` });

const namedConsentSchema = z.strictObject({
  type: z.literal(consentType),
  id: z.guid(),
  from: z.string().regex(/^urn:altinn:person:identifier-no:\d{11}$/),
});

/** A consent as named in the assertion. */
type NamedConsent = Omit<z.output<typeof namedConsentSchema>, 'type'>;

const lookedUpSchema = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  consented: z.string(),
  validTo: z.string(),
  consentRights: z.array(z.unknown()),
});

/** The one requested consent. Refuses with MP-301 (type), MP-302 (unknown fields), MP-303 (values, or not exactly one). */
export function namedConsent(details: unknown): NamedConsent {
  if (!Array.isArray(details) || details.length !== 1) throw Refusal.of('MP-303', 'Exactly one element is allowed.');
  const element: unknown = details[0];
  const type = z.object({ type: z.literal(consentType) }).safeParse(element);
  if (!type.success) throw Refusal.of('MP-301');
  const parsed = namedConsentSchema.safeParse(element);
  if (parsed.success) return { id: parsed.data.id, from: parsed.data.from };
  if (parsed.error.issues.some((issue) => issue.code === 'unrecognized_keys')) throw Refusal.of('MP-302');
  const field = parsed.error.issues[0]?.path[0] === 'from' ? 'from' : 'id';
  // According to the error page the text names the value. A client that logs descriptions is found out in this way.
  const value = (element as Record<string, unknown>)[field];
  throw Refusal.of('MP-303', `${field}: ${String(value)}`);
}

const notLookedUp = 'The consent could not be looked up.';
const outage = () => new Refusal(503, 'temporarily_unavailable', notLookedUp);

const codeSchema = z.object({ code: z.string().regex(/^[\w.-]{1,20}$/) });

/**
 * Asks Altinn whether the consent is active, and returns it in the form of the token (`to` as an ISO 6523 object). Altinn's 4xx becomes
 * MP-303 with Altinn's code. That Maskinporten does so is inferred, see docs/contracts/altinn-consent.md §9.
 */
export async function lookUpConsent(altinnUrl: string, named: NamedConsent, receiver: string): Promise<object> {
  const to = `urn:altinn:organization:identifier-no:${receiver}`;
  let response: Response;
  try {
    response = await fetch(`${altinnUrl}/accessmanagement/api/v1/maskinporten/consent/lookup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...named, to }),
      signal: AbortSignal.timeout(5000),
    });
  } catch {
    throw outage();
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const code = codeSchema.safeParse(body).data?.code;
    if (response.status < 500)
      throw Refusal.of('MP-303', `The consent cannot be used${code === undefined ? '' : ` (${code})`}.`);
    // Altinn also answers 500 to several faults at once (STD-00001). Any other status is an outage.
    throw response.status === 500 ? new Refusal(500, 'server_error', notLookedUp) : outage();
  }
  const consent = lookedUpSchema.parse(body);
  if (consent.id.toLowerCase() !== named.id.toLowerCase() || consent.from !== named.from)
    throw new Error('Altinn answered with another consent than the one asked for.');
  return { type: consentType, ...consent, to: iso6523(receiver) };
}
