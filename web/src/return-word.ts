// What the browser brings back from Altinn: one word in the address, `studielan=<word>`, set by the service.
import type { ReturnMessage } from './texts/texts.ts';

/**
 * The message for the word, if any. A stranger can send a customer to the page with any word, so there is a message only if the
 * consent's state, as the service returns it, agrees. There is none where the card itself says the same.
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

/** The word in an address, and the address without it. Every other byte is unchanged. */
export function takeWord(href: string): { word: string; rest: string } {
  const [, before = '', query = '', after = ''] = /^([^?#]*)(?:\?([^#]*))?(.*)$/s.exec(href) ?? [];
  const pairs = query.split('&');
  const isWord = (pair: string) => /^studielan(?:=|$)/.test(pair);
  const found = pairs.find(isWord);
  if (found === undefined) return { word: '', rest: href };
  const kept = pairs.filter((pair) => !isWord(pair)).join('&');
  return { word: new URLSearchParams(found).get('studielan') ?? '', rest: `${before}${kept && `?${kept}`}${after}` };
}
