// The card: what the customer sees in each view. It shows what it is given and makes no request.
import type { Actions } from './consent-line.ts';
import { content, lead } from './content.ts';
import { button, element } from './dom.ts';
import type { Writing } from './figures.ts';
import { icon } from './icons.ts';
import type { Texts } from './texts/texts.ts';
import type { View } from './view.ts';

/** How long an announcement stays for screen readers. A customer who reads through the card later must not meet it twice. */
const announcedMs = 5000;

export type Card = {
  /** `announce`: screen readers read the lead aloud, because it came by itself. `moveFocus`: to the heading, after a press. */
  show(view: View, writing: Writing, how: { moveFocus: boolean; announce: boolean }): void;
  /** Shows a message about what just happened. An empty text removes it. */
  notify(text: string): void;
  /** The customer is back from Altinn: scrolls the card into view and moves the focus to its message, or to its heading. */
  arrive(): void;
  announce(text: string): void;
  hold(): void;
  countDown(text: string): void;
};

/** Builds the card in `root`. `logo` is the place for Lånekassen's mark, in the card's head while a saldo is shown. */
export function createCard(root: ShadowRoot, level: () => number, actions: Actions, logo: HTMLElement): Card {
  // Both are there, empty, from the start: screen readers announce what changes in a live region, not what arrives with it.
  const said = element('p', { class: 'said', role: 'status', tabindex: '-1' });
  const close = button('close', '', actions.closeMessage, 'close');
  close.append(icon('cross', 'cross'));
  const notice = element('div', { class: 'notice', part: 'notice', hidden: '' }, close);
  notice.prepend(said);
  const announcer = element('p', { class: 'unseen', role: 'status' });
  const body = element('div', { class: 'body' });
  const heading = element('div', { id: 'heading', role: 'heading', tabindex: '-1', part: 'heading' });
  const head = element('div', { class: 'head' }, heading);
  const section = element('section', { 'aria-labelledby': 'heading', part: 'card' }, head, notice, body, announcer);
  root.append(section);
  let silence: ReturnType<typeof setTimeout> | undefined;
  let shown: View['kind'] | undefined;
  /** How many parts the last saldo had. The skeleton of the next look-up has as many. */
  let parts = 2;

  const announce = (text: string) => {
    clearTimeout(silence);
    announcer.textContent = text;
    if (text !== '') silence = setTimeout(() => announcer.replaceChildren(), announcedMs);
  };

  return {
    show(view, writing, { moveFocus, announce: aloud }) {
      const { texts } = writing;
      const isSame = view.kind === shown;
      shown = view.kind;
      if (view.kind === 'saldo') parts = Math.max(1, view.saldo.accounts.length);
      if (view.kind === 'erased' || view.kind === 'session-ended') parts = 2;
      heading.textContent = texts.heading;
      heading.setAttribute('aria-level', String(level()));
      close.setAttribute('aria-label', texts.close);
      section.lang = texts.language;
      section.className = view.kind;
      if (view.kind === 'saldo' && view.saldo.source.logoRequired) head.append(logo);
      else logo.remove();
      body.setAttribute('aria-busy', String(view.kind === 'loading'));
      // The same view is written again, in another language: open details stay open, and the focus stays where it was.
      const focused = isSame && root.activeElement instanceof HTMLElement ? root.activeElement.dataset.name : undefined;
      const isOpen = isSame && body.querySelector('details')?.open === true;
      const isAsking = isSame && body.querySelector('.question') !== null;
      body.replaceChildren(...content(view, writing, actions, { parts, isAsking }).filter((part) => part !== false));
      const details = body.querySelector('details');
      if (details) details.open = isOpen;
      if (focused) body.querySelector<HTMLElement>(`[data-name="${focused}"]`)?.focus({ preventScroll: true });
      announce(aloud ? summary(view, texts) : '');
      if (moveFocus) heading.focus();
    },
    notify(text) {
      if (said.textContent !== text) said.textContent = text;
      notice.hidden = text === '';
    },
    arrive() {
      (notice.hidden ? heading : said).focus({ preventScroll: true });
      section.scrollIntoView({ block: 'nearest' });
    },
    announce,
    hold() {
      for (const pressable of body.querySelectorAll('button')) pressable.setAttribute('aria-disabled', 'true');
    },
    countDown(text) {
      const place = body.querySelector('.countdown');
      if (place && place.textContent !== text) place.textContent = text;
    },
  };
}

/** The view in one sentence, without a figure, because others may hear a screen reader. */
function summary(view: View, texts: Texts): string {
  switch (view.kind) {
    case 'loading':
      return view.slow ? texts.loading : '';
    case 'saldo':
      return texts.loaded;
    default:
      return lead(view, texts);
  }
}
