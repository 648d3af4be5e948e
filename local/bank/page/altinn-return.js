// What the browser brings back from Altinn: one word in the address, `studielan=<word>`, set by the functions app.

/**
 * Reads a word from the page's address once and removes it there, so that reloading doesn't repeat the message.
 * @param {string} name
 */
export function takeFromAddress(name) {
  const address = new URL(location.href);
  const word = address.searchParams.get(name);
  if (word !== null) {
    address.searchParams.delete(name);
    history.replaceState(null, '', address);
  }
  return word ?? '';
}

/**
 * The message that fits the word. Anybody can send a customer here with any word, so it only speaks where the consent's
 * state, as the functions app tells it, agrees.
 * @param {string} word
 * @param {string} state
 */
export function messageOnReturn(word, state) {
  const accepted = state === 'accepted';
  switch (word) {
    case 'accepted':
      return accepted ? 'Takk. Samtykket ditt er registrert i Altinn.' : '';
    case 'rejected':
      if (accepted) return 'Du sa nei til å fornye samtykket. Det du har fra før, gjelder fortsatt.';
      return state === 'rejected' ? 'Du svarte nei i Altinn. Vi henter ingenting fra Lånekassen.' : '';
    case 'pending':
      return state === 'pending' ? 'Vi har ikke fått svaret ditt fra Altinn ennå.' : '';
    case 'expired':
      return accepted ? '' : 'Fristen for å svare i Altinn gikk ut.';
    case 'revoked':
      return accepted ? '' : 'Samtykket er trukket tilbake.';
    case 'failed':
      return 'Svaret fra Altinn kunne ikke brukes. Prøv på nytt, eller ta kontakt med banken.';
    case '':
      return '';
    default:
      return 'Vi kjente ikke igjen svaret fra Altinn. Det du ser her, er det som gjelder nå.';
  }
}
