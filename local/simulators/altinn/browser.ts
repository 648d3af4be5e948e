// The pages of the simulated Altinn: log in, answer a request, see and withdraw consents. One step is left out: the real pages go through
// two logouts before they redirect to `redirectUrl`; here the session simply ends.
import { randomUUID } from 'node:crypto';
import { createBrowserSessions, htmlPage, type Page } from '../kit/html.ts';
import type { Exchange, Routes } from '../kit/simulator.ts';
import { testCustomers } from '../test-customers.ts';
import { act, answererOf, type ConsentRequest, withOutcome } from './consent-request.ts';
import { personUrn } from './create-body.ts';
import {
  activePage,
  closedReason,
  consentPage,
  loginPage,
  messagePage,
  type PagePerson,
  type Session,
  wrongPersonPage,
} from './pages.ts';
import type { AltinnState } from './state.ts';

const requestPath = '/accessmanagement/ui/consent/request';
const activePath = '/accessmanagement/ui/consent/active';

/** Paths that login and logout may redirect to. Only the simulator's own are allowed, or it would be an open redirect. */
function ownPath(returnTo: string | null): string {
  const known = returnTo !== null && (returnTo === activePath || returnTo.startsWith(`${requestPath}?`));
  return known ? returnTo : activePath;
}

/** A URL may contain letters that a header cannot. They are encoded as a browser would. */
function headerSafe(url: string): string {
  return url.replace(/[^\x21-\x7e]/gu, encodeURIComponent);
}

/** A redirect. */
type Redirect = { status: 302 | 303; location: string };

/** Adds the pages to the routes. */
export function addPages(routes: Routes, state: AltinnState): void {
  const persons: PagePerson[] = testCustomers.map(({ nationalId, name }) => ({ key: randomUUID(), nationalId, name }));
  const sessions = createBrowserSessions<PagePerson>('altinn_simulator');

  const bankNameOf = (request: ConsentRequest): string => {
    const metadata = Object.entries(request.rights[0]?.metadata ?? {});
    const named = metadata.find(([key]) => key.toLowerCase() === 'navn')?.[1];
    return named ?? state.names.get(request.to) ?? 'Banken';
  };
  const ownerNameOf = (request: ConsentRequest): string =>
    state.resources.find(({ id }) => id === request.rights[0]?.resourceId)?.owner ?? 'Lånekassen';
  const findRequest = (id: string | null) => state.requests.get(id?.toLowerCase() ?? '');
  const notFound = () =>
    messagePage(404, 'Fant ikke forespørselen', 'Lenken er feil, eller forespørselen finnes ikke.');
  const refused = () => messagePage(403, 'Skjemaet er ikke gyldig', 'Gå tilbake, last siden på nytt og prøv igjen.');
  const may = ({ person }: Session, consent: ConsentRequest) =>
    person !== undefined && answererOf(consent) === personUrn(person.nationalId);

  function send(exchange: Exchange, answer: Page | Redirect): Response | Promise<Response> {
    if (!('location' in answer)) return htmlPage(exchange, answer);
    exchange.header('cache-control', 'no-store');
    return exchange.redirect(answer.location, answer.status);
  }
  /** A page to read. */
  const get = (path: string, work: (session: Session, query: URLSearchParams) => Page) =>
    routes.get(path, (exchange) => send(exchange, work(sessions.of(exchange), new URL(exchange.req.url).searchParams)));
  /** A form of these pages that was sent. */
  const post = (path: string, work: (session: Session, form: URLSearchParams) => Page | Redirect) =>
    routes.post(path, async (exchange) => {
      const session = sessions.of(exchange);
      const form = await sessions.formOf(exchange, session);
      return send(exchange, form ? work(session, form) : refused());
    });
  /** A form about a consent, sent by a person who may answer for it. */
  const postAbout = (
    path: string,
    returnTo: (consent: ConsentRequest) => string,
    work: (session: Session, consent: ConsentRequest, form: URLSearchParams) => Page | Redirect,
  ) =>
    post(path, (session, form) => {
      if (!session.person) return refused();
      const consent = findRequest(form.get('id'));
      if (!consent) return notFound();
      return may(session, consent) ? work(session, consent, form) : wrongPersonPage(session, returnTo(consent));
    });

  const showConsent = (session: Session, request: ConsentRequest, refusal?: string): Page =>
    consentPage({
      status: refusal === undefined ? 200 : 400,
      session,
      request,
      bankName: bankNameOf(request),
      ownerName: ownerNameOf(request),
      reason: closedReason(request, state.now()) ?? refusal,
    });

  const requestOf = ({ id }: ConsentRequest) => `${requestPath}?id=${id}`;
  get(requestPath, (session, query) => {
    const consent = findRequest(query.get('id'));
    if (!consent) return notFound();
    const asked = persons.find(({ nationalId }) => answererOf(consent) === personUrn(nationalId));
    if (!session.person) return loginPage(session, requestOf(consent), persons, asked);
    return may(session, consent) ? showConsent(session, consent) : wrongPersonPage(session, requestOf(consent));
  });

  postAbout(requestPath, requestOf, (session, consent, form) => {
    const answer = form.get('answer');
    if (answer !== 'approve' && answer !== 'reject') return refused();
    if (act(consent, answer, state.stamp())) return showConsent(session, consent, 'Svaret kunne ikke lagres.');
    session.person = undefined;
    return { status: 302, location: headerSafe(withOutcome(consent.redirectUrl, consent.events)) };
  });

  const active = (session: Session, message?: string): Page => {
    const consents = [...state.requests.values()]
      .filter((consent) => consent.status === 'Accepted' && consent.validTo >= state.now() && may(session, consent))
      .map((request) => ({ request, bankName: bankNameOf(request) }));
    return activePage(session, consents, message);
  };
  get(activePath, (session) => (session.person ? active(session) : loginPage(session, activePath, persons)));
  postAbout(
    activePath,
    () => activePath,
    (session, consent) =>
      act(consent, 'revoke', state.stamp())
        ? messagePage(400, 'Samtykket kan ikke trekkes', 'Det er ikke gitt noe samtykke å trekke tilbake.')
        : active(session, 'Samtykket er trukket tilbake.'),
  );

  post('/accessmanagement/ui/login', (session, form) => {
    const person = persons.find(({ key }) => key === form.get('person'));
    if (!person) return refused();
    session.person = person;
    return { status: 303, location: ownPath(form.get('returnTo')) };
  });
  post('/accessmanagement/ui/logout', (session, form) => {
    session.person = undefined;
    return { status: 303, location: ownPath(form.get('returnTo')) };
  });
}
