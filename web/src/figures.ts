// The saldo as the customer sees it, with what the figures mean and no more than that.
import type { Saldo } from './api-types.ts';
import { button, type Child, element, link, paragraph } from './dom.ts';
import type { Format } from './format.ts';
import type { Texts } from './texts/texts.ts';
import type { View } from './view.ts';

/** Lånekassen's own pages, where the customer logs in for the whole of it. A link, never a request. */
export const lanekassenUrl = 'https://www.lanekassen.no/';

/** What a part of the card is written with. */
export type Writing = { texts: Texts; format: Format };

const accountOrder = ['lan', 'renter', 'gebyr', 'omkostninger', 'annet'];

/** Total, logo, accounts and times. `logo` is the place for Lånekassen's mark: duty C-6 wants it right by the balance. */
export function figures({ saldo, now }: View & { kind: 'saldo' }, { texts, format }: Writing, logo: Child): Child[] {
  const empty = saldo.accounts.length === 0;
  const day = format.isSameDay(saldo.fetchedAt, now) ? undefined : format.day(saldo.fetchedAt);
  return [
    element(
      'div',
      { class: 'total-line' },
      !empty &&
        element(
          'p',
          { class: 'total', part: 'total' },
          element('span', { class: 'small above' }, texts.total, ' '),
          element('span', { class: 'amount' }, format.amount(saldo.total.amount)),
        ),
      empty && paragraph('lead', texts.empty),
      logo,
    ),
    !empty && meaning(saldo, texts),
    !empty && accountTable(saldo, { texts, format }),
    paragraph('small', `${texts.fetched(format.time(saldo.fetchedAt), day)} ${texts.source(saldo.source.name)}`),
    element(
      'details',
      { class: 'small' },
      element('summary', {}, texts.aboutHeading),
      ...texts.about.map((text, index) =>
        index < texts.about.length - 1
          ? paragraph('', text)
          : paragraph('', text, ' ', link(texts.lanekassenPages, lanekassenUrl), '.'),
      ),
    ),
  ];
}

/** What the sign of the total says, and no more: nothing or zero has several causes and is never called paid off. */
function meaning(saldo: Saldo, texts: Texts): Child {
  const { amount } = saldo.total;
  if (/^-?0*(?:\.0*)?$/.test(amount)) return paragraph('lead', texts.zero);
  return amount.startsWith('-') && paragraph('lead', texts.negative);
}

/** The roles are said aloud because the rows are laid out as boxes, which takes a table's own meaning from it. */
function accountTable(saldo: Saldo, { texts, format }: Writing): HTMLElement {
  const accounts = [...saldo.accounts].sort((a, b) => accountOrder.indexOf(a.type) - accountOrder.indexOf(b.type));
  const head = (text: string) => element('th', { role: 'columnheader', scope: 'col' }, text);
  return element(
    'table',
    { role: 'table', part: 'accounts' },
    element('caption', { class: 'unseen' }, texts.accounts),
    element(
      'thead',
      { class: 'unseen', role: 'rowgroup' },
      element('tr', { role: 'row' }, head(texts.account), head(texts.amount), head(texts.changed)),
    ),
    element(
      'tbody',
      { role: 'rowgroup' },
      ...accounts.map((account) =>
        element(
          'tr',
          { role: 'row' },
          // A card of yesterday may meet a service of tomorrow.
          element('th', { role: 'rowheader', scope: 'row' }, texts.accountName[account.type] ?? account.name, ' '),
          element('td', { role: 'cell', class: 'money' }, format.amount(account.balance.amount), ' '),
          element(
            'td',
            { role: 'cell', class: 'small' },
            account.lastChangedAt === undefined ? '' : texts.lastChanged(format.day(account.lastChangedAt)),
          ),
        ),
      ),
    ),
  );
}

/** What is done when something in the card is pressed. `goOn` and `withdraw` are links to Altinn that may be kept from being followed. */
export type Actions = {
  add(): void;
  retry(): void;
  stop(): void;
  goOn(url: string, event: Event): void;
  withdraw(url: string, event: Event): void;
};

/** How long the consent lasts, its renewal, and the ways out of it. */
export function consentLine(view: View & { kind: 'saldo' }, { texts, format }: Writing, actions: Actions): Child {
  const day = format.day(view.saldo.consent.validTo);
  const { renewal } = view;
  return element(
    'div',
    { class: 'consent-line', part: 'consent' },
    paragraph('small', renewal === 'due' ? texts.renewalDue(day) : texts.consentValid(day)),
    typeof renewal === 'object' && paragraph('small', texts.renewalOpen),
    element(
      'div',
      { class: 'choices' },
      typeof renewal === 'object' && link(texts.goOn, renewal.consentUrl, 'button primary', actions.goOn),
      renewal === 'due' && button(texts.renew, actions.add),
      endOfUse(texts, actions),
      link(texts.manage, view.withdrawUrl, 'button plain', actions.withdraw),
    ),
  );
}

/** Ending is asked once more, in the same place: it can only be undone by a new round through Altinn. */
export function endOfUse(texts: Texts, actions: Actions): HTMLElement {
  const start = button(texts.end, ask, 'plain');
  const place = element('div', { class: 'end' }, start);
  function ask() {
    const no = button(texts.endNo, cancel, 'quiet');
    const question = element(
      'div',
      { class: 'question', role: 'group', 'aria-labelledby': 'end-question', 'aria-describedby': 'end-help' },
      element('p', { id: 'end-question', class: 'strong' }, texts.endQuestion),
      element('p', { id: 'end-help', class: 'small' }, texts.endHelp),
      element('div', { class: 'choices' }, button(texts.endYes, actions.stop), no),
    );
    question.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') cancel();
    });
    place.replaceChildren(question);
    place.classList.add('asking');
    // The gentler answer has the focus: pressing on by mistake changes nothing.
    no.focus();
  }
  function cancel() {
    place.replaceChildren(start);
    place.classList.remove('asking');
    start.focus();
  }
  return place;
}
