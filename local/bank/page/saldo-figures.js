// The saldo as the customer sees it, with what the figures mean and no more than that.
import { button, element, link, paragraph } from './elements.js';
import { formatAmount, formatDay, formatFetched } from './norwegian-format.js';

/** @typedef {import('./studielan-api.js').Saldo} Saldo */

/**
 * Everything below the heading when there is a saldo: total, logo place, accounts, times, consent.
 * @param {{ saldo: Saldo, now: Date, renewalUrl?: string | undefined }} view
 * @param {{ add(): void, stop(): void }} actions
 * @returns {(Node | false)[]}
 */
export function saldoContent({ saldo, now, renewalUrl }, actions) {
  const empty = saldo.accounts.length === 0;
  const renewable = new Date(saldo.consent.renewFrom) <= now;
  return [
    element(
      'div',
      { class: 'total-line' },
      !empty &&
        element('p', { class: 'total' }, element('span', { class: 'small' }, 'Samlet saldo'), amount(saldo.total)),
      // Lånekassen's rule: its logo stands right by the balance. The bank gets the file from Lånekassen; none is shipped here.
      saldo.source.logoRequired && element('p', { class: 'logo-place' }, 'Lånekassens logo'),
    ),
    meaning(saldo, empty),
    !empty && accountTable(saldo),
    element(
      'p',
      { class: 'small' },
      `${formatFetched(saldo.fetchedAt, now)} fra ${saldo.source.name}.`,
      !empty && ' Renter som ikke er bokført ennå, er ikke med.',
    ),
    element(
      'div',
      { class: 'consent-line' },
      element('p', { class: 'small' }, `Samtykket gjelder til ${formatDay(saldo.consent.validTo)}.`),
      renewalUrl !== undefined && element('p', { class: 'small' }, 'Fornyelsen venter på svar i Altinn.'),
      element(
        'p',
        { class: 'choices' },
        renewalUrl !== undefined && link('Fortsett i Altinn', renewalUrl, 'button'),
        renewalUrl === undefined && renewable && button('Forny samtykket', actions.add),
        button('Stopp å vise studielån', actions.stop, 'button quiet'),
      ),
    ),
  ];
}

/**
 * What the figures say, and no more: nothing or zero has several causes and is never called paid off.
 * @param {Saldo} saldo
 * @param {boolean} empty
 */
function meaning(saldo, empty) {
  if (empty)
    return paragraph(
      'Lånekassen oppgir ingen saldo på studielån akkurat nå. Det kan ha flere grunner. Se ',
      lanekassenLink(),
      '.',
    );
  if (isZero(saldo.total.amount))
    return paragraph('Lånekassen oppgir 0 kroner akkurat nå. Det kan ha flere grunner. Se ', lanekassenLink(), '.');
  if (saldo.total.amount.startsWith('-'))
    return paragraph('Negativ saldo: Lånekassen kan skylde deg penger. Se ', lanekassenLink(), '.');
  return false;
}

/** @param {string} amount */
const isZero = (amount) => /^-?0*(\.0*)?$/.test(amount);

const lanekassenLink = () => link('Dine sider hos Lånekassen', 'https://www.lanekassen.no/') || '';

const accountOrder = ['lan', 'renter', 'gebyr', 'omkostninger', 'annet'];

/** @param {Saldo} saldo */
function accountTable(saldo) {
  const accounts = saldo.accounts.toSorted((a, b) => accountOrder.indexOf(a.type) - accountOrder.indexOf(b.type));
  return element(
    'table',
    {},
    element('caption', { class: 'unseen' }, 'Studielånet fordelt på underkontoer'),
    element(
      'thead',
      { class: 'unseen' },
      element('tr', {}, element('th', { scope: 'col' }, 'Underkonto'), element('th', { scope: 'col' }, 'Saldo')),
    ),
    element(
      'tbody',
      {},
      ...accounts.map((account) =>
        element(
          'tr',
          {},
          element(
            'th',
            { scope: 'row' },
            account.name,
            element('span', { class: 'small' }, `Sist endret ${formatDay(account.lastChangedAt)}`),
          ),
          element('td', {}, amount(account.balance)),
        ),
      ),
    ),
  );
}

/** @param {{ amount: string }} money */
const amount = (money) => element('span', { class: 'amount' }, formatAmount(money.amount));
