// What is in the card in each view.
import { type Actions, consentLine, endOfUse } from './consent-line.ts';
import { button, type Child, element, link, paragraph } from './dom.ts';
import { figures, lanekassenUrl, type Writing } from './figures.ts';
import { type IconName, icon } from './icons.ts';
import { skeleton } from './skeleton.ts';
import type { Texts } from './texts/texts.ts';
import type { Trouble, View } from './view.ts';

const iconOf: Record<Trouble, IconName> = { slow: 'clock', busy: 'queue', silent: 'cloud', offline: 'offline' };

/** What a view without figures has to say first. */
export function lead(view: Exclude<View, { kind: 'loading' | 'saldo' }>, texts: Texts): string {
  switch (view.kind) {
    case 'consent-needed':
      return texts.whyConsent[view.why];
    case 'refused-today':
      return texts.refusedToday[view.why];
    case 'pending':
      return texts.pending;
    case 'not-a-customer':
      return texts.notACustomer;
    case 'stopped':
      return texts.stopped;
    case 'waiting':
    case 'unavailable':
      return texts.trouble[view.why];
    case 'fault':
      return texts.fault;
    case 'session-ended':
      return texts.sessionEnded;
    case 'erased':
      return texts.erased;
  }
}

/** `parts`: how many accounts are expected. `isAsking`: the question whether to end is open. */
export function content(
  view: View,
  writing: Writing,
  actions: Actions,
  { parts, isAsking }: { parts: number; isAsking: boolean },
): Child[] {
  const { texts } = writing;
  switch (view.kind) {
    case 'loading':
      return [
        // It is in the place of the total, and as high.
        element(
          'div',
          { class: 'total coming' },
          paragraph(view.slow ? 'above' : 'above unsaid', texts.loading),
          element('span', { class: 'bar', 'aria-hidden': 'true' }),
        ),
        skeleton(writing, parts),
      ];
    case 'saldo':
      return [...figures(view, writing), ...consentLine(view, writing, actions, isAsking)];
    case 'waiting':
      return [
        ...message(
          iconOf[view.why],
          lead(view, texts),
          // A screen reader that reads each second aloud would say nothing else.
          element('p', { 'aria-hidden': 'true', class: 'small countdown' }, texts.nextTry(view.seconds)),
          [],
        ),
        skeleton(writing, parts),
      ];
    case 'consent-needed':
      return message('document', lead(view, texts), paragraph('small', texts.consentTerms), [
        button('add', texts.add, actions.add),
      ]);
    case 'refused-today':
      return message('document', lead(view, texts), false, []);
    case 'pending':
      return message('clock', lead(view, texts), paragraph('small', texts.pendingHelp), [
        link('go-on', texts.goOn, view.consentUrl, 'button primary', actions.goOn) ||
          button('add', texts.goOn, actions.add),
        button('retry', texts.checkAnswer, actions.retry, 'quiet'),
      ]);
    case 'not-a-customer':
      return [
        ...message(
          'person',
          lead(view, texts),
          paragraph(
            'small',
            texts.notACustomerHelp,
            ' ',
            link('lanekassen', texts.lanekassenPages, lanekassenUrl),
            '.',
          ),
          [link('manage', texts.manage, view.withdrawUrl, 'button plain', actions.withdraw)],
        ),
        endOfUse(texts, actions, isAsking),
      ];
    case 'stopped':
      return message('check', lead(view, texts), paragraph('small', texts.stoppedHelp), [
        link('withdraw', texts.withdraw, view.withdrawUrl, 'button primary', actions.withdraw),
        button('add', texts.addAgain, actions.add, 'quiet'),
      ]);
    case 'unavailable':
      return message(
        iconOf[view.why],
        lead(view, texts),
        element('div', {}, paragraph('small', texts.troubleHelp[view.why]), supportCode(view.requestId, texts)),
        [button('retry', texts.tryAgain, actions.retry)],
      );
    case 'fault':
      return message(
        'warning',
        lead(view, texts),
        element('div', {}, paragraph('small', texts.faultHelp), supportCode(view.requestId, texts)),
        [button('retry', texts.tryAgain, actions.retry, 'quiet')],
      );
    case 'session-ended':
      return message('lock', lead(view, texts), false, [
        link('log-in', texts.logIn, writing.loginUrl, 'button primary'),
      ]);
    case 'erased':
      return message('lock', lead(view, texts), false, []);
  }
}

/** A drawing, a sentence, details, and what the customer can do. */
function message(name: IconName, text: string, more: Child, choices: Child[]): Child[] {
  const left = choices.filter((choice) => choice !== false);
  return [
    element(
      'div',
      { class: 'message' },
      icon(name),
      element(
        'div',
        {},
        paragraph('lead', text),
        more,
        left.length > 0 && element('div', { class: 'choices' }, ...left),
      ),
    ),
  ];
}

/** Eight characters, which can be read out on the telephone. The event `studielan-problem` has the whole id. */
const supportCode = (requestId: string | undefined, texts: Texts): Child =>
  requestId !== undefined && paragraph('small', texts.supportCode, ' ', element('code', {}, requestId.slice(0, 8)));
