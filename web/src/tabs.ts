// The messages between the cards of one origin, in all its tabs: a word, never a figure.

/** `erase`: the customer has logged out. `look`: what the cards show may be another customer's by now, or withdrawn. */
export type TabWord = 'erase' | 'look';

type Listener = (word: TabWord) => void;

const name = 'studielan-saldo';
const listeners = new Set<Listener>();
let channel: BroadcastChannel | undefined;

/** Listens to the cards elsewhere, until the returned function is called. */
export function joinTabs(listener: Listener): () => void {
  listeners.add(listener);
  if (!channel) {
    channel = new BroadcastChannel(name);
    channel.addEventListener('message', ({ data }) => {
      if (data === 'erase' || data === 'look') for (const hear of [...listeners]) hear(data);
    });
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    channel?.close();
    channel = undefined;
  };
}

/** Sends a word to the cards of the other tabs. */
export function tellTabs(word: TabWord): void {
  const sender = channel ?? new BroadcastChannel(name);
  sender.postMessage(word);
  if (sender !== channel) sender.close();
}

/** Sends a word to the cards of the other tabs and to the other cards of this page. */
export function tellAll(word: TabWord, from: Listener): void {
  tellTabs(word);
  for (const hear of [...listeners]) if (hear !== from) hear(word);
}

let shownFor: string | undefined;

/** Reports that this page shows a card for `key`: other tabs may show an earlier customer's. Sent once for each page and `key`. */
export function tellOfCustomer(key: string): void {
  if (shownFor === key) return;
  shownFor = key;
  tellTabs('look');
}
