// What the browser brings back from Altinn: one word in the address, `studielan=<word>`, set by the service.
import type { ReturnMessage } from './texts/texts.ts';

/**
 * The message that fits the word, if any. Anybody can send a customer to the page with any word, so it only speaks where
 * the consent's state, as the service gives it, agrees; and not where the card says the same by itself.
 */
export function returnMessage(word: string, state: string): ReturnMessage | undefined {
  const accepted = state === 'accepted';
  switch (word) {
    case '':
    case 'pending':
      return undefined;
    case 'accepted':
      return accepted ? word : undefined;
    case 'rejected':
      return accepted ? 'renewal-rejected' : undefined;
    case 'expired':
      return accepted ? undefined : word;
    case 'revoked':
      return accepted || state === word ? undefined : word;
    case 'failed':
      return word;
    default:
      return 'unknown';
  }
}

/** The word in an address, and the address without it; every other byte stays as it is. */
export function takeWord(href: string): { word: string; rest: string } {
  const [, before = '', query = '', after = ''] = /^([^?#]*)(?:\?([^#]*))?(.*)$/s.exec(href) ?? [];
  const pairs = query.split('&');
  const isWord = (pair: string) => /^studielan(?:=|$)/.test(pair);
  const found = pairs.find(isWord);
  if (found === undefined) return { word: '', rest: href };
  const kept = pairs.filter((pair) => !isWord(pair)).join('&');
  return { word: new URLSearchParams(found).get('studielan') ?? '', rest: `${before}${kept && `?${kept}`}${after}` };
}
