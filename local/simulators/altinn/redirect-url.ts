// Where the browser is sent after an answer: GetConsentRequestRedirectUrl in Altinn/altinn-access-management-frontend,
// see docs/contracts/altinn-consent.md §8. Nothing but the outcome comes back: no consent id, no code, no signature.
import type { ConsentEvent } from './consent-request.ts';

function outcome(events: readonly ConsentEvent[]): string {
  // A consent that was given and withdrawn later still says OK.
  if (events.some((event) => event.type === 'Accepted')) return 'Status=OK';
  if (events.some((event) => event.type === 'Rejected')) return 'Status=Failed&ErrorMessage=User+did+not+give+consent';
  return '';
}

/**
 * `redirectUrl` with the outcome joined by `?` or `&`: before a plain fragment, but at the very end when the URL has `#/`
 * (hash routing), where a server never sees it. Without an answer a bare `?` or `&` is left.
 */
export function withOutcome(redirectUrl: string, events: readonly ConsentEvent[]): string {
  const hash = redirectUrl.includes('#/') ? -1 : redirectUrl.indexOf('#');
  const base = hash < 0 ? redirectUrl : redirectUrl.slice(0, hash);
  const fragment = hash < 0 ? '' : redirectUrl.slice(hash);
  return `${base}${base.includes('?') ? '&' : '?'}${outcome(events)}${fragment}`;
}
