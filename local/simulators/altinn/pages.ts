// What the pages of the simulated Altinn say. The points of the consent are DSOP's five in our own words; the text that
// holds is Lånekassen's and Altinn's (docs/contracts/altinn-consent.md §12).

import { type BrowserSession, csrfField, html, norwegianTime, type Page } from '../kit/html.ts';
import type { ConsentRequest } from './consent-request.ts';

const banner = 'Simulert Altinn – kun for utvikling';

/** Someone who can log in; `key` names the person in forms, so that no national id is in any page or URL. */
export type PagePerson = { key: string; nationalId: string; name: string };

/** A browser at these pages. */
export type Session = BrowserSession<PagePerson>;

/** A message with a way on, if there is one. */
export function messagePage(status: number, title: string, text: string): Page {
  return { status, title, banner, body: html`<p>${text}</p>` };
}

/** The simulated login: go on as the one who is asked, or log in as another person. `returnTo` is a path of ours. */
export function loginPage(page: {
  session: Session;
  returnTo: string;
  asked: PagePerson | undefined;
  persons: readonly PagePerson[];
}): Page {
  const fields = html`${csrfField(page.session)}<input type="hidden" name="returnTo" value="${page.returnTo}">`;
  const goOn =
    page.asked &&
    html`<form method="post" action="/accessmanagement/ui/login">${fields}
<div class="buttons"><button name="person" value="${page.asked.key}">Fortsett som ${page.asked.name}</button></div></form>
<h2>Logg inn som en annen</h2>`;
  return {
    title: 'Logg inn hos ID-porten (simulert)',
    banner,
    body: html`<p>Her velger du hvem som logger inn. Ingen ekte innlogging skjer.</p>
${goOn}
<form method="post" action="/accessmanagement/ui/login">${fields}
<label for="person">Testperson</label>
<select id="person" name="person">${page.persons
      .filter((person) => person !== page.asked)
      .map((person) => html`<option value="${person.key}">${person.name}</option>`)}</select>
<button class="secondary">Logg inn som valgt person</button></form>`,
  };
}

/** Logged in as a person who may not answer. */
export function wrongPersonPage(session: Session, returnTo: string): Page {
  return {
    status: 403,
    title: 'Feil person',
    banner,
    body: html`<p>Du er logget inn som ${session.person?.name ?? ''}, men forespørselen gjelder en annen. Du kan ikke svare på den.</p>
<form method="post" action="/accessmanagement/ui/logout">${csrfField(session)}
<input type="hidden" name="returnTo" value="${returnTo}">
<div class="buttons"><button>Logg ut</button></div></form>`,
  };
}

/** Why a request can no longer be answered; `undefined` while it can. `nowMs`: ms since 1970. */
export function closedReason(request: ConsentRequest, nowMs: number): string | undefined {
  if (request.status === 'Accepted') return 'Du har allerede gitt dette samtykket.';
  if (request.status === 'Rejected') return 'Du har allerede svart nei på denne forespørselen.';
  if (request.status === 'Revoked') return 'Samtykket er trukket tilbake.';
  return request.validTo < nowMs * 1000 ? 'Forespørselen er utløpt.' : undefined;
}

/** The page where the person says yes or no. `reason` set: it can't be answered (any more), the buttons are off. */
export function consentPage(page: {
  status?: number;
  session: Session;
  request: ConsentRequest;
  bankName: string;
  ownerName: string;
  reason: string | undefined;
}): Page {
  const { request, bankName, ownerName, reason } = page;
  const state = html`${reason !== undefined && html`disabled`}`;
  return {
    status: page.status ?? 200,
    title: `${bankName} ber om ditt samtykke`,
    banner,
    redirectUrl: request.redirectUrl,
    body: html`${reason !== undefined && html`<p class="notice" role="status">${reason}</p>`}
<p>${bankName} vil hente saldoen på studielånet ditt fra ${ownerName}. Sier du ja, samtykker du til dette:</p>
<ul>
<li>${ownerName} fritas fra taushetsplikten overfor ${bankName} og kan sende det du til sammen skylder i studielån, med gebyrer og omkostninger.</li>
<li>${bankName} kan bare bruke opplysningene til å gi deg oversikt over studielånet i nettbanken, mobilbanken eller lignende applikasjoner.</li>
<li>${bankName} henter opplysningene hver gang du logger inn, og sletter dem når du logger ut.</li>
<li>Du kan når som helst trekke samtykket tilbake her i Altinn.</li>
<li>${bankName} har selv ansvaret for sin behandling av opplysningene. ${ownerName} har ansvaret for å sende dem til ${bankName} på en trygg måte.</li>
</ul>
<p>Samtykket gjelder til ${norwegianTime(Math.floor(request.validTo / 1000))}.</p>
<form method="post" action="/accessmanagement/ui/consent/request">${csrfField(page.session)}
<input type="hidden" name="id" value="${request.id}">
<div class="buttons">
<button name="answer" value="approve" ${state}>Ja, jeg gir samtykke</button>
<button class="secondary" name="answer" value="reject" ${state}>Nei, jeg gir ikke samtykke</button>
</div></form>`,
  };
}

/** A consent in force, as the person sees it. */
export type ActiveConsent = { request: ConsentRequest; bankName: string };

/** The person's consents in force, each with a way to withdraw it. */
export function activePage(page: {
  session: Session;
  consents: readonly ActiveConsent[];
  message: string | undefined;
}): Page {
  const none = page.consents.length === 0 && html`<p>Du har ingen aktive samtykker.</p>`;
  return {
    title: 'Aktive samtykker',
    banner,
    body: html`${page.message !== undefined && html`<p class="notice" role="status">${page.message}</p>`}
<p>Innlogget som ${page.session.person?.name ?? ''}.</p>
${none}
${page.consents.map(
  ({ request, bankName }) => html`<section aria-labelledby="c-${request.id}">
<h2 id="c-${request.id}">${bankName}</h2>
<p>Saldo på studielån. Gitt ${norwegianTime(Math.floor((request.consented ?? 0) / 1000))}, gjelder til ${norwegianTime(Math.floor(request.validTo / 1000))}.</p>
<form method="post" action="/accessmanagement/ui/consent/active">${csrfField(page.session)}
<input type="hidden" name="id" value="${request.id}">
<button aria-label="Trekk samtykke gitt til ${bankName}">Trekk samtykke</button></form></section>`,
)}
<form method="post" action="/accessmanagement/ui/logout">${csrfField(page.session)}
<input type="hidden" name="returnTo" value="/accessmanagement/ui/consent/active">
<div class="buttons"><button class="secondary">Logg ut</button></div></form>`,
  };
}
