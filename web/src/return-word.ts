// What the browser brings back from Altinn: one word in the address, `studielan=<word>`, set by the service.
import type { ReturnMessage } from './texts/texts.ts';

/**
 * The message that fits the word, if any. Anybody can send a customer to the page with any word, so it only speaks where
 * the consent's state, as the service tells it, agrees.
 */
export function returnMessage(word: string, state: string): ReturnMessage | undefined {
  const accepted = state === 'accepted';
  switch (word) {
    case '':
      return undefined;
    case 'accepted':
      return accepted ? word : undefined;
    case 'rejected':
      if (accepted) return 'renewal-rejected';
      return state === word ? word : undefined;
    case 'pending':
      return state === word ? word : undefined;
    case 'expired':
    case 'revoked':
      return accepted ? undefined : word;
    case 'failed':
      return word;
    default:
      return 'unknown';
  }
}

/** The word in an address, and the address without it. */
export function takeWord(href: string): { word: string; rest: string } {
  const address = new URL(href);
  const word = address.searchParams.get('studielan') ?? '';
  address.searchParams.delete('studielan');
  return { word, rest: address.href };
}
