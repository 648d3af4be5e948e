// The screen of one element: the current view in the current language, the message after Altinn, the logo, and the events for the
// page.
import { createCard } from './card.ts';
import type { Actions } from './consent-line.ts';
import { send } from './events.ts';
import { createLogoPlace } from './logo.ts';
import { returnMessage, takeWord } from './return-word.ts';
import { headingLevelOf, writingOf } from './setup.ts';
import type { View } from './view.ts';
import { isLoopback } from './web-address.ts';

/** One element's screen. */
export type Screen = {
  view(): View;
  show(view: View, moveFocus: boolean): void;
  /** Writes the same view in the current language. */
  write(): void;
  /** Removes everything of the customer's without an event or an announcement, and shows `view`. */
  blank(view: View): void;
  /** The customer has pressed something: removes old messages and announces `words`. */
  pressed(words: string): void;
  hold(): void;
  countDown(seconds: number): void;
  /** The consent's state, which the word from Altinn must agree with. */
  consentKnown(state: string): void;
  /** Removes the word from the address, so that a reload does not repeat the message. True if there was one. */
  takeReturnWord(): boolean;
};

/** Builds it in `root`, the shadow tree of `host`. */
export function createScreen(host: HTMLElement, root: ShadowRoot, actions: Omit<Actions, 'closeMessage'>): Screen {
  let view: View = { kind: 'loading', slow: false };
  let word = '';
  let consentState = '';
  let isArriving = false;
  let warnedOfLogo = false;

  const logo = createLogoPlace(() => isLoopback(location.hostname), logoSeen);
  const card = createCard(root, () => headingLevelOf(host), { ...actions, closeMessage: () => pressed('') }, logo.node);

  function logoSeen(missing: boolean) {
    host.toggleAttribute('logo-missing', missing);
    if (!missing || warnedOfLogo) return;
    warnedOfLogo = true;
    console.warn('<studielan-saldo>: Lånekassen’s logo is missing. It must stand by the balance: <img slot="logo" …>.');
    send(host, 'studielan-logo-missing', {});
  }

  const notice = () => {
    const message = consentState === '' ? undefined : returnMessage(word, consentState);
    return message === undefined ? '' : writingOf(host).texts.onReturn[message];
  };

  function write(moveFocus = false, announce = false) {
    const writing = writingOf(host);
    logo.name(writing.texts.logoMissing);
    card.show(view, writing, { moveFocus, announce });
    card.notify(notice());
  }

  function pressed(words: string) {
    word = '';
    card.notify('');
    card.announce(words);
  }

  return {
    view: () => view,
    show(next, moveFocus) {
      const before = view;
      view = next;
      if (view.kind === 'erased' || view.kind === 'session-ended') word = '';
      const arrives = isArriving && view.kind !== 'loading' && view.kind !== 'waiting';
      // A screen reader reads what gets the focus, so no announcement is needed then, nor after a quick first look-up.
      const quick = before.kind === 'loading' && !before.slow && view.kind === 'saldo';
      // The same saldo with more about its renewal is not announced. A look-up that takes longer is.
      const isNews = before.kind !== view.kind || view.kind === 'loading';
      write(moveFocus && !arrives, !moveFocus && !arrives && !quick && isNews);
      if (view.kind === 'saldo') logo.check();
      else host.removeAttribute('logo-missing');
      if (arrives) {
        isArriving = false;
        card.arrive();
      }
      if (before.kind !== view.kind || view.kind === 'saldo') send(host, 'studielan-state', { state: view.kind });
    },
    write: () => write(),
    blank(next) {
      view = next;
      word = '';
      write();
    },
    pressed,
    hold: () => card.hold(),
    countDown: (seconds) => card.countDown(writingOf(host).texts.nextTry(seconds)),
    consentKnown(state) {
      consentState = state;
      card.notify(notice());
    },
    takeReturnWord() {
      const taken = takeWord(location.href);
      if (taken.word === '') return false;
      word = taken.word;
      isArriving = true;
      consentState = '';
      history.replaceState(history.state, '', taken.rest);
      return true;
    },
  };
}
