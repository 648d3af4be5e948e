// What happens to the page around the card, and in other tabs.
import { joinTabs, type TabWord } from './tabs.ts';

/** `onLeave`: the page is left, and may be kept for the back button. `onBack`: such a page is shown again. */
export type PageEvents = { onLeave(): void; onBack(): void; onSight(): void; onLanguage(): void };

/**
 * Watches the page and listens to the other tabs, until the returned function is called. A page that is left closes its channel,
 * because an open one would keep the page out of the back/forward cache.
 */
export function watchPageAndTabs(hear: (word: TabWord) => void, on: PageEvents): () => void {
  let leaveTabs = joinTabs(hear);
  const stop = watchPage({
    ...on,
    onLeave: () => {
      on.onLeave();
      leaveTabs();
    },
    onBack: () => {
      leaveTabs = joinTabs(hear);
      on.onBack();
    },
  });
  return () => {
    leaveTabs();
    stop();
  };
}

function watchPage({ onLeave, onBack, onSight, onLanguage }: PageEvents): () => void {
  const stop = new AbortController();
  const until = { signal: stop.signal };
  addEventListener('pagehide', onLeave, until);
  addEventListener('pageshow', (event) => event.persisted && onBack(), until);
  document.addEventListener('visibilitychange', onSight, until);
  const language = new MutationObserver(onLanguage);
  language.observe(document.documentElement, { attributes: true, attributeFilter: ['lang'] });
  return () => {
    stop.abort();
    language.disconnect();
  };
}

/** Whether the customer has come to this page by the back or forward button, for instance from Altinn. */
export const cameBack = (): boolean =>
  performance.getEntriesByType('navigation').some((entry) => 'type' in entry && entry.type === 'back_forward');
