// The texts of the simulated Altinn's pages. The points of the consent are DSOP's five in this project's words; the binding text is
// Lånekassen's and Altinn's (docs/contracts/altinn-consent.md §12).

import { type BrowserSession, csrfField, type Html, html, norwegianTime, type Page } from '../kit/html.ts';
import type { ConsentRequest, Micros } from './consent-request.ts';

/** A person who can log in. `key` names the person in forms, so no national id is in a page or URL. */
export type PagePerson = { key: string; nationalId: string; name: string };

/** The session of a browser at these pages. */
export type Session = BrowserSession<PagePerson>;

/** A page under the banner that marks it as simulated. */
const page = (title: string, body: Html, more: Partial<Page> = {}): Page => ({
  title,
  banner: 'Simulert Altinn – kun for utvikling',
  body,
  ...more,
});

const timeOf = (at: Micros) => norwegianTime(Math.floor(at / 1000));
const notice = (text: string | undefined) => text !== undefined && html`<p class="notice" role="status">${text}</p>`;
const returnField = (session: Session, returnTo: string) =>
  html`${csrfField(session)}<input type="hidden" name="returnTo" value="${returnTo}">`;
const logoutForm = (session: Session, returnTo: string, button: Html) =>
  html`<form method="post" action="/accessmanagement/ui/logout">${returnField(session, returnTo)}
<div class="buttons">${button}</div></form>`;

/** A message, with a link if there is a next step. */
export const messagePage = (status: number, title: string, text: string): Page =>
  page(title, html`<p>${text}</p>`, { status });

/** The simulated login: continue as the person who is asked, or log in as another one. `returnTo` is a path of these pages. */
export function loginPage(
  session: Session,
  returnTo: string,
  persons: readonly PagePerson[],
  asked?: PagePerson,
): Page {
  const fields = returnField(session, returnTo);
  const goOn =
    asked &&
    html`<form method="post" action="/accessmanagement/ui/login">${fields}
<div class="buttons"><button name="person" value="${asked.key}">Fortsett som ${asked.name}</button></div></form>
<h2>Logg inn som en annen</h2>`;
  const others = persons
    .filter((person) => person !== asked)
    .map((person) => html`<option value="${person.key}">${person.name}</option>`);
  return page(
    'Logg inn hos ID-porten (simulert)',
    html`<p>Her velger du hvem som logger inn. Ingen ekte innlogging skjer.</p>
${goOn}
<form method="post" action="/accessmanagement/ui/login">${fields}
<label for="person">Testperson</label>
<select id="person" name="person">${others}</select>
<button class="secondary">Logg inn som valgt person</button></form>`,
  );
}

/** The page for a person who may not answer. */
export const wrongPersonPage = (session: Session, returnTo: string): Page =>
  page(
    'Feil person',
    html`<p>Du er logget inn som ${session.person?.name ?? ''}, men forespørselen gjelder en annen. Du kan ikke svare på den.</p>
${logoutForm(session, returnTo, html`<button>Logg ut</button>`)}`,
    { status: 403 },
  );

/** Why a request can no longer be answered; `undefined` while it can. */
export function closedReason(request: ConsentRequest, now: Micros): string | undefined {
  if (request.status === 'Accepted') return 'Du har allerede gitt dette samtykket.';
  if (request.status === 'Rejected') return 'Du har allerede svart nei på denne forespørselen.';
  if (request.status === 'Revoked') return 'Samtykket er trukket tilbake.';
  return request.validTo < now ? 'Forespørselen er utløpt.' : undefined;
}

/** The page where the person says yes or no. With `reason` the request cannot be answered, and the buttons are disabled. */
export function consentPage(shown: {
  status?: number;
  session: Session;
  request: ConsentRequest;
  bankName: string;
  ownerName: string;
  reason: string | undefined;
}): Page {
  const { status = 200, session, request, bankName, ownerName, reason } = shown;
  const state = reason !== undefined && html`disabled`;
  return page(
    `${bankName} ber om ditt samtykke`,
    html`${notice(reason)}
<p>${bankName} vil hente saldoen på studielånet ditt fra ${ownerName}. Sier du ja, samtykker du til dette:</p>
<ul>
<li>${ownerName} fritas fra taushetsplikten overfor ${bankName} og kan sende det du til sammen skylder i studielån, med gebyrer og omkostninger.</li>
<li>${bankName} kan bare bruke opplysningene til å gi deg oversikt over studielånet i nettbanken, mobilbanken eller lignende applikasjoner.</li>
<li>${bankName} henter opplysningene hver gang du logger inn, og sletter dem når du logger ut.</li>
<li>Du kan når som helst trekke samtykket tilbake her i Altinn.</li>
<li>${bankName} har selv ansvaret for sin behandling av opplysningene. ${ownerName} har ansvaret for å sende dem til ${bankName} på en trygg måte.</li>
</ul>
<p>Samtykket gjelder til ${timeOf(request.validTo)}.</p>
<form method="post" action="/accessmanagement/ui/consent/request">${csrfField(session)}
<input type="hidden" name="id" value="${request.id}">
<div class="buttons">
<button name="answer" value="approve" ${state}>Ja, jeg gir samtykke</button>
<button class="secondary" name="answer" value="reject" ${state}>Nei, jeg gir ikke samtykke</button>
</div></form>`,
    { status, redirectUrl: request.redirectUrl },
  );
}

/** The person's consents in force, each with a button to withdraw it. */
export function activePage(
  session: Session,
  consents: readonly { request: ConsentRequest; bankName: string }[],
  message?: string,
): Page {
  const shown = consents.map(
    ({ request, bankName }) => html`<section aria-labelledby="c-${request.id}">
<h2 id="c-${request.id}">${bankName}</h2>
<p>Saldo på studielån. Gitt ${timeOf(request.consented ?? 0)}, gjelder til ${timeOf(request.validTo)}.</p>
<form method="post" action="/accessmanagement/ui/consent/active">${csrfField(session)}
<input type="hidden" name="id" value="${request.id}">
<button aria-label="Trekk samtykke gitt til ${bankName}">Trekk samtykke</button></form></section>`,
  );
  return page(
    'Aktive samtykker',
    html`${notice(message)}
<p>Innlogget som ${session.person?.name ?? ''}.</p>
${shown.length === 0 ? html`<p>Du har ingen aktive samtykker.</p>` : shown}
${logoutForm(session, '/accessmanagement/ui/consent/active', html`<button class="secondary">Logg ut</button>`)}`,
  );
}
