// The bank's page: logged out or logged in. Everything under "Studielån" is the element <studielan-saldo> from web/, whose inner parts
// this page does not use.
import '/studielan-saldo.js';

const page = byId('page');
const who = byId('who');

/** @typedef {{ name: string, token: string, expiresAt: string }} Session */

/** @param {string} id @returns {HTMLElement} */
function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

/** @param {string} id @returns {DocumentFragment} */
const fromTemplate = (id) => document.importNode(/** @type {HTMLTemplateElement} */ (byId(id)).content, true);

/** @param {string} name @param {Record<string, string>} attributes @param {string} text */
function element(name, attributes, text = '') {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.textContent = text;
  return node;
}

/** Removes everything about the customer from the screen. */
function clear() {
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

/** @param {Session} session */
function showOverview(session) {
  clear();
  const name = properCase(session.name);
  page.append(fromTemplate('overview'));
  const greeting = page.querySelector('.greeting');
  if (greeting) greeting.textContent = `Hei, ${name}`;

  const card = /** @type {import('../../../web/src/studielan-saldo.ts').StudielanSaldo} */ (byId('studielan'));
  const loggedOut = () => {
    clearTimeout(end);
    // The bank's own session ends too: the identity provider has ended it already, or its token is no longer valid.
    void fetch('/logg-ut', { method: 'POST', redirect: 'manual' }).catch(() => undefined);
    showWelcome('Du er logget ut. Logg inn igjen for å se kontoene dine.', true);
  };
  const end = setTimeout(loggedOut, Math.max(0, Date.parse(session.expiresAt) - Date.now()));
  const logOut = async () => {
    clearTimeout(end);
    // The screen is cleared at once; calls over the network follow.
    const erased = card.erase();
    clear();
    page.append(element('p', { role: 'status' }, 'Logger ut …'));
    await erased;
    const form = /** @type {HTMLFormElement} */ (element('form', { method: 'post', action: '/logg-ut' }));
    page.append(form);
    form.submit();
  };
  const button = element('button', { type: 'button', class: 'button on-dark' }, 'Logg ut');
  button.addEventListener('click', () => void logOut());
  who.append(element('span', { class: 'name' }, name), button);
  card.addEventListener('studielan-session-ended', loggedOut);
  card.getToken = () => session.token;
}

/**
 * Registers often have names in capitals only. Returns the name as people write it.
 * @param {string} name
 */
const properCase = (name) =>
  name === name.toLocaleUpperCase('nb')
    ? name.toLocaleLowerCase('nb').replace(/(?<![\p{L}'])\p{L}/gu, (letter) => letter.toLocaleUpperCase('nb'))
    : name;

/**
 * Reads a word from the page's address once and removes it there, so a reload does not repeat the message.
 * @param {string} name
 */
function takeFromAddress(name) {
  const address = new URL(location.href);
  const word = address.searchParams.get(name);
  if (word === null) return '';
  address.searchParams.delete(name);
  history.replaceState(null, '', address);
  return word;
}

async function start() {
  const signInFailed = takeFromAddress('innlogging') === 'feilet';
  try {
    const answer = await fetch('/sesjon', { cache: 'no-store' });
    if (answer.ok) showOverview(await answer.json());
    else if (signInFailed) showWelcome('Innloggingen ble ikke fullført. Prøv igjen.');
    // If the customer is logged in, the card reads this word itself.
    else showWelcome(takeFromAddress('studielan') === '' ? '' : 'Logg inn for å se studielånet ditt.');
  } catch {
    showWelcome('Nettbanken svarer ikke akkurat nå. Prøv igjen om litt.');
  }
  page.removeAttribute('aria-busy');
}

// A page that the browser keeps must not show a customer's name again. It is emptied when it is left, and reloaded when it is shown again.
addEventListener('pagehide', clear);
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});

await start();
