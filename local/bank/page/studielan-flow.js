// From the API's answers to the card's states: what is asked when, and how often it is asked again.
import { messageOnReturn } from './altinn-return.js';
import { isWebAddress } from './elements.js';
import { createSaldoCard } from './saldo-card.js';

/** @typedef {import('./saldo-card.js').CardView} CardView */
/** @typedef {import('./studielan-api.js').Problem} Problem */

/** How often the page asks again by itself when it is told to wait; then the customer decides. */
const reasks = 2;
/** The longest wait, in seconds, that the page counts down by itself. */
const longestCountdown = 60;
/** After how many milliseconds the wait is put into words. */
const sayAfterMs = 1000;

/** @type {Record<string, CardView>} */
const viewOfCode = {
  'not-a-customer': { kind: 'not-a-customer' },
  'consent-required': { kind: 'consent-needed', why: 'none' },
  'consent-pending': { kind: 'pending' },
  'consent-rejected': { kind: 'consent-needed', why: 'rejected' },
  'consent-revoked': { kind: 'consent-needed', why: 'revoked' },
  'consent-expired': { kind: 'consent-needed', why: 'expired' },
  'consent-refused': { kind: 'consent-needed', why: 'refused' },
};

/**
 * Runs the card inside `root` until `close`. `returnWord` is what Altinn's way back left in the address; `onLoggedOut` is
 * told when the API no longer takes the token. The saldo lives in the page's elements only, and `close` removes them.
 * @param {{ api: import('./studielan-api.js').StudielanApi, root: HTMLElement, returnWord: string, onLoggedOut(): void }} parts
 */
export function startStudielanFlow({ api, root, returnWord, onLoggedOut }) {
  const card = createSaldoCard(root, { add, stop, retry: () => void load({ pressed: true }) });
  let word = returnWord;
  /** Each thing the customer asks for is a new turn; what still comes in for an older one is dropped. */
  let turn = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const nextTurn = () => {
    clearTimeout(timer);
    turn += 1;
    return turn;
  };

  /** @param {{ pressed?: boolean, reasksLeft?: number }} [how] */
  async function load({ pressed = false, reasksLeft = reasks } = {}) {
    const mine = nextTurn();
    card.show({ kind: 'loading' }, pressed);
    timer = setTimeout(() => card.say('Henter saldo fra Lånekassen …'), sayAfterMs);
    const result = await look();
    if (mine !== turn) return;
    clearTimeout(timer);
    if ('kind' in result) card.show(result);
    else showProblem(result, reasksLeft);
  }

  /** @returns {Promise<CardView | Problem>} */
  async function look() {
    const mine = turn;
    const consent = await api.currentConsent();
    if (!consent.ok) return consent.problem;
    if (mine === turn) {
      if (word !== '') card.notify(messageOnReturn(word, consent.value.state));
      word = '';
    }
    switch (consent.value.state) {
      case 'accepted': {
        const saldo = await api.saldo();
        if (!saldo.ok) return saldo.problem;
        return { kind: 'saldo', saldo: saldo.value, now: new Date(), renewalUrl: consent.value.consentUrl };
      }
      case 'pending':
        return { kind: 'pending', consentUrl: consent.value.consentUrl };
      case 'rejected':
      case 'revoked':
      case 'expired':
        return { kind: 'consent-needed', why: consent.value.state };
      default:
        return { kind: 'consent-needed', why: 'none' };
    }
  }

  /**
   * @param {Problem} problem
   * @param {number} reasksLeft
   * @param {boolean} [pressed]
   */
  function showProblem(problem, reasksLeft, pressed = false) {
    const { code, status, retryAfterSeconds, requestId } = problem;
    const known = viewOfCode[code];
    if (status === 401) onLoggedOut();
    else if (known !== undefined) card.show(known, pressed);
    else if (!isPassing(problem)) card.show({ kind: 'fault', requestId }, pressed);
    else if (reasksLeft > 0 && retryAfterSeconds !== undefined && retryAfterSeconds <= longestCountdown)
      waitAndLoad(Math.max(1, Math.ceil(retryAfterSeconds)), code === 'saldo-not-ready', reasksLeft - 1);
    else card.show({ kind: 'unavailable', requestId }, pressed);
  }

  /**
   * @param {number} seconds
   * @param {boolean} slow
   * @param {number} reasksLeft
   */
  function waitAndLoad(seconds, slow, reasksLeft) {
    card.show({ kind: 'waiting', slow, seconds });
    const until = performance.now() + seconds * 1000;
    const tick = () => {
      const left = Math.ceil((until - performance.now()) / 1000);
      if (left <= 0) return void load({ reasksLeft });
      card.countDown(left);
      timer = setTimeout(tick, 250);
    };
    tick();
  }

  async function add() {
    const mine = nextTurn();
    card.hold();
    card.notify('');
    card.say('Åpner Altinn …');
    const answer = await api.startConsent(`${location.origin}/`);
    if (mine !== turn) return;
    if (!answer.ok) {
      if (answer.problem.code === 'consent-refused') card.show({ kind: 'refused-today' }, true);
      else showProblem(answer.problem, 0, true);
    } else if (isWebAddress(answer.value.consentUrl)) location.assign(answer.value.consentUrl);
    else void load({ pressed: true });
  }

  async function stop() {
    const mine = nextTurn();
    card.hold();
    card.notify('');
    const answer = await api.endConsent();
    if (mine !== turn) return;
    if (answer.ok) card.show({ kind: 'stopped', withdrawUrl: answer.value.withdrawUrl }, true);
    else showProblem(answer.problem, 0, true);
  }

  void load();
  return {
    close() {
      nextTurn();
      root.replaceChildren();
    },
  };
}

/**
 * True for what may be gone in a moment: no answer, or an outage behind the app. A wrong setting is not, whatever its status.
 * @param {Problem} problem
 */
const isPassing = ({ status, code }) => code !== 'configuration' && [0, 502, 503].includes(status);
