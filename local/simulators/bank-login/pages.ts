// The login page of the simulated bank: a list of test customers instead of BankID.
import { type BrowserSession, csrfField, html, htmlPage } from '../kit/html.ts';
import type { Exchange } from '../kit/simulator.ts';

const banner = 'Simulert banklogin – kun for utvikling';

/** A customer as the page needs it; `subject` names the person in forms, never the national id. */
export type LoginChoice = { subject: string; name: string; case: string };

/** The list of customers; the form carries the whole authorize request in its address. */
export function choicePage(
  exchange: Exchange,
  page: { session: BrowserSession<unknown>; action: string; redirectUri: string; choices: readonly LoginChoice[] },
) {
  // DSOP's cases are numbered; ours have a description.
  const items = page.choices.map(
    (choice) =>
      html`<li><button class="secondary" name="customer" value="${choice.subject}">${choice.name} – ${/^\d/.test(choice.case) ? 'DSOP ' : ''}${choice.case}</button></li>`,
  );
  return htmlPage(exchange, {
    title: 'Velg testkunde',
    banner,
    redirectUrl: page.redirectUri,
    body: html`<p>Velg hvem du vil logge inn i banken som. Alle er oppdiktet.</p>
<form method="post" action="${page.action}">${csrfField(page.session)}
<ul class="choices">${items}</ul></form>`,
  });
}

/** A message that leads nowhere. */
export const messagePage = (exchange: Exchange, status: number, title: string, text: string) =>
  htmlPage(exchange, { status, title, banner, body: html`<p>${text}</p>` });
