// The login page of the simulated bank: a list of test customers in place of BankID.
import { type BrowserSession, csrfField, html, htmlPage } from '../kit/html.ts';
import type { Exchange } from '../kit/simulator.ts';

const banner = 'Simulert banklogin – kun for utvikling';

/** The list of customers; the form carries the whole authorize request in its address, and `subject`, never a national id. */
export function choicePage(
  exchange: Exchange,
  page: {
    session: BrowserSession<unknown>;
    action: string;
    redirectUri: string;
    choices: readonly { subject: string; name: string; case: string }[];
  },
) {
  // DSOP's cases have numbers; this project's own customers have a description.
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

/** A message without a link. */
export const messagePage = (exchange: Exchange, status: number, title: string, text: string) =>
  htmlPage(exchange, { status, title, banner, body: html`<p>${text}</p>` });
