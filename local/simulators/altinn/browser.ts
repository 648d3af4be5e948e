// The pages of the simulated Altinn: log in, answer a request, see and withdraw consents. One step is left out: the real
// pages pass through two logouts before they leave for `redirectUrl`; here the session simply ends.
import { randomUUID } from 'node:crypto';
import { type BrowserSession, createBrowserSessions } from '../kit/html.ts';
import type { SimulatedAnswer, SimulatedRequest } from '../kit/simulator.ts';
import type { AltinnState } from './api.ts';
import { act, type ConsentRequest, mayAnswer } from './consent-request.ts';
import { personUrn } from './create-body.ts';
import {
  activePage,
  closedReason,
  consentPage,
  loginPage,
  messagePage,
  type PagePerson,
  wrongPersonPage,
} from './pages.ts';
import { withOutcome } from './redirect-url.ts';

const requestPath = '/accessmanagement/ui/consent/request';
const activePath = '/accessmanagement/ui/consent/active';

/** Paths that login and logout may lead back to: ours only, or the simulator would be an open redirect. */
function ownPath(returnTo: string | null): string {
  const known = returnTo !== null && (returnTo === activePath || returnTo.startsWith(`${requestPath}?`));
  return known ? returnTo : activePath;
}

function seeOther(location: string): SimulatedAnswer {
  return { status: 303, headers: { location, 'cache-control': 'no-store' } };
}

/** A URL may hold letters that a header can't; they are encoded as a browser would. */
function headerSafe(url: string): string {
  return url.replace(/[^\x21-\x7e]/gu, encodeURIComponent);
}

/** What the pages need beside the state. */
export type BrowserOptions = {
  persons: readonly { nationalId: string; name: string }[];
  /** Names by party URN, for organisations. */
  nameOf(urn: string): string | undefined;
};

/** Answers for the pages, by method and path; `undefined` for any other. */
export function createBrowserPages(state: AltinnState, options: BrowserOptions) {
  const persons: PagePerson[] = options.persons.map(({ nationalId, name }) => ({
    key: randomUUID(),
    nationalId,
    name,
  }));
  const sessions = createBrowserSessions<PagePerson>('altinn_simulator');

  const bankNameOf = (request: ConsentRequest): string => {
    const metadata = Object.entries(request.rights[0]?.metadata ?? {});
    const named = metadata.find(([key]) => key.toLowerCase() === 'navn')?.[1];
    return named ?? options.nameOf(request.to) ?? 'Banken';
  };
  const ownerNameOf = (request: ConsentRequest): string =>
    state.resources.find(({ id }) => id === request.rights[0]?.resourceId)?.owner ?? 'Lånekassen';
  const nowMs = () => Math.floor(state.now() / 1000);
  const findRequest = (id: string | null) => state.requests.get(id?.toLowerCase() ?? '');
  const notFound = () =>
    messagePage(404, 'Fant ikke forespørselen', 'Lenken er feil, eller forespørselen finnes ikke.');
  const refused = () => messagePage(403, 'Skjemaet er ikke gyldig', 'Gå tilbake, last siden på nytt og prøv igjen.');

  function showConsent(request: ConsentRequest, session: BrowserSession<PagePerson>, status?: number, reason?: string) {
    return consentPage({
      ...(status === undefined ? {} : { status }),
      csrf: session.csrf,
      request,
      bankName: bankNameOf(request),
      ownerName: ownerNameOf(request),
      reason: reason ?? closedReason(request, nowMs()),
    });
  }

  function getRequest(request: SimulatedRequest): SimulatedAnswer {
    const consent = findRequest(request.query.get('id'));
    if (!consent) return notFound();
    const { session, setCookie } = sessions.of(request);
    const returnTo = `${requestPath}?id=${consent.id}`;
    if (!session.person) {
      const asked = persons.find(({ nationalId }) => mayAnswer(consent, personUrn(nationalId)));
      return loginPage({ csrf: session.csrf, returnTo, asked, persons, ...(setCookie ? { setCookie } : {}) });
    }
    if (!mayAnswer(consent, personUrn(session.person.nationalId))) {
      return wrongPersonPage(session.csrf, session.person, returnTo);
    }
    return showConsent(consent, session);
  }

  function postRequest(request: SimulatedRequest): SimulatedAnswer {
    const { session } = sessions.of(request);
    const form = sessions.formOf(request, session);
    const answer = form?.get('answer');
    if (!form || !session.person || (answer !== 'approve' && answer !== 'reject')) return refused();
    const consent = findRequest(form.get('id'));
    if (!consent) return notFound();
    if (!mayAnswer(consent, personUrn(session.person.nationalId))) {
      return wrongPersonPage(session.csrf, session.person, `${requestPath}?id=${consent.id}`);
    }
    const problem = act(consent, answer, state.stamp());
    if (problem) {
      return showConsent(consent, session, 400, closedReason(consent, nowMs()) ?? 'Svaret kunne ikke lagres.');
    }
    session.person = undefined;
    return {
      status: 302,
      headers: { location: headerSafe(withOutcome(consent.redirectUrl, consent.events)), 'cache-control': 'no-store' },
    };
  }

  function active(session: BrowserSession<PagePerson>, person: PagePerson, message?: string): SimulatedAnswer {
    const consents = [...state.requests.values()]
      .filter((consent) => consent.status === 'Accepted' && consent.validTo >= state.now())
      .filter((consent) => mayAnswer(consent, personUrn(person.nationalId)))
      .map((consent) => ({ request: consent, bankName: bankNameOf(consent) }));
    return activePage({ csrf: session.csrf, person, consents, message });
  }

  function getActive(request: SimulatedRequest): SimulatedAnswer {
    const { session, setCookie } = sessions.of(request);
    if (session.person) return active(session, session.person);
    const cookie = setCookie ? { setCookie } : {};
    return loginPage({ csrf: session.csrf, returnTo: activePath, asked: undefined, persons, ...cookie });
  }

  function postActive(request: SimulatedRequest): SimulatedAnswer {
    const { session } = sessions.of(request);
    const form = sessions.formOf(request, session);
    if (!form || !session.person) return refused();
    const consent = findRequest(form.get('id'));
    if (!consent) return notFound();
    if (!mayAnswer(consent, personUrn(session.person.nationalId))) {
      return wrongPersonPage(session.csrf, session.person, activePath);
    }
    const problem = act(consent, 'revoke', state.stamp());
    if (problem)
      return messagePage(400, 'Samtykket kan ikke trekkes', 'Det er ikke gitt noe samtykke å trekke tilbake.');
    return active(session, session.person, 'Samtykket er trukket tilbake.');
  }

  function postLogin(request: SimulatedRequest): SimulatedAnswer {
    const { session } = sessions.of(request);
    const form = sessions.formOf(request, session);
    const person = persons.find(({ key }) => key === form?.get('person'));
    if (!form || !person) return refused();
    session.person = person;
    return seeOther(ownPath(form.get('returnTo')));
  }

  function postLogout(request: SimulatedRequest): SimulatedAnswer {
    const { session } = sessions.of(request);
    const form = sessions.formOf(request, session);
    if (!form) return refused();
    session.person = undefined;
    return seeOther(ownPath(form.get('returnTo')));
  }

  const pages: Record<string, (request: SimulatedRequest) => SimulatedAnswer> = {
    [`GET ${requestPath}`]: getRequest,
    [`POST ${requestPath}`]: postRequest,
    [`GET ${activePath}`]: getActive,
    [`POST ${activePath}`]: postActive,
    'POST /accessmanagement/ui/login': postLogin,
    'POST /accessmanagement/ui/logout': postLogout,
  };
  return (request: SimulatedRequest): SimulatedAnswer | undefined =>
    pages[`${request.method} ${request.path}`]?.(request);
}
