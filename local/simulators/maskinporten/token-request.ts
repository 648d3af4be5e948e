// The form of a token request (maskinporten_protocol_token).
import type { Exchange } from '../kit/simulator.ts';
import { Refusal } from './refusal.ts';

const formType = 'application/x-www-form-urlencoded';
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** The assertion in a token request. Refuses another content type or grant type, and what is missing or repeated (RFC 6749 §3.2). */
export async function assertionOf({ req }: Exchange): Promise<string> {
  const mediaType = req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== formType) throw Refusal.of('MP-011', `The content type is not ${formType}.`);
  const form = new URLSearchParams(await req.text());
  const [type, ...otherTypes] = form.getAll('grant_type');
  const [assertion, ...otherAssertions] = form.getAll('assertion');
  if (type === undefined || otherTypes.length > 0) throw Refusal.of('MP-011', 'Parameter: grant_type.');
  if (type !== grantType) throw new Refusal(400, 'unsupported_grant_type', 'Unsupported grant type.');
  if (!assertion || otherAssertions.length > 0) throw Refusal.of('MP-011', 'Parameter: assertion.');
  return assertion;
}
