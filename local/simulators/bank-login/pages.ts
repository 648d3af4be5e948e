// The login page of the simulated bank: a list of test customers instead of BankID.
import { type Html, html, htmlPage } from '../kit/html.ts';
import type { SimulatedAnswer } from '../kit/simulator.ts';

const banner = 'Simulert banklogin – kun for utvikling';

/** A customer as the page needs it; `subject` names the person in forms, never the national id. */
export type LoginChoice = { subject: string; name: string; case: string };

/** DSOP's cases are numbered; ours have a description. */
function caseText(text: string): Html {
  return /^\d/.test(text) ? html`DSOP ${text}` : html`${text}`;
}

/** The list of customers; the form carries the whole authorize request in its address. */
export function choicePage(page: {
  csrf: string;
  action: string;
  redirectUri: string;
  choices: readonly LoginChoice[];
  setCookie?: string;
}): SimulatedAnswer {
  const items = page.choices.map(
    (choice) =>
      html`<li><button class="secondary" name="customer" value="${choice.subject}">${choice.name} – ${caseText(choice.case)}</button></li>`,
  );
  return htmlPage({
    title: 'Velg testkunde',
    banner,
    redirectUrl: page.redirectUri,
    body: html`<p>Velg hvem du vil logge inn i banken som. Alle er oppdiktet.</p>
<form method="post" action="${page.action}"><input type="hidden" name="csrf" value="${page.csrf}">
<ul class="choices">${items}</ul></form>`,
    ...(page.setCookie === undefined ? {} : { setCookie: page.setCookie }),
  });
}

/** A message that leads nowhere. */
export function messagePage(status: number, title: string, text: string): SimulatedAnswer {
  return htmlPage({ status, title, banner, body: html`<p>${text}</p>` });
}
