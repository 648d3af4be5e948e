import { isLoopback } from './return-url.ts';

/** Altinn's page of given consents, where the customer withdraws (route read in Altinn's front-end source, `consent/active`). */
export function withdrawUrlOf(altinnBaseUrl: string): string {
  const url = new URL(altinnBaseUrl);
  const origin = isLoopback(url.hostname) ? url.origin : `https://am.ui.${url.hostname.replace(/^platform\./, '')}`;
  return `${origin}/accessmanagement/ui/consent/active`;
}
