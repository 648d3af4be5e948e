// The bank's page: logged out or logged in. The card "Studielån" has its own files.
import { takeFromAddress } from './altinn-return.js';
import { button, element } from './elements.js';
import { createStudielanApi } from './studielan-api.js';
import { startStudielanFlow } from './studielan-flow.js';

/** How long logging out waits for the API, in milliseconds; the identity provider's own logout tells the API too. */
const logoutPatienceMs = 5000;

const page = byId('page');
const who = byId('who');
/** @type {{ close(): void } | undefined} */
let flow;

/** @typedef {{ name: string, token: string, expiresAt: string }} Session */

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** @param {string} id @returns {DocumentFragment} */
const fromTemplate = (id) => document.importNode(/** @type {HTMLTemplateElement} */ (byId(id)).content, true);

/** Takes everything of the customer off the screen. */
function clear() {
  flow?.close();
  flow = undefined;
  who.replaceChildren();
  page.replaceChildren();
}

/**
 * @param {string} notice why the customer sees this page; empty for a first visit
 * @param {boolean} [moveFocus]
 */
function showWelcome(notice, moveFocus = false) {
  clear();
  page.append(fromTemplate('welcome'));
  if (notice !== '')
    page.querySelector('.notice-place')?.append(element('p', { class: 'notice', role: 'status' }, notice));
  if (moveFocus) byId('welcome-heading').focus();
}

/**
 * @param {Session} session
 * @param {string} returnWord
 */
function showOverview(session, returnWord) {
  clear();
  const name = properCase(session.name);
  const apiUrl = document.querySelector('meta[name="studielan-api"]')?.getAttribute('content') ?? '';
  const api = createStudielanApi(apiUrl, session.token);
  page.append(fromTemplate('overview'));
  const greeting = page.querySelector('.greeting');
  if (greeting) greeting.textContent = `Hei, ${name}`;

  const loggedOut = () => {
    clearTimeout(end);
    // The bank's own session goes as well: the identity provider has ended it already, or its token is of no more use.
    void fetch('/logg-ut', { method: 'POST', redirect: 'manual' }).catch(() => undefined);
    showWelcome('Du er logget ut. Logg inn igjen for å se kontoene dine.', true);
  };
  const end = setTimeout(loggedOut, Math.max(0, Date.parse(session.expiresAt) - Date.now()));
  const logOut = async () => {
    clearTimeout(end);
    clear();
    page.append(element('p', { role: 'status' }, 'Logger ut …'));
    await Promise.race([api.endSession(), new Promise((resolve) => setTimeout(resolve, logoutPatienceMs))]);
    const form = /** @type {HTMLFormElement} */ (element('form', { method: 'post', action: '/logg-ut' }));
    page.append(form);
    form.submit();
  };
  who.append(
    element('span', { class: 'name' }, name),
    button('Logg ut', () => void logOut(), 'button on-dark'),
  );
  flow = startStudielanFlow({ api, root: byId('studielan'), returnWord, onLoggedOut: loggedOut });
}

/**
 * Registers often write names in capitals only; people don't.
 * @param {string} name
 */
const properCase = (name) =>
  name === name.toLocaleUpperCase('nb')
    ? name.toLocaleLowerCase('nb').replace(/(?<![\p{L}'])\p{L}/gu, (letter) => letter.toLocaleUpperCase('nb'))
    : name;

async function start() {
  const returnWord = takeFromAddress('studielan');
  const signInFailed = takeFromAddress('innlogging') === 'feilet';
  try {
    const answer = await fetch('/sesjon', { cache: 'no-store' });
    if (answer.ok) showOverview(await answer.json(), returnWord);
    else if (signInFailed) showWelcome('Innloggingen ble ikke fullført. Prøv igjen.');
    else showWelcome(returnWord === '' ? '' : 'Logg inn for å se studielånet ditt.');
  } catch {
    showWelcome('Nettbanken svarer ikke akkurat nå. Prøv igjen om litt.');
  }
  page.removeAttribute('aria-busy');
}

// A page that the browser kept must not show a saldo again: it is emptied when left and asks anew when it comes back.
addEventListener('pagehide', clear);
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});

await start();
