// The consent under the saldo: how long it lasts, its renewal, and the ways out of it.
import { button, type Child, element, link, paragraph } from './dom.ts';
import type { Writing } from './figures.ts';
import type { Texts } from './texts/texts.ts';
import type { View } from './view.ts';

/** What the card's buttons and links do. `goOn` and `withdraw` are links to Altinn, which the page may prevent from being followed. */
export type Actions = {
  add(): void;
  retry(): void;
  stop(): void;
  goOn(url: string, event: Event): void;
  withdraw(url: string, event: Event): void;
  closeMessage(): void;
};

/** `asking`: the question whether to end is open already, because the card is written again. */
export function consentLine(
  view: View & { kind: 'saldo' },
  { texts, format }: Writing,
  actions: Actions,
  asking: boolean,
): Child[] {
  const day = format.day(view.saldo.consent.validTo);
  const { renewal } = view;
  return [
    element(
      'div',
      { class: 'consent-line', part: 'consent' },
      paragraph('small', renewal === 'due' ? texts.renewalDue(day) : texts.consentValid(day)),
      typeof renewal === 'object' && paragraph('small', texts.renewalOpen),
      renewal !== 'no' &&
        element(
          'div',
          { class: 'choices' },
          renewal === 'due'
            ? button('add', texts.renew, actions.add)
            : link('go-on', texts.goOn, renewal.consentUrl, 'button primary', actions.goOn),
        ),
      element('div', {}, link('manage', texts.manage, view.withdrawUrl, 'button plain', actions.withdraw)),
    ),
    endOfUse(texts, actions, asking),
  ];
}

/** The card asks once more before it ends the use, in the same place, because only a new consent in Altinn undoes it. */
export function endOfUse(texts: Texts, actions: Actions, asking: boolean): HTMLElement {
  const start = button('end', texts.end, ask, 'plain');
  const no = button('end-no', texts.endNo, cancel, 'quiet');
  const question = element(
    'div',
    { class: 'question', role: 'group', 'aria-labelledby': 'end-question', 'aria-describedby': 'end-help' },
    element('p', { id: 'end-question', class: 'strong' }, texts.endQuestion),
    element('p', { id: 'end-help', class: 'small' }, texts.endHelp),
    element('div', { class: 'choices' }, button('end-yes', texts.endYes, actions.stop), no),
  );
  question.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') cancel();
  });
  const place = element('div', { class: 'end' }, asking ? question : start);
  function ask() {
    place.replaceChildren(question);
    // The focus is on the answer that changes nothing, so a second press by mistake does no harm.
    no.focus();
  }
  function cancel() {
    place.replaceChildren(start);
    start.focus();
  }
  return place;
}
