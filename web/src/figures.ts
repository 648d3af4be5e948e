// The saldo as the customer sees it, with what the figures mean.
import type { Account, Saldo } from './api-types.ts';
import { type Child, element, link, paragraph } from './dom.ts';
import type { Format } from './format.ts';
import type { Texts } from './texts/texts.ts';
import type { View } from './view.ts';

/** Lånekassen's own pages, where the customer logs in to see all details. It is a link; the card makes no request there. */
export const lanekassenUrl = 'https://www.lanekassen.no/';

/** Texts and formats of the card. `helpUrl`: the bank's page for customers that find it hard to pay. */
export type Writing = { texts: Texts; format: Format; helpUrl: string; loginUrl: string | undefined };

const accountOrder = ['lan', 'renter', 'gebyr', 'omkostninger', 'annet'];
const ordered = (saldo: Saldo) =>
  [...saldo.accounts].sort((a, b) => accountOrder.indexOf(a.type) - accountOrder.indexOf(b.type));

/** Total, parts, times, and what they mean. */
export function figures({ saldo, now }: View & { kind: 'saldo' }, writing: Writing): Child[] {
  const { texts, format } = writing;
  const empty = saldo.accounts.length === 0;
  const day = format.isSameDay(saldo.fetchedAt, now) ? undefined : format.day(saldo.fetchedAt);
  const sign = signOf(saldo.total.amount);
  return [
    empty ? paragraph('lead', texts.empty) : total(saldo, writing),
    !empty && sign === 'zero' && paragraph('lead', texts.zero),
    sign === 'negative' && paragraph('lead', texts.negative),
    shares(saldo),
    !empty && accountTable(saldo, writing),
    paragraph('small', `${texts.fetched(format.time(saldo.fetchedAt), day)} ${texts.source(saldo.source.name)}`),
    sign === 'owed' && paragraph('small worried', texts.worried, ' ', link('talk', texts.talk, writing.helpUrl)),
    !empty && about(texts),
  ];
}

/** Nothing or zero has several causes and is never called paid off. */
function signOf(amount: string): 'zero' | 'negative' | 'owed' {
  if (/^-?0*(?:\.0*)?$/.test(amount)) return 'zero';
  return amount.startsWith('-') ? 'negative' : 'owed';
}

/** The heading above says that it is debt; kroner weigh more than øre. A line may break between the groups of digits. */
export function total(saldo: Saldo, { texts, format }: Writing): HTMLElement {
  const { amount } = saldo.total;
  const over = { owed: texts.owed, zero: texts.zeroTotal, negative: texts.negativeTotal }[signOf(amount)];
  const figure = element('span', { class: 'amount' });
  for (const { text, kroner } of format.amountParts(amount))
    figure.append(element('span', kroner ? {} : { class: 'ore' }, text), ...(kroner ? [element('wbr')] : []));
  return element('p', { class: 'total', part: 'total' }, element('span', { class: 'above' }, over, ' '), figure);
}

/** The split of the total as a bar. It is hidden from screen readers, because the table says the same. Only where all parts are owed. */
function shares(saldo: Saldo): Child {
  const parts = ordered(saldo).map(({ balance }) => Number(balance.amount));
  if (parts.length < 2 || parts.some((part) => part < 0) || Number(saldo.total.amount) <= 0) return false;
  const bar = element('div', { class: 'shares', 'aria-hidden': 'true' });
  for (const part of parts) {
    const share = element('span');
    // Set as a property of the style, because a strict content security policy forbids the attribute.
    share.style.flexGrow = String(part);
    bar.append(share);
  }
  return bar;
}

/** The roles are explicit, because rows with another `display` are no table to screen readers. */
function accountTable(saldo: Saldo, { texts, format }: Writing): HTMLElement {
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
      ...ordered(saldo).map((account) =>
        element(
          'tr',
          { role: 'row' },
          element('th', { role: 'rowheader', scope: 'row' }, accountName(account, texts), ' '),
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

/** A known account has a name in the customer's language. An unknown one, for instance of a newer service, has the name that was sent. */
const accountName = ({ type, name }: Account, texts: Texts) =>
  type === 'annet' && name !== 'Annet' ? name : (texts.accountName[type] ?? name);

function about(texts: Texts): HTMLElement {
  const last = texts.about.length - 1;
  return element(
    'details',
    { class: 'small' },
    element('summary', { 'data-name': 'about' }, texts.aboutHeading),
    ...texts.about.map((text, index) =>
      index < last
        ? paragraph('', text)
        : paragraph('', text, ' ', link('lanekassen', texts.lanekassenPages, lanekassenUrl), '.'),
    ),
  );
}
