// <studielan-saldo>: the customer's student-loan balance as a card on the bank's page. docs/front-end.md is its manual.

import cardCss from './card.css';
import { type Card, createCard } from './card.ts';
import { createStudielanClient, type GetToken } from './client.ts';
import { type StudielanEvents, send } from './events.ts';
import type { Writing } from './figures.ts';
import { createFlow, type Flow } from './flow.ts';
import { formatFor } from './format.ts';
import { createLogoPlace } from './logo.ts';
import type { Problem } from './problem.ts';
import { returnMessage, takeWord } from './return-word.ts';
import { textsFor } from './texts/texts.ts';
import type { View } from './view.ts';
import { isWebAddress } from './web-address.ts';

export * from './client.ts';
export type { StudielanEvent, StudielanEvents } from './events.ts';
export type { ViewKind } from './view.ts';

/** How long a page may take to set `getToken`, in milliseconds, before the card says that nobody is logged in. */
const tokenPatienceMs = 10_000;
/** How long `erase` waits for the service, in milliseconds; the identity provider's own logout tells it too. */
const erasePatienceMs = 5000;

const style = new CSSStyleSheet();
style.replaceSync(cardCss);

/**
 * Attributes: `api-url` (with `/api`), `lang` (else the page's), `return-url` (else this page without query), `wait-seconds`,
 * `heading-level`. Property: `getToken`; the token itself is in no attribute and is not kept. The saldo lives in this element's
 * shadow tree and in memory, nowhere else, and goes when the element does, when the page is left, and with `erase()`.
 */
export class StudielanSaldo extends HTMLElement {
  static readonly observedAttributes = ['api-url', 'lang', 'heading-level', 'wait-seconds'];

  #getToken: GetToken | undefined;
  #card: Card;
  #flow: Flow | undefined;
  #view: View = { kind: 'loading', slow: false };
  #word = '';
  #consentState = '';
  #warnedOfLogo = false;
  #erased = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pageLanguage = new MutationObserver(() => this.#write());
  #logo = createLogoPlace((missing) => this.#logoSeen(missing));

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [style];
    this.#card = createCard(
      root,
      () => Math.min(6, Math.max(1, Number(this.getAttribute('heading-level')) || 2)),
      {
        add: () => this.#ask((flow) => flow.add(), this.#writing().texts.opening),
        retry: () => this.#ask((flow) => flow.retry()),
        stop: () => this.#ask((flow) => flow.stop()),
        goOn: (consentUrl, event) => {
          if (!send(this, 'studielan-consent', { consentUrl })) event.preventDefault();
        },
        withdraw: (withdrawUrl, event) => {
          if (!send(this, 'studielan-withdraw', { withdrawUrl })) event.preventDefault();
        },
      },
      () => {
        this.#logo.name(this.#writing().texts.logoMissing);
        return this.#logo.node;
      },
    );
  }

  /** How the card gets the customer's token: asked before each call. Setting it starts the look-up, anew if it is set again. */
  get getToken(): GetToken | undefined {
    return this.#getToken;
  }
  set getToken(value: GetToken | undefined) {
    this.#getToken = value;
    this.#erased = false;
    this.#start();
  }

  /** What the card shows. */
  get state(): View['kind'] {
    return this.#view.kind;
  }

  /** Looks again from the start. */
  reload(): void {
    this.#erased = false;
    this.#start();
  }

  /**
   * To be called at logout, before the token is thrown away: takes the saldo off the page at once, and has the service erase
   * what it holds (`DELETE /session`). Gives true when the service has said so, false when it could not be reached within 5
   * seconds; it never throws. The card stays empty until `getToken` is set again.
   */
  async erase(): Promise<boolean> {
    const getToken = this.#getToken;
    const client = getToken && this.#client(getToken);
    this.#getToken = undefined;
    this.#erased = true;
    this.#stop();
    this.#show({ kind: 'erased' }, false);
    if (!client) return false;
    const patience = new Promise<false>((resolve) => setTimeout(() => resolve(false), erasePatienceMs));
    const told = client.endSession().then(
      // A session that the service has ended already holds nothing any more.
      (answer) => answer.ok || answer.problem.code === 'session-ended',
      () => false,
    );
    return await Promise.race([told, patience]);
  }

  connectedCallback(): void {
    // A bank that sets the property before this file has loaded has set it on a plain element.
    if (Object.hasOwn(this, 'getToken')) {
      const early = this.getToken;
      // @ts-expect-error: the own property hides the accessor of the class.
      delete this.getToken;
      this.#getToken = early;
    }
    this.#takeReturnWord();
    this.#pageLanguage.observe(document.documentElement, { attributes: true, attributeFilter: ['lang'] });
    addEventListener('pagehide', this.#onLeave);
    addEventListener('pageshow', this.#onBack);
    document.addEventListener('visibilitychange', this.#onVisible);
    this.#start();
  }

  disconnectedCallback(): void {
    this.#pageLanguage.disconnect();
    removeEventListener('pagehide', this.#onLeave);
    removeEventListener('pageshow', this.#onBack);
    document.removeEventListener('visibilitychange', this.#onVisible);
    this.#stop();
    this.#blank();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.isConnected || before === after) return;
    if (name === 'lang' || name === 'heading-level') this.#write();
    else this.#start();
  }

  /** Begins a look-up, or waits for what is missing. */
  #start(): void {
    this.#stop();
    if (!this.isConnected || this.#erased) return;
    if (this.hasAttribute('token')) {
      this.removeAttribute('token');
      console.error('<studielan-saldo>: the token must not be in an attribute; set the property getToken.');
    }
    this.#show({ kind: 'loading', slow: false }, false);
    const getToken = this.#getToken;
    if (!getToken) {
      this.#timer = setTimeout(() => {
        console.error('<studielan-saldo>: the property getToken is not set.');
        this.#sessionEnded({ code: 'token-missing', status: 0 });
      }, tokenPatienceMs);
      return;
    }
    const client = this.#client(getToken);
    if (!client) {
      console.error('<studielan-saldo>: the attribute api-url must be an https address (http on loopback only).');
      this.#show({ kind: 'fault' }, false);
      return;
    }
    this.#flow = createFlow({
      client,
      show: (view, moveFocus) => this.#show(view, moveFocus),
      hold: () => this.#card.hold(),
      countDown: (seconds) => this.#card.countDown(this.#writing().texts.nextTry(seconds)),
      consentKnown: (state) => {
        this.#consentState = state;
        this.#card.notify(this.#notice());
      },
      openConsent: (consentUrl) => {
        if (send(this, 'studielan-consent', { consentUrl })) location.assign(consentUrl);
      },
      sessionEnded: (problem) => this.#sessionEnded(problem),
      failed: ({ code, status, requestId }) =>
        send(this, 'studielan-problem', { code, status, ...(requestId === undefined ? {} : { requestId }) }),
      returnUrl: () => this.getAttribute('return-url') ?? location.origin + location.pathname,
      monotonicMs: () => performance.now(),
      now: () => new Date(),
    });
    this.#flow.load();
  }

  #client(getToken: GetToken) {
    const apiUrl = this.getAttribute('api-url') ?? '';
    if (!isWebAddress(apiUrl)) return undefined;
    return createStudielanClient({ apiUrl, getToken, waitSeconds: Number(this.getAttribute('wait-seconds')) });
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#flow?.close();
    this.#flow = undefined;
  }

  /** Takes everything of the customer's out of the element, and says nothing about it. */
  #blank(): void {
    this.#view = { kind: 'loading', slow: false };
    this.#word = '';
    this.#card.notify('');
    this.#write();
  }

  /** What the customer has pressed: old messages go, `words` say what is coming. */
  #ask(work: (flow: Flow) => void, words = ''): void {
    this.#word = '';
    this.#card.notify('');
    this.#card.announce(words);
    if (this.#flow) work(this.#flow);
  }

  #show(view: View, moveFocus: boolean): void {
    const before = this.#view;
    this.#view = view;
    // Where the focus is moved, that is read; a first look-up that was quick needs no words.
    const quick = before.kind === 'loading' && !before.slow && view.kind === 'saldo';
    this.#write(moveFocus, !moveFocus && !quick && before !== view);
    if (view.kind === 'saldo') this.#logo.check();
    else this.removeAttribute('logo-missing');
    if (view.kind === 'erased' || view.kind === 'session-ended') {
      this.#word = '';
      this.#card.notify('');
    }
    if (before.kind !== view.kind || view.kind === 'saldo') send(this, 'studielan-state', { state: view.kind });
  }

  /** The view in the language of the moment. */
  #write(moveFocus = false, announce = false): void {
    this.#card.show(this.#view, this.#writing(), { moveFocus, announce });
    if (this.#word !== '') this.#card.notify(this.#notice());
  }

  #writing(): Writing {
    const tag = this.lang || this.closest<HTMLElement>('[lang]')?.lang || document.documentElement.lang;
    const texts = textsFor(tag);
    return { texts, format: formatFor(texts.locales) };
  }

  #notice(): string {
    const message = this.#consentState === '' ? undefined : returnMessage(this.#word, this.#consentState);
    return message === undefined ? '' : this.#writing().texts.onReturn[message];
  }

  /** Takes the word out of the address, so that reloading doesn't repeat the message. */
  #takeReturnWord(): void {
    const { word, rest } = takeWord(location.href);
    if (word === '') return;
    this.#word = word;
    this.#consentState = '';
    history.replaceState(history.state, '', rest);
  }

  #sessionEnded({ code }: Problem): void {
    this.#show({ kind: 'session-ended' }, false);
    send(this, 'studielan-session-ended', { code });
  }

  #logoSeen(missing: boolean): void {
    this.toggleAttribute('logo-missing', missing);
    if (!missing || this.#warnedOfLogo) return;
    this.#warnedOfLogo = true;
    console.warn('<studielan-saldo>: Lånekassen’s logo is missing. It must stand by the balance: <img slot="logo" …>.');
    send(this, 'studielan-logo-missing', {});
  }

  // A page that the browser keeps for the back button must not hold a saldo: it is emptied when left and asks anew.
  #onLeave = () => {
    this.#stop();
    this.#blank();
  };
  #onBack = ({ persisted }: PageTransitionEvent) => {
    if (persisted) this.#start();
  };
  #onVisible = () => {
    if (document.visibilityState === 'visible') this.#flow?.returned();
  };
}

if (!customElements.get('studielan-saldo')) customElements.define('studielan-saldo', StudielanSaldo);

declare global {
  interface HTMLElementTagNameMap {
    'studielan-saldo': StudielanSaldo;
  }
  interface HTMLElementEventMap extends StudielanEventMap {}
}

type StudielanEventMap = { [Name in keyof StudielanEvents]: CustomEvent<StudielanEvents[Name]> };
