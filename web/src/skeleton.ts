// The card while a saldo is fetched: the same boxes as the saldo has, but empty, so that nothing moves in any language, width or
// size of text.
import type { Saldo } from './api-types.ts';
import { type Actions, consentLine } from './consent-line.ts';
import { element } from './dom.ts';
import { figures, lanekassenUrl, type Writing } from './figures.ts';

const instant = '2026-10-28T12:00:00.000Z';
const nothing: Actions = {
  add: () => undefined,
  retry: () => undefined,
  stop: () => undefined,
  goOn: () => undefined,
  withdraw: () => undefined,
  closeMessage: () => undefined,
};

/** `accounts`: how many parts are expected. The words of the view take the place of the total. */
export function skeleton(writing: Writing, accounts: number): HTMLElement {
  const saldo: Saldo = {
    total: { amount: '1.00', currency: 'NOK' },
    accounts: Array.from({ length: accounts }, () => ({
      type: 'lan',
      name: '',
      balance: { amount: '100000.00', currency: 'NOK' },
      lastChangedAt: instant,
    })),
    fetchedAt: instant,
    heldUntil: instant,
    source: { name: 'Lånekassen', logoRequired: true },
    consent: { validTo: instant, renewFrom: instant, withdrawUrl: '' },
  };
  const now = new Date(instant);
  const view = { kind: 'saldo', saldo, now, renewal: 'no', withdrawUrl: lanekassenUrl } as const;
  const [_total, ...rest] = figures(view, writing);
  const boxes = [...rest, ...consentLine(view, writing, nothing, false)];
  const node = element('div', { class: 'skeleton', 'aria-hidden': 'true', inert: '' }, ...boxes);
  // No text for people or programs: the same number of letters, and no link.
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode())
    text.textContent = (text.textContent ?? '').replace(/\S/g, 'n');
  for (const marked of node.querySelectorAll('[href], [id], [data-name], [role]'))
    for (const name of ['href', 'id', 'data-name', 'role']) marked.removeAttribute(name);
  return node;
}
