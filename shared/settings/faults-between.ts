import type { RawSettings } from './schemas.ts';

/** Rules that hold between settings; each looks only at those that parsed, so that one fault is not reported twice. */
export function faultsBetween(raw: Partial<RawSettings>): string[] {
  const faults: string[] = [];
  if (raw.MASKINPORTEN_KEY_MODE === 'kid' && raw.MASKINPORTEN_KID === undefined)
    faults.push('MASKINPORTEN_KID: is missing (MASKINPORTEN_KEY_MODE is kid)');
  if (
    raw.MASKINPORTEN_KEY_MODE === 'x5c' &&
    'MASKINPORTEN_CERTIFICATE_CHAIN' in raw &&
    raw.MASKINPORTEN_CERTIFICATE_CHAIN === undefined
  )
    faults.push('MASKINPORTEN_CERTIFICATE_CHAIN: is missing (MASKINPORTEN_KEY_MODE is x5c)');
  // A kid, and a certificate, belong to one key.
  if (
    raw.ALTINN_MASKINPORTEN_KEY_ID !== undefined &&
    raw.ALTINN_MASKINPORTEN_KEY_ID !== raw.MASKINPORTEN_KEY_ID &&
    raw.ALTINN_MASKINPORTEN_KID === undefined
  )
    faults.push('ALTINN_MASKINPORTEN_KID: is missing (ALTINN_MASKINPORTEN_KEY_ID is a key of its own)');
  const table = [raw.STATE_TABLE_ENDPOINT, raw.STATE_TABLE_CONNECTION_STRING].filter((value) => value !== undefined);
  if ('STATE_TABLE_ENDPOINT' in raw && 'STATE_TABLE_CONNECTION_STRING' in raw && table.length !== 1)
    faults.push('STATE_TABLE_ENDPOINT: set either this or STATE_TABLE_CONNECTION_STRING, and not both');
  if (
    raw.PERSON_KEY_SECRET &&
    raw.SESSION_KEY_SECRET &&
    raw.PERSON_KEY_SECRET.reveal() === raw.SESSION_KEY_SECRET.reveal()
  )
    faults.push('SESSION_KEY_SECRET: must differ from PERSON_KEY_SECRET');
  // Otherwise a consent would be due for renewal from its first day on, and every press would ask for another one.
  if ((raw.CONSENT_RENEW_DAYS_BEFORE ?? 0) >= (raw.CONSENT_VALIDITY_DAYS ?? Number.POSITIVE_INFINITY))
    faults.push('CONSENT_RENEW_DAYS_BEFORE: must be less than CONSENT_VALIDITY_DAYS');
  return faults;
}
