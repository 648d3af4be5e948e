// The card: what the customer sees in each view. It shows what it is given and asks nobody for anything.
import { button, type Child, element, link, paragraph } from './dom.ts';
import { type Actions, consentLine, endOfUse, figures, lanekassenUrl, type Writing } from './figures.ts';
import { type IconName, icon } from './icons.ts';
import type { Texts } from './texts/texts.ts';
import type { View } from './view.ts';

/** How long an announcement stays for screen readers; after that it would only be met twice when reading through. */
const announcedMs = 5000;

export type Card = {
  /** `lead` in words for screen readers if it comes by itself; `moveFocus` to the heading if the customer has pressed. */
  show(view: View, writing: Writing, how: { moveFocus: boolean; announce: boolean }): void;
  /** A message about what just happened; empty takes it away. */
  notify(text: string): void;
  announce(text: string): void;
  hold(): void;
  countDown(text: string): void;
};

/** Builds the card in `root`. `logo` gives the place for Lånekassen's mark, anew each time a saldo is shown. */
export function createCard(root: ShadowRoot, level: () => number, actions: Actions, logo: () => HTMLElement): Card {
  // Both are there, empty, from the start: screen readers announce what changes in a live region, not what arrives with it.
  const notice = element('p', { class: 'notice', role: 'status', part: 'notice' });
  const announcer = element('p', { class: 'unseen', role: 'status' });
  const body = element('div', { class: 'body' });
  const heading = element('div', { id: 'heading', role: 'heading', tabindex: '-1', part: 'heading' });
  const section = element('section', { 'aria-labelledby': 'heading', part: 'card' }, heading, notice, body, announcer);
  root.append(section);
  let silence: ReturnType<typeof setTimeout> | undefined;

  const announce = (text: string) => {
    clearTimeout(silence);
    announcer.textContent = text;
    if (text !== '') silence = setTimeout(() => announcer.replaceChildren(), announcedMs);
  };

  return {
    show(view, writing, { moveFocus, announce: aloud }) {
      const { texts } = writing;
      heading.textContent = texts.heading;
      heading.setAttribute('aria-level', String(level()));
      section.lang = texts.language;
      section.className = view.kind;
      const busy = view.kind === 'loading' || view.kind === 'waiting';
      body.setAttribute('aria-busy', String(view.kind === 'loading'));
      body.replaceChildren(...content(view, writing, actions, logo).filter((part) => part !== false));
      section.classList.toggle('roomy', busy || view.kind === 'saldo');
      announce(aloud ? summary(view, texts) : '');
      if (moveFocus) heading.focus();
    },
    notify: (text) => {
      notice.textContent = text;
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

/** The view in one sentence, without a figure: it is read aloud, and others may hear it. */
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

/** What a view without figures has to say first. */
function lead(view: Exclude<View, { kind: 'loading' | 'saldo' }>, texts: Texts): string {
  switch (view.kind) {
    case 'consent-needed':
      return texts.whyConsent[view.why];
    case 'refused-today':
      return texts.refusedToday;
    case 'pending':
      return texts.pending;
    case 'not-a-customer':
      return texts.notACustomer;
    case 'stopped':
      return texts.stopped;
    case 'waiting':
      return view.slow ? texts.waitingSlow : texts.waitingBusy;
    case 'unavailable':
      return view.slow ? texts.stillSlow : texts.unavailable;
    case 'fault':
      return texts.fault;
    case 'session-ended':
      return texts.sessionEnded;
    case 'erased':
      return texts.erased;
  }
}

function content(view: View, writing: Writing, actions: Actions, logo: () => HTMLElement): Child[] {
  const { texts } = writing;
  switch (view.kind) {
    case 'loading':
      return [paragraph(view.slow ? 'progress' : 'progress unsaid', texts.loading), skeleton()];
    case 'saldo':
      return [...figures(view, writing, view.saldo.source.logoRequired && logo()), consentLine(view, writing, actions)];
    case 'waiting':
      return [
        paragraph('progress', lead(view, texts)),
        // Counting aloud each second would drown everything else a screen reader has to say.
        element('p', { 'aria-hidden': 'true', class: 'small countdown' }, texts.nextTry(view.seconds)),
        skeleton(),
      ];
    case 'consent-needed':
      return message('document', lead(view, texts), paragraph('small', texts.consentTerms), [
        button(texts.add, actions.add),
      ]);
    case 'refused-today':
      return message('document', lead(view, texts), false, []);
    case 'pending':
      return message('clock', lead(view, texts), paragraph('small', texts.pendingHelp), [
        link(texts.goOn, view.consentUrl, 'button primary', actions.goOn) || button(texts.goOn, actions.add),
        button(texts.checkAnswer, actions.retry, 'quiet'),
      ]);
    case 'not-a-customer':
      return message(
        'person',
        lead(view, texts),
        paragraph('small', texts.notACustomerHelp, ' ', link(texts.lanekassenPages, lanekassenUrl), '.'),
        [endOfUse(texts, actions), link(texts.manage, view.withdrawUrl, 'button plain', actions.withdraw)],
      );
    case 'stopped':
      return message('check', lead(view, texts), paragraph('small', texts.stoppedHelp), [
        link(texts.withdraw, view.withdrawUrl, 'button primary', actions.withdraw),
        button(texts.addAgain, actions.add, 'quiet'),
      ]);
    case 'unavailable':
      return message(
        'cloud',
        lead(view, texts),
        element('div', {}, paragraph('small', texts.unavailableHelp), supportCode(view.requestId, texts)),
        [button(texts.tryAgain, actions.retry)],
      );
    case 'fault':
      return message(
        'cloud',
        lead(view, texts),
        element('div', {}, paragraph('small', texts.faultHelp), supportCode(view.requestId, texts)),
        [button(texts.tryAgain, actions.retry, 'quiet')],
      );
    case 'session-ended':
    case 'erased':
      return message('lock', lead(view, texts), false, []);
  }
}

/** A drawing, a sentence, what else there is to know, and what can be done. */
const message = (name: IconName, text: string, more: Child, choices: Child[]): Child[] => [
  element(
    'div',
    { class: 'message' },
    icon(name),
    element(
      'div',
      {},
      paragraph('lead', text),
      more,
      choices.length > 0 && element('div', { class: 'choices' }, ...choices),
    ),
  ),
];

const supportCode = (requestId: string | undefined, texts: Texts): Child =>
  requestId !== undefined && paragraph('small', texts.supportCode, ' ', element('code', {}, requestId));

/** Grey bars of the size of what is coming, so that nothing jumps. */
const skeleton = () =>
  element(
    'div',
    { class: 'skeleton', 'aria-hidden': 'true' },
    ...['wide', '', '', ''].map((size) => element('span', { class: `bar ${size}` })),
  );
